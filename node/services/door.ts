/**
 * The door: takes a signed transaction, checks it, records it durably, and only then says so. From that moment the node is
 * responsible for it. The same bytes again get the same answer.
 */
import { bytesKey } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import type { Turns } from '../core/turns.ts'
import type { Verifier } from '../crypto/index.ts'
import {
  accountOf,
  checkAdmission,
  checkForm,
  decodeSignedTransaction,
  type LedgerState,
  partiesOf,
  type SignedTransaction,
  type Signers,
  signaturesToCheck,
  signersName,
} from '../ledger/index.ts'
import type { StorageReader, StorageWriter } from '../storage/index.ts'
import type { Chain } from './chain.ts'
import type { ConsensusDriver } from './consensus-driver.ts'
import type { NodeEventHub } from './events.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'
import { ledgerError } from './ledger-errors.ts'
import type { Siblings } from './siblings.ts'
import { openingSteps } from './steps.ts'

/** What this node's own vault did before the door; all null for a transaction that came signed. */
export interface Origin {
  readonly createdAtMs: number | null
  readonly signedAtMs: number | null
  readonly broadcastAtMs: number | null
}

export interface SubmitOptions {
  readonly origin?: Origin
  /** Its owner wants it in place of one in flight with its nonce: it stands back until that one has ended. One at a time. */
  readonly mayCompete?: boolean
  /** Where it competes, the one ahead of it is taken back if no vertex carries that one yet. */
  readonly overtakes?: boolean
}

export interface Door {
  /**
   * Resolves once the admission is durable: to the entry, or to 'ended' for a transaction whose end is recorded.
   *
   * @throws NodeError with the codes of the ledger's rules and admission, ENCODING_*, MEMPOOL_FULL, VERIFIER_BUSY, STORAGE_*
   */
  submit(bytes: Uint8Array, options?: SubmitOptions): Promise<{ txId: Uint8Array; entry: InFlightEntry | 'ended' }>
  /** Whether a transaction that is not signed yet would be admitted. @throws as submit */
  precheck(transaction: SignedTransaction, options?: Pick<SubmitOptions, 'mayCompete'>): void
  /** The later of ledger time and local time, in ms. */
  nowMs(): number
}

export interface DoorDeps {
  readonly chain: Chain
  readonly state: LedgerState
  readonly registry: InFlightRegistry
  readonly driver: ConsensusDriver
  readonly verifier: Verifier
  readonly write: StorageWriter
  readonly read: StorageReader
  readonly hub: NodeEventHub
  readonly clock: Clock
  readonly siblings: Siblings
  /** Steps of many at once are taken in slices: who submits bounds how many wait (outstanding calls of a connection). */
  readonly turns: Turns
  readonly maxInFlightTransactions: number
}

const fromOutside: Origin = { createdAtMs: null, signedAtMs: null, broadcastAtMs: null }

export function createDoor(deps: DoorDeps): Door {
  const { chain, state, registry, driver, verifier, write, read, hub, clock, siblings, turns } = deps
  const nowMs = (): number => Math.max(clock.nowMs(), state.commitTimeMs)

  const checkForms = (transaction: SignedTransaction): Signers => {
    const signers = checkForm(transaction, accountOf(state, transaction.account), chain.rules)
    if (!signers.ok) throw ledgerError(signers.error)
    return signers.value
  }

  /** Returns whether another one in flight has its nonce, so that it is to stand back. */
  const checkAdmissible = (transaction: SignedTransaction, mayCompete: boolean): boolean => {
    const { account, nonce } = transaction
    const [rival, ...further] = mayCompete ? registry.at(account, nonce) : []
    const competesWith = further.length === 0 ? rival?.transaction : undefined
    const admitted = checkAdmission(
      transaction,
      accountOf(state, account),
      registry.of(account),
      nowMs(),
      competesWith ?? null,
    )
    if (!admitted.ok) throw ledgerError(admitted.error)
    if (registry.size >= deps.maxInFlightTransactions || driver.room <= 0) {
      throw new NodeError('MEMPOOL_FULL', 'this node has as many transactions in flight as it takes', {
        hint: 'Nothing was sent and nothing was charged. Try again in a few seconds.',
      })
    }
    return competesWith !== undefined
  }

  const refusalOf = (transaction: SignedTransaction, mayCompete: boolean): unknown => {
    try {
      checkAdmissible(transaction, mayCompete)
      return undefined
    } catch (cause) {
      return cause
    }
  }

  /** True where it cannot be in flight any more: its fee is paid, its nonce used, or its time over. */
  const hasEnded = (transaction: SignedTransaction): boolean =>
    state.paid.ids.has(bytesKey(transaction.txId)) ||
    accountOf(state, transaction.account).nonce > transaction.nonce ||
    transaction.validUntilMs <= nowMs()

  /** True where this very transaction has come to an end here, whatever the end. */
  const isRecordedEnd = async ({ txId }: SignedTransaction): Promise<boolean> => (await read.final(txId)) !== null

  const record = async (entry: InFlightEntry): Promise<void> => {
    const { txId, account, nonce, bytes, validUntilMs } = entry.transaction
    const { createdAtMs, signedAtMs, broadcastAtMs, admittedAtMs } = entry
    const times = { createdAtMs, signedAtMs, broadcastAtMs, admittedAtMs }
    try {
      entry.admissionSeq = await write.admit({ txId, account, nonce, bytes, validUntilMs, ...times })
    } catch (cause) {
      registry.remove(entry)
      throw cause
    }
    // What was written together is recorded together: a few go on, with their answers, and the loop turns.
    await turns.pass()
    if (!entry.held) driver.enqueue(entry)
    for (const { state: reached, atMs } of openingSteps(txId, entry, entry.admissionSeq)) {
      hub.publish({ type: 'transaction', atMs, state: reached, txId, account, nonce, parties: entry.parties })
    }
    // The one ahead may have ended while this one was being recorded, or one behind may wait to take its place.
    siblings.settle(account, nonce)
  }

  return {
    nowMs,
    precheck(transaction, { mayCompete = false } = {}) {
      checkForms(transaction)
      checkAdmissible(transaction, mayCompete)
    },
    async submit(bytes, { origin = fromOutside, mayCompete = false, overtakes = false } = {}) {
      await turns.pass()
      const decoded = decodeSignedTransaction(bytes)
      if (!decoded.ok) throw ledgerError(decoded.error)
      const transaction = decoded.value
      const { txId } = transaction
      const known = registry.get(txId)
      if (known !== undefined) {
        await known.durable
        return { txId, entry: known }
      }
      const signers = checkForms(transaction)
      const refused = refusalOf(transaction, mayCompete)
      // Also one that would be refused now: whoever took its place has its nonce.
      const mayHaveEnded = refused !== undefined || hasEnded(transaction)
      if (mayHaveEnded && (await isRecordedEnd(transaction))) return { txId, entry: 'ended' }
      if (refused !== undefined) throw refused
      const signatures = signaturesToCheck(transaction, signers)
      if (!signatures.ok) throw ledgerError(signatures.error)
      const verdicts = await verifier.verify(signatures.value)
      if (!verdicts.every((isValid) => isValid === true)) throw ledgerError({ code: 'SIGNATURE_INVALID' })
      // Also one that used no nonce: rejected once, it must not be executed behind the back of that answer.
      if (await isRecordedEnd(transaction)) return { txId, entry: 'ended' }
      await turns.pass()
      // Other transactions may have come in meanwhile: from here to add() nothing waits.
      const twin = registry.get(txId)
      if (twin !== undefined) {
        await twin.durable
        return { txId, entry: twin }
      }
      if (hasEnded(transaction)) {
        checkAdmissible(transaction, mayCompete)
        throw ledgerError({ code: 'DUPLICATE' })
      }
      const held = checkAdmissible(transaction, mayCompete)
      const entry: InFlightEntry = {
        transaction,
        verifiedUnder: signersName(signers),
        ...origin,
        admittedAtMs: clock.nowMs(),
        admissionSeq: 0,
        durable: Promise.resolve(),
        parties: partiesOf(transaction.account, transaction.operations),
        steps: [],
        executed: false,
        held,
        overtakes: held && overtakes,
      }
      registry.add(entry)
      entry.durable = record(entry)
      await entry.durable
      return { txId, entry }
    },
  }
}
