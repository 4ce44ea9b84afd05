/**
 * What the node and a module's process say to each other. The process has foreign native code in it, so what comes from
 * there is checked here, size first, like any foreign bytes. No message carries a PIN: that goes another way
 * (pin-protocol.ts).
 */
import { z } from 'zod'
import { isHsmErrorCode } from './errors.ts'
import { limits } from './limits.ts'

const bytes = (maxBytes: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= maxBytes, 'bytes')
const moduleText = z.string().max(limits.maxTextChars)
const number = z.int().min(0)

/** Numbers of ML-DSA in a module: those of PKCS #11 v3.2, or a maker's own from before it. */
export const mlDsaNumbers = z.strictObject({
  generate: number,
  sign: number,
  keyType: number,
  parameterSetAttribute: number,
  /** Value that stands for ML-DSA-65. */
  parameterSet: number,
})
export type MlDsaNumbers = z.infer<typeof mlDsaNumbers>

export const moduleFacts = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  cryptoki: moduleText,
  manufacturer: moduleText,
  description: moduleText,
  version: moduleText,
})
export type ModuleFacts = z.infer<typeof moduleFacts>

export const tokenFacts = z.object({
  slot: moduleText,
  slotDescription: moduleText,
  label: moduleText,
  manufacturer: moduleText,
  model: moduleText,
  serial: moduleText,
  firmware: moduleText,
  initialised: z.boolean(),
  userPinSet: z.boolean(),
  loginRequired: z.boolean(),
  writeProtected: z.boolean(),
  /** The PIN is typed on the token itself. */
  protectedPath: z.boolean(),
  /** What the token says of the tries that are left; `unknown` where it says nothing. */
  tries: z.enum(['unknown', 'few', 'last', 'locked']),
  pinExpired: z.boolean(),
  minPinBytes: number,
  maxPinBytes: number,
})
export type TokenFacts = z.infer<typeof tokenFacts>

const maybe = z.boolean().nullable()
export const keyFacts = z.object({
  kind: z.enum(['ml-dsa', 'ec', 'aes']),
  id: bytes(64),
  label: moduleText,
  publicKey: bytes(limits.maxAttributeBytes).nullable(),
  parameterSet: number.nullable(),
  local: maybe,
  sensitive: maybe,
  extractable: maybe,
  neverExtractable: maybe,
  alwaysSensitive: maybe,
  alwaysAuthenticate: maybe,
})
export type KeyFacts = z.infer<typeof keyFacts>

export interface Generate {
  readonly kind: KeyFacts['kind']
  readonly id: Uint8Array
  readonly label: string
  /** On the token; else it is gone with the session. */
  readonly keep: boolean
  readonly numbers: MlDsaNumbers
  /** For the self-test, which tries to wrap a key that must not be wrapped. */
  readonly mayWrap: boolean
}

/** Which token is meant: its serial number as it prints it, and its label where several have the same. */
export interface TokenName {
  readonly serial: string
  readonly label: string
}

export interface KeyName {
  readonly kind: KeyFacts['kind']
  readonly id: Uint8Array
  /** What the token must show under the id; null for a secret key. */
  readonly publicKey: Uint8Array | null
}

export type PinPurpose = 'login' | 'signature' | 'initialise'

/** A request: `op` and what it needs. */
export interface Requests {
  /** First of all. Refuses a file with another hash. */
  readonly start: {
    readonly path: string
    readonly sha256: string | null
    readonly initString: string | null
    /** Where PINs are waited for; null where a port brings them. */
    readonly pinSocket: string | null
    readonly pinEntryMs: number
  }
  readonly tokens: Record<never, never>
  readonly mechanisms: { readonly token: TokenName }
  /** From here on a PIN with this ticket is taken, once. Answers at once; the outcome comes as a notice. */
  readonly expectPin: {
    readonly ticket: Uint8Array
    readonly token: TokenName
    /** `change` takes the old PIN and the new one. */
    readonly purpose: 'login' | 'initialise' | 'change'
    readonly label: string
    /** Of `initialise`: the token is there already and lacks a user PIN alone. */
    readonly isMade: boolean
  }
  /** A PIN that is waited for will not come. */
  readonly cancelPin: { readonly ticket: Uint8Array }
  /** Logs in where the token asks for no PIN from us: it has a keypad of its own. */
  readonly loginAtToken: { readonly token: TokenName }
  readonly keys: { readonly token: TokenName; readonly numbers: MlDsaNumbers }
  readonly generate: { readonly token: TokenName; readonly wish: Generate }
  readonly destroy: { readonly token: TokenName; readonly key: KeyName; readonly numbers: MlDsaNumbers }
  readonly sign: {
    readonly token: TokenName
    readonly key: KeyName
    readonly numbers: MlDsaNumbers
    readonly mechanism: number
    readonly message: Uint8Array
    /** For the PIN that a key with ALWAYS_AUTHENTICATE wants for each signature. */
    readonly ticket: Uint8Array
  }
  readonly crypt: {
    readonly token: TokenName
    readonly key: KeyName
    readonly numbers: MlDsaNumbers
    readonly direction: 'encrypt' | 'decrypt'
    readonly iv: Uint8Array
    readonly additionalData: Uint8Array
    readonly data: Uint8Array
  }
  /** Tries what must be refused: reading VALUE and SEED, wrapping. */
  readonly refusals: {
    readonly token: TokenName
    readonly key: KeyName
    readonly numbers: MlDsaNumbers
    readonly wrapWith: Uint8Array | null
  }
}
export type Operation = keyof Requests

const refusal = z.object({ given: z.boolean(), answer: moduleText })
export type Refusal = z.infer<typeof refusal>

export const answers = {
  start: moduleFacts,
  tokens: z.object({ tokens: z.array(tokenFacts).max(limits.maxSlots) }),
  mechanisms: z.object({ mechanisms: z.array(number).max(limits.maxMechanisms) }),
  expectPin: z.object({}),
  cancelPin: z.object({}),
  loginAtToken: z.object({}),
  keys: z.object({ keys: z.array(keyFacts).max(limits.maxKeys) }),
  generate: keyFacts,
  destroy: z.object({}),
  sign: z.object({ signature: bytes(limits.maxSignatureBytes) }),
  crypt: z.object({ data: bytes(limits.maxAttributeBytes) }),
  refusals: z.object({ tries: z.array(z.object({ what: moduleText, ...refusal.shape })).max(16) }),
} as const satisfies Record<Operation, z.ZodType>
export type Answers = { readonly [O in Operation]: z.infer<(typeof answers)[O]> }

const detail = z.union([z.string().max(limits.maxTextChars), z.number(), z.boolean()])
const fault = z.object({
  code: z.string().refine(isHsmErrorCode),
  details: z.record(z.string().max(32), detail).refine((all) => Object.keys(all).length <= 16),
})
export type Fault = z.infer<typeof fault>

export const fromProcess = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answer'), id: number, value: z.unknown() }),
  z.object({ kind: z.literal('fault'), id: number, fault }),
  /** A PIN that was waited for was tried, or nobody gave one. */
  z.object({ kind: z.literal('pin'), ticket: bytes(16), fault: fault.nullable() }),
  /** A signature waits for a PIN. */
  z.object({ kind: z.literal('pin-wanted'), ticket: bytes(16) }),
])
export type FromProcess = z.infer<typeof fromProcess>

export type ToProcess = { readonly kind: 'request'; readonly id: number } & {
  [O in Operation]: { readonly op: O; readonly input: Requests[O] }
}[Operation]
