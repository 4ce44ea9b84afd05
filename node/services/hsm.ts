/** Hardware keys behind the API: what is paired and how it stands, work on tokens, and the way for a PIN, which does not lead through here. */
import { equalBytes, toHex } from '../core/bytes.ts'
import { compositeMessage, compositeSuite, type SignatureSuite, signatureSuites } from '../crypto/index.ts'
import { decodeSignedTransaction, transactionToSign } from '../ledger/index.ts'
import {
  type HardwareKeys,
  moduleVariables,
  type HardwareKeyView as PairedKey,
  type TokenWorkbench,
} from '../vault/pkcs11/index.ts'
import type { HardwareKeyView, NodeServices } from './types.ts'

/** What a key of each kind is for, and how such a key is asked for. */
const uses = { 'ml-dsa': 'signs', ec: 'co-signs', aes: 'seals' } as const
const kinds = { signs: 'ml-dsa', 'co-signs': 'ec', seals: 'aes' } as const
/** Of the account that a key of this kind signs for. */
const suites = { 'ml-dsa': 'ML-DSA-65', ec: compositeSuite, aes: null } as const

/** A paired key as whoever asks is shown it. */
export function hardwareKeyView({ pairing: { id, label, token, key, module }, state }: PairedKey): HardwareKeyView {
  return {
    id,
    label,
    use: uses[key.kind],
    suite: suites[key.kind],
    token: { label: token.label, serial: token.serial },
    module: module.path,
    state,
  }
}

export interface HsmServicesDeps {
  readonly keys: Pick<HardwareKeys, 'list' | 'unlock' | 'cancel' | 'lockKey' | 'rename' | 'forget'>
  readonly workbench: Omit<TokenWorkbench, 'closeAll' | 'moduleAt'>
  /** What known modules read of it is handed to their processes. */
  readonly env: Readonly<Record<string, string | undefined>>
}

export function createHsmServices({ keys, workbench, env }: HsmServicesDeps): NodeServices['hsm'] {
  const list: NodeServices['hsm']['list'] = async () => (await keys.list()).map(hardwareKeyView)
  const find = async (wanted: string) => {
    const found = (await list()).find(({ id }) => id === wanted)
    // It was written a moment ago.
    if (found === undefined) throw new Error('a pairing is gone')
    return found
  }

  return {
    list,
    async unlock(name) {
      const { pairing, token, pin } = await keys.unlock(name)
      const { label, serial, tries } = token
      const shown = { id: pairing.id, label: pairing.label, token: { label, serial, tries } }
      if (pin === null) return { ...shown, pin }
      const { socket, ticket, purpose, waiting } = pin
      return { ...shown, pin: { socket, ticket, purpose, ...shownOf(waiting) } }
    },
    cancel: (name) => keys.cancel(name),
    lock: (name) => keys.lockKey(name),
    async rename({ pairing, label }) {
      return find((await keys.rename(pairing, label)).id)
    },
    async forget(name) {
      await keys.forget(name)
    },
    open(input) {
      if ('pairing' in input) return workbench.open({ pairing: input.pairing })
      const { module: path, initString = null, libraryPath = null } = input
      return workbench.open({ module: { path, initString, libraryPath, variables: moduleVariables(env) } })
    },
    expectPin: ({ session, token, purpose }) => workbench.expectPin(session, token, purpose),
    async pair({ session, token, use, generate, label }) {
      const wish = { kind: kinds[use], keyId: undefined, generate, label, numbers: undefined } as const
      return find((await workbench.pair(session, token, wish)).id)
    },
    test: ({ session, token }) => workbench.test(session, token),
    async close(session) {
      workbench.close(session)
    },
  }
}

type Waiting = NonNullable<NonNullable<Awaited<ReturnType<HardwareKeys['unlock']>>['pin']>['waiting']>

/** What a person is shown of a signature that waits: of a transaction only where it is what the token signs. */
function shownOf(waiting: Waiting | null): { unsigned: string | null; text: string | null } {
  const { unsigned, text } = waiting?.approval ?? {}
  return {
    unsigned:
      unsigned !== undefined && waiting !== null && isSigned(unsigned, waiting.message) ? toHex(unsigned) : null,
    text: text ?? null,
  }
}

function isSigned(unsigned: Uint8Array, message: Uint8Array): boolean {
  const decoded = decodeSignedTransaction(unsigned)
  if (!decoded.ok) return false
  return (Object.keys(signatureSuites) as SignatureSuite[]).some((suite) => {
    const toSign = transactionToSign(suite, decoded.value)
    // Of a composite key the token has one half, and both sign what names the suite too.
    return equalBytes(suite === compositeSuite ? compositeMessage(toSign) : toSign, message)
  })
}
