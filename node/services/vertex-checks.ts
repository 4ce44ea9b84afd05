/**
 * Signatures of what comes in from other nodes: of vertices and the transactions in them, and of transactions on their way to
 * one. The verdicts are kept with the transactions, for the execution.
 */
import { type Proposal, type TransactionFacts, type Vertex, vertexMessage } from '../consensus/index.ts'
import { bytesKey } from '../core/bytes.ts'
import type { Scheduler } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import type { Verifier, VerifyJob } from '../crypto/index.ts'
import {
  type AccountKey,
  accountOf,
  type Candidate,
  checkForm,
  checkSignatureLength,
  decodeSignedTransaction,
  type LedgerState,
  type SignedTransaction,
  signingKeyOf,
} from '../ledger/index.ts'
import type { Chain } from './chain.ts'

/** What was found out about a vertex. */
export interface CheckedVertex {
  readonly isGood: boolean
  /** One an entry of the vertex; null where it does not decode or its signature is not found good. */
  readonly facts: readonly (TransactionFacts | null)[]
  readonly candidates: readonly Candidate[]
}

export interface VertexChecks {
  vertex(vertex: Vertex, publicKey: Uint8Array): Promise<CheckedVertex>
  checkpoint(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>
  /** Those of the transactions that are sound by themselves, signed, and could still execute. */
  gossip(transactions: readonly Uint8Array[]): Promise<Pick<Candidate, 'transaction' | 'verifiedUnder'>[]>
  /** See settleCandidates. */
  settle(candidates: readonly Candidate[]): readonly Candidate[] | Promise<readonly Candidate[]>
}

export interface VertexChecksDeps {
  readonly chain: Chain
  readonly state: LedgerState
  readonly verifier: Verifier
  readonly scheduler: Scheduler
}

/** Before a full verifier is asked again, in ms: a batch takes about as long. */
const retryMs = 20

export function createVertexChecks({ chain, state, verifier, scheduler }: VertexChecksDeps): VertexChecks {
  /** Waits where the pool is full: what is in the graph has to be checked, and its senders wait for it. */
  const verify = async (jobs: readonly VerifyJob[]): Promise<boolean[]> => {
    for (;;) {
      try {
        return await verifier.verify(jobs)
      } catch (cause) {
        if (!(cause instanceof NodeError) || cause.code !== 'VERIFIER_BUSY') throw cause
        await new Promise<void>((resolve) => void scheduler.after(retryMs, resolve))
      }
    }
  }

  return {
    async vertex(vertex, publicKey) {
      const header: VerifyJob = {
        suite: 'ML-DSA-65',
        publicKey,
        message: vertexMessage(chain.chainId, vertex),
        signature: vertex.signature,
      }
      const facts: (TransactionFacts | null)[] = vertex.transactions.map(() => null)
      const found: { transaction: SignedTransaction; indexInVertex: number; job: VerifyJob | null }[] = []
      for (const [indexInVertex, bytes] of vertex.transactions.entries()) {
        const decoded = decodeSignedTransaction(bytes)
        if (!decoded.ok) continue
        const transaction = decoded.value
        found.push({ transaction, indexInVertex, job: jobOf(transaction, accountOf(state, transaction.account).key) })
      }
      const jobs = found.flatMap(({ job }) => (job === null ? [] : [job]))
      const [isGood, ...verdicts] = await verify([header, ...jobs])
      const good = new Set(jobs.filter((_, index) => verdicts[index] === true))
      for (const { transaction, indexInVertex, job } of found) {
        // A copy with another signature is not the transaction: taken for it, it would keep the real one out of the order.
        if (job !== null && good.has(job)) facts[indexInVertex] = factsOf(transaction)
      }
      return {
        isGood: isGood === true,
        facts,
        candidates: found.map(({ transaction, indexInVertex, job }) => ({
          transaction,
          verifiedUnder: job !== null && good.has(job) ? job.publicKey : null,
          origin: { vertexHash: vertex.hash, indexInVertex },
        })),
      }
    },
    async checkpoint(publicKey, message, signature) {
      const [isGood] = await verify([{ suite: 'ML-DSA-65', publicKey, message, signature }])
      return isGood === true
    },
    async gossip(transactions) {
      const sound: { transaction: SignedTransaction; job: VerifyJob }[] = []
      for (const bytes of transactions) {
        const decoded = decodeSignedTransaction(bytes)
        if (!decoded.ok) continue
        const transaction = decoded.value
        const account = accountOf(state, transaction.account)
        const key = checkForm(transaction, account, chain.rules)
        if (!key.ok || transaction.nonce < account.nonce || transaction.validUntilMs <= state.commitTimeMs) continue
        const { signedMessage: message, signature } = transaction
        sound.push({ transaction, job: { ...key.value, message, signature } })
      }
      if (sound.length === 0) return []
      const verdicts = await verify(sound.map(({ job }) => job))
      return sound
        .filter((_, index) => verdicts[index] === true)
        .map(({ transaction, job }) => ({ transaction, verifiedUnder: job.publicKey }))
    },
    settle: (candidates) => settleCandidates(candidates, state, verify),
  }
}

/**
 * The same candidates, with those checked whose key only the ledger or an earlier one of them knows: what comes of a
 * transaction must not depend on what a node knew when its vertex arrived. The list itself where there is none.
 */
export function settleCandidates(
  candidates: readonly Candidate[],
  state: LedgerState,
  verify: Verifier['verify'],
): readonly Candidate[] | Promise<readonly Candidate[]> {
  const late = new Map<Candidate, VerifyJob>()
  const carried = new Map<string, AccountKey>()
  for (const candidate of candidates) {
    const { transaction, verifiedUnder } = candidate
    const account = bytesKey(transaction.account)
    const stored = accountOf(state, transaction.account).key ?? carried.get(account) ?? null
    if (verifiedUnder === null) {
      const job = jobOf(transaction, stored)
      if (job !== null) late.set(candidate, job)
    }
    const key = stored === null ? signingKeyOf(transaction, null) : null
    if (key?.ok === true) carried.set(account, key.value)
  }
  return late.size === 0 ? candidates : settleLate(candidates, late, verify)
}

async function settleLate(
  candidates: readonly Candidate[],
  late: ReadonlyMap<Candidate, VerifyJob>,
  verify: Verifier['verify'],
): Promise<readonly Candidate[]> {
  const jobs = [...late]
  const verdicts = await verify(jobs.map(([, job]) => job))
  const good = new Map(jobs.filter((_, index) => verdicts[index] === true))
  return candidates.map((candidate) => {
    const job = good.get(candidate)
    return job === undefined ? candidate : { ...candidate, verifiedUnder: job.publicKey }
  })
}

/** What to check a transaction's signature under; null where nothing could make it valid. */
export function jobOf(transaction: SignedTransaction, stored: AccountKey | null): VerifyJob | null {
  const key = signingKeyOf(transaction, stored)
  if (!key.ok || !checkSignatureLength(transaction, key.value.suite).ok) return null
  return { ...key.value, message: transaction.signedMessage, signature: transaction.signature }
}

export function proposalOf(transaction: SignedTransaction): Proposal {
  return { ...factsOf(transaction), bytes: transaction.bytes }
}

/** What consensus knows of a transaction. */
export function factsOf({ txId, account, nonce, operations }: SignedTransaction): TransactionFacts {
  return { txId, account, nonce, operations: operations.length }
}
