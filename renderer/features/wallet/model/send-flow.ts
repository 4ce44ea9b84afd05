/**
 * A payment from review to the network. The idempotency key is made when the review opens and stays with what was
 * reviewed: a double click, a retry after a lost connection, or one after unlocking asks for the same transaction, never
 * for a second one. Only going back to the form gives another key, and that is not possible while the outcome is unknown.
 */
import { meaningOf, type PaymentIntent, type Transaction } from '../../../../node/api/contract/index.ts'
import { lockedTokenOf } from '../../hardware-keys/unlock-token.ts'

export interface Failure {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
  readonly details: Readonly<Record<string, string | number | boolean>>
}

/** As `transactions.preview` gives it. */
export interface Preview {
  readonly from: string
  readonly nonce: number
  readonly fee: string
  readonly amount: string
  readonly total: string
  readonly remaining: string
  readonly to: readonly string[]
}

export interface Reviewed {
  readonly intent: Omit<PaymentIntent, 'idempotencyKey'>
  readonly preview: Preview
  readonly key: string
}

export type SendPhase =
  | { readonly kind: 'editing' }
  /** `failure`: the last attempt, of which it is certain that nothing was sent. */
  | { readonly kind: 'reviewing'; readonly reviewed: Reviewed; readonly failure?: Failure | undefined }
  /** `waitsFor`: what the owner has to unlock before it goes on; null while the node has it. */
  | { readonly kind: 'sending'; readonly reviewed: Reviewed; readonly waitsFor: 'password' | 'token' | null }
  /** It may have been sent. Asking again under the same key finds out and cannot pay twice. */
  | { readonly kind: 'uncertain'; readonly reviewed: Reviewed; readonly failure: Failure }
  | { readonly kind: 'sent'; readonly reviewed: Reviewed; readonly txId: string }

export interface SendFlowDeps {
  readonly create: (intent: PaymentIntent) => Promise<Transaction>
  /** Has the owner unlock the vault; false where they thought better of it. */
  readonly unlock: () => Promise<boolean>
  /** Has them unlock the token of this key; likewise. */
  readonly unlockToken: (pairing: string) => Promise<boolean>
  readonly newKey: () => string
  readonly failureOf: (error: unknown) => Failure
  readonly onPhase: (phase: SendPhase) => void
}

export interface SendFlow {
  phase(): SendPhase
  /** Opens the review. Nothing while something is on its way or its outcome unknown. */
  review(intent: Reviewed['intent'], preview: Preview): void
  /** Sends what was reviewed, or asks again for it. Nothing while it is being sent. */
  send(): Promise<void>
  /** To the form, or, once sent, to a new one. False while the outcome is open. */
  back(): boolean
}

/** Failures after which the node may have the payment all the same. */
const uncertainCodes: ReadonlySet<string> = new Set(['INTERNAL', 'STORAGE_FAILED', 'STORAGE_CLOSED', 'NODE_STOPPING'])
/** Failures of the connection before anything was sent over it. */
const unsentCodes: ReadonlySet<string> = new Set(['NODE_NOT_REACHABLE', 'NODE_NOT_RUNNING', 'TOKEN_INVALID'])

/** Whether a first attempt that failed so is certain not to have sent anything. What is not known is not certain. */
export function isCertain(code: string): boolean {
  return unsentCodes.has(code) || (meaningOf(code) !== undefined && !uncertainCodes.has(code))
}

/**
 * Whether a later attempt that failed so settles what became of the first: the node looks for what it signed under the key
 * before it asks the ledger or the vault, while a limit or a lost connection stops a call before it looks.
 */
export function isSettled(code: string): boolean {
  return code === 'VAULT_LOCKED' || code === 'HSM_PIN_REQUIRED' || meaningOf(code)?.kind === 'rejected'
}

export function createSendFlow({ create, unlock, unlockToken, newKey, failureOf, onPhase }: SendFlowDeps): SendFlow {
  let phase: SendPhase = { kind: 'editing' }
  const go = (next: SendPhase): void => {
    phase = next
    onPhase(next)
  }

  const attempt = async (reviewed: Reviewed, wasUncertain: boolean): Promise<void> => {
    go({ kind: 'sending', reviewed, waitsFor: null })
    try {
      // The fee that was reviewed is the most that is paid.
      const maxFee = reviewed.intent.maxFee ?? reviewed.preview.fee
      const { txId } = await create({ ...reviewed.intent, maxFee, idempotencyKey: reviewed.key })
      go({ kind: 'sent', reviewed, txId })
    } catch (error) {
      const failure = failureOf(error)
      const token = lockedTokenOf(failure)
      if (failure.code === 'VAULT_LOCKED' || token !== undefined) {
        go({ kind: 'sending', reviewed, waitsFor: token === undefined ? 'password' : 'token' })
        if (await (token === undefined ? unlock() : unlockToken(token)).catch(() => false))
          return attempt(reviewed, wasUncertain)
        go({ kind: 'reviewing', reviewed, failure })
      } else if (wasUncertain ? isSettled(failure.code) : isCertain(failure.code)) {
        go({ kind: 'reviewing', reviewed, failure })
      } else {
        go({ kind: 'uncertain', reviewed, failure })
      }
    }
  }

  return {
    phase: () => phase,
    review(intent, preview) {
      if (phase.kind === 'sending' || phase.kind === 'uncertain') return
      go({ kind: 'reviewing', reviewed: { intent, preview, key: newKey() } })
    },
    async send() {
      if (phase.kind === 'reviewing') await attempt(phase.reviewed, false)
      else if (phase.kind === 'uncertain') await attempt(phase.reviewed, true)
    },
    back() {
      if (phase.kind === 'sending' || phase.kind === 'uncertain') return false
      go({ kind: 'editing' })
      return true
    },
  }
}
