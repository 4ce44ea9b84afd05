/**
 * Hardware keys that are paired, and work on tokens. Nothing here takes a PIN: `unlock` and `expectPin` say where the process
 * of the token's module waits for it, which is a socket of this machine's user alone. The owner's business, so without a
 * route; what has a module loaded is `secret`, so that no page but a secret window's can have foreign code run.
 */
import { z } from 'zod'
import { commonErrors, declareErrors, hsmErrors, vaultErrors } from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import { count, suite } from './shapes.ts'

const token = z.object({ label: z.string(), serial: z.string() })

/** `co-signs`: one half of the key of a composite account, whose other half is in the vault. */
const use = z.enum(['signs', 'co-signs', 'seals'])

export const hardwareKey = z.object({
  id: z.string(),
  label: z.string(),
  use,
  /** Of the account that it signs for; null for one that seals. */
  suite: suite.nullable(),
  token,
  /** Path of the token's library, on the node's machine. */
  module: z.string(),
  /**
   * `absent`: its module runs, and its token is not there. `waiting`: a signature waits for its PIN. `module-changed`,
   * `module-missing`: its library is not the file that was paired, or is not there.
   */
  state: z.enum(['locked', 'unlocked', 'absent', 'waiting', 'module-changed', 'module-missing']),
})
export type HardwareKey = z.infer<typeof hardwareKey>

const tries = z.enum(['unknown', 'few', 'last', 'locked'])

export const pinRequest = z.object({
  id: z.string(),
  label: z.string(),
  token: token.extend({ tries }),
  /** Null where no PIN is typed here: the token has a keypad and is unlocked now, or asks for none. */
  pin: z
    .object({
      socket: z.string(),
      /** Hex; good for one PIN. */
      ticket: z.string(),
      purpose: z.enum(['login', 'transaction', 'message']),
      /**
       * What the signature that waits is of, from the very bytes that the token will sign: a transaction for
       * `transactions.inspect` in hex, or a message's text. Both null for a login, and where it cannot be told.
       */
      unsigned: z.string().nullable(),
      text: z.string().nullable(),
    })
    .nullable(),
})
export type PinRequest = z.infer<typeof pinRequest>

/** A token as it stands in a reader. */
export const tokenInReader = token.extend({
  model: z.string(),
  manufacturer: z.string(),
  initialised: z.boolean(),
  userPinSet: z.boolean(),
  /** The PIN is typed on the token itself. */
  protectedPath: z.boolean(),
  tries,
  minPinBytes: count,
  maxPinBytes: count,
})
export type TokenInReader = z.infer<typeof tokenInReader>

const moduleFacts = z.object({
  sha256: z.string(),
  cryptoki: z.string(),
  manufacturer: z.string(),
  description: z.string(),
  version: z.string(),
})

/** A module that is open for work on its tokens. */
export const openModule = z.object({
  session: z.string(),
  module: moduleFacts,
  /** What this program knows of such modules. */
  profile: z.object({ name: z.string(), tested: z.boolean(), notes: z.array(z.string()) }),
  tokens: z.array(tokenInReader),
})
export type OpenModule = z.infer<typeof openModule>

export const selfTestReport = z.object({
  module: moduleFacts,
  profile: z.object({ id: z.string(), name: z.string(), testedHere: z.boolean(), notes: z.array(z.string()) }),
  token: tokenInReader.extend({ firmware: z.string() }),
  mechanisms: z.array(count),
  mlDsaNumbers: z
    .object({
      generate: count,
      sign: count,
      keyType: count,
      parameterSetAttribute: count,
      parameterSet: count,
    })
    .nullable(),
  checks: z.array(
    z.object({ name: z.string(), outcome: z.enum(['passed', 'failed', 'skipped', 'noted']), detail: z.string() }),
  ),
  verdict: z.enum(['signs', 'co-signs', 'seals', 'failed', 'unsuitable']),
})
export type SelfTestReport = z.infer<typeof selfTestReport>

const errors = declareErrors({ ...commonErrors, ...hsmErrors, ...vaultErrors })
const nothing = z.object({})

/** Id or label of a pairing. */
export const pairingName = z.string().min(1).max(limits.maxLabelCharacters)
const byName = z.strictObject({ pairing: pairingName })
const label = z.string().min(1).max(limits.maxPairingLabelCharacters)
const path = z.string().min(1).max(limits.maxPathCharacters)
const session = z.string().max(limits.maxSubscriptionCharacters)
const tokenName = z.strictObject({
  serial: z.string().max(limits.maxTokenTextCharacters),
  label: z.string().max(limits.maxTokenTextCharacters),
})
const onToken = z.strictObject({ session, token: tokenName })

export const hsmContract = {
  list: procedure('owner').errors(errors).output(z.array(hardwareKey)),
  /** Left out, the only pairing there is. */
  unlock: procedure('owner')
    .errors(errors)
    .input(z.strictObject({ pairing: pairingName.optional() }))
    .output(pinRequest),
  /** A signature that waits for its PIN is given up; nothing where none waits. */
  cancel: procedure('owner').errors(errors).input(byName).output(nothing),
  /** Ends the process of its module, and every login with it. */
  lock: procedure('owner').errors(errors).input(byName).output(nothing),
  rename: procedure('owner')
    .errors(errors)
    .input(z.strictObject({ pairing: pairingName, label }))
    .output(hardwareKey),
  /** The key stays in the token. */
  forget: procedure('owner').errors(errors).input(byName).output(nothing),
  /** Starts a process with the module of a pairing, or with any. It ends with `close`, with a lock, or after ten quiet minutes. */
  open: procedure('secret')
    .errors(errors)
    .input(
      z.union([
        byName,
        z.strictObject({
          module: path,
          /** Parameters that the module wants when it starts (NSS). */
          initString: path.optional(),
          /** Where the module's own libraries are. */
          libraryPath: path.optional(),
        }),
      ]),
    )
    .output(openModule),
  /**
   * `change` takes the old PIN and the new one. Null where the token has a keypad and is unlocked now, or asks for none. `use`:
   * of a signature that waits for its PIN while `pair` or `test` is under way, which `hardware-key.changed` tells of; null
   * where none waits.
   */
  expectPin: procedure('secret')
    .errors(errors)
    .input(onToken.extend({ purpose: z.enum(['login', 'change', 'use']) }))
    .output(z.object({ token: tokenInReader, pin: z.object({ socket: z.string(), ticket: z.string() }).nullable() })),
  /** After a login. Nothing is written before a signature by the key has been verified. */
  pair: procedure('secret')
    .errors(errors)
    .input(onToken.extend({ use, generate: z.boolean(), label }))
    .output(hardwareKey),
  /** After a login. */
  test: procedure('secret').errors(errors).input(onToken).output(selfTestReport),
  close: procedure('secret').errors(errors).input(z.strictObject({ session })).output(nothing),
}
