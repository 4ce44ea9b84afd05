/** Keys in tokens: those that are paired, and the work of pairing and testing. */
import type { SignatureSuite } from '../crypto/suites.ts'
import type { HardwareKeyState, ModuleFacts, SelfTestReport, TokenFacts } from '../vault/pkcs11/index.ts'

/** `co-signs`: one half of the key of a composite account, whose other half is in the vault. */
export type HardwareKeyUse = 'signs' | 'co-signs' | 'seals'

/** A paired key of a token. */
export interface HardwareKeyView {
  readonly id: string
  readonly label: string
  readonly use: HardwareKeyUse
  /** Of the account that it signs for; null for one that seals. */
  readonly suite: SignatureSuite | null
  readonly token: { readonly label: string; readonly serial: string }
  /** Path of its library. */
  readonly module: string
  readonly state: HardwareKeyState
}

export interface PinRequestView {
  readonly id: string
  readonly label: string
  readonly token: {
    readonly label: string
    readonly serial: string
    readonly tries: 'unknown' | 'few' | 'last' | 'locked'
  }
  /** Null where no PIN is typed here: the token has a keypad, or asks for none. */
  readonly pin: {
    readonly socket: string
    /** Hex; good for one PIN. */
    readonly ticket: string
    readonly purpose: 'login' | 'transaction' | 'message'
    /** Hex of the transaction that waits, where it is what the token signs. */
    readonly unsigned: string | null
    /** Of a message that waits. */
    readonly text: string | null
  } | null
}

/** A module that is open for work on its tokens. */
export interface OpenModuleView {
  readonly session: string
  readonly module: ModuleFacts
  readonly profile: { readonly name: string; readonly tested: boolean; readonly notes: readonly string[] }
  readonly tokens: readonly TokenFacts[]
}

/** A token behind an open module. */
export interface OnToken {
  readonly session: string
  readonly token: { readonly serial: string; readonly label: string }
}

/** Hardware keys that are paired. A PIN never passes here. */
export interface HsmServices {
  list(): Promise<readonly HardwareKeyView[]>
  /**
   * Makes ready for a PIN, which goes to the socket and not through here; a token with a keypad of its own is unlocked then.
   *
   * @throws NodeError HSM_NOT_PAIRED, HSM_MODULE_CHANGED, HSM_TOKEN_ABSENT, HSM_PIN_LOCKED …
   */
  unlock(pairing: string | undefined): Promise<PinRequestView>
  /** A signature that waits for its PIN is given up. @throws NodeError HSM_NOT_PAIRED */
  cancel(pairing: string): Promise<void>
  /** Ends the process of its module, and every login with it. @throws NodeError HSM_NOT_PAIRED */
  lock(pairing: string): Promise<void>
  /** @throws NodeError HSM_NOT_PAIRED, HSM_LABEL_TAKEN, HSM_PAIRING_FAILED */
  rename(input: { pairing: string; label: string }): Promise<HardwareKeyView>
  /** The key stays in the token. @throws NodeError HSM_NOT_PAIRED, HSM_PAIRING_FAILED */
  forget(pairing: string): Promise<void>
  /** @throws NodeError HSM_MODULE_NOT_FOUND, HSM_MODULE_UNUSABLE, HSM_MODULE_CHANGED, HSM_BUSY … */
  open(
    input: { pairing: string } | { module: string; initString?: string | undefined; libraryPath?: string | undefined },
  ): Promise<OpenModuleView>
  /** Of `unlock` the rules: the PIN goes to the socket. Null where none is typed here. @throws NodeError HSM_… */
  expectPin(
    input: OnToken & { purpose: 'login' | 'change' | 'use' },
  ): Promise<{ token: TokenFacts; pin: { socket: string; ticket: string } | null }>
  /** Writes nothing before a signature by the key has been verified. @throws NodeError HSM_PIN_REQUIRED, HSM_UNSUPPORTED … */
  pair(input: OnToken & { use: HardwareKeyUse; generate: boolean; label: string }): Promise<HardwareKeyView>
  test(input: OnToken): Promise<SelfTestReport>
  close(session: string): Promise<void>
}
