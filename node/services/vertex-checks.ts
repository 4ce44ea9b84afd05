/**
 * Signatures of what comes in from other nodes: of vertices and the transactions in them, and of transactions on their way to
 * one. The verdicts are kept with the transactions, for the execution.
 */
import { type Proposal, type TransactionFacts, type Vertex, vertexMessage } from '../consensus/index.ts'
import type { Clock, Scheduler } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import type { Verifier, VerifyJob } from '../crypto/index.ts'
import {
  accountOf,
  type Candidate,
  checkAdmission,
  checkForm,
  checkRules,
  decodeSignedTransaction,
  type LedgerState,
  nothingInFlight,
  type SignedTransaction,
} from '../ledger/index.ts'
import type { GossipVerdict } from '../p2p/types.ts'
import type { Chain } from './chain.ts'
import {
  namesOf,
  runSignatureChecks,
  type SignatureCheck,
  settleCandidates,
  signatureCheckOf,
} from './signature-checks.ts'

/** What was found out about a vertex. */
export interface CheckedVertex {
  readonly isGood: boolean
  /** One an entry of the vertex; null where it does not decode or its signature is not found good. */
  readonly facts: readonly (TransactionFacts | null)[]
  readonly candidates: readonly Candidate[]
}

export interface CheckedGossip {
  /** Those that are signed, could execute now or soon, and could be paid for. */
  readonly sound: readonly Pick<Candidate, 'transaction' | 'verifiedUnder'>[]
  /** `reject` where one of them is wrong whatever a node has executed: no honest node passes that on. */
  readonly verdict: GossipVerdict
}

export interface VertexChecks {
  vertex(vertex: Vertex, publicKey: Uint8Array): Promise<CheckedVertex>
  /** A validator's, over a checkpoint or a vertex. */
  signature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>
  /** Of transactions that other nodes took in. */
  gossip(transactions: readonly Uint8Array[]): Promise<CheckedGossip>
  /** See settleCandidates. */
  settle(candidates: readonly Candidate[]): readonly Candidate[] | Promise<readonly Candidate[]>
}

export interface VertexChecksDeps {
  readonly chain: Chain
  readonly state: LedgerState
  readonly verifier: Verifier
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/** Before a full verifier is asked again, in ms: a batch takes about as long. */
const retryMs = 20

export function createVertexChecks({ chain, state, verifier, clock, scheduler }: VertexChecksDeps): VertexChecks {
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
      const found: { transaction: SignedTransaction; indexInVertex: number; check: SignatureCheck | null }[] = []
      for (const [indexInVertex, bytes] of vertex.transactions.entries()) {
        const decoded = decodeSignedTransaction(bytes)
        if (!decoded.ok) continue
        const transaction = decoded.value
        const check = signatureCheckOf(transaction, accountOf(state, transaction.account))
        found.push({ transaction, indexInVertex, check })
      }
      const checks = found.map(({ check }) => check)
      const [isGood, ...verdicts] = await verify([header, ...checks.flatMap((check) => check?.jobs ?? [])])
      const names = namesOf(checks, verdicts)
      for (const [index, { transaction, indexInVertex }] of found.entries()) {
        // A copy with another signature is not the transaction: taken for it, it would keep the real one out of the order.
        if (names[index] !== null) facts[indexInVertex] = factsOf(transaction)
      }
      return {
        isGood: isGood === true,
        facts,
        candidates: found.map(({ transaction, indexInVertex }, index) => ({
          transaction,
          verifiedUnder: names[index] ?? null,
          origin: { vertexHash: vertex.hash, indexInVertex },
        })),
      }
    },
    async signature(publicKey, message, signature) {
      const [isGood] = await verify([{ suite: 'ML-DSA-65', publicKey, message, signature }])
      return isGood === true
    },
    async gossip(transactions) {
      const sound: { transaction: SignedTransaction; check: SignatureCheck; isCertain: boolean }[] = []
      let isWrong = false
      for (const bytes of transactions) {
        const decoded = decodeSignedTransaction(bytes)
        if (!decoded.ok || !checkRules(decoded.value, chain.rules).ok) {
          isWrong = true
          continue
        }
        const transaction = decoded.value
        const account = accountOf(state, transaction.account)
        const form = checkForm(transaction, account, chain.rules)
        const nowMs = Math.max(clock.nowMs(), state.commitTimeMs)
        // What is not admissible here yet may be so where more has been executed; it is said again.
        if (!form.ok || !checkAdmission(transaction, account, nothingInFlight, nowMs).ok) continue
        const check = signatureCheckOf(transaction, account)
        if (check === null) continue
        // Transactions before it may change the keys: only of the account's next one are they known, or where it brings its own.
        const isCertain = account.key === null || transaction.nonce === account.nonce
        sound.push({ transaction, check, isCertain })
      }
      const names = await runSignatureChecks(
        sound.map(({ check }) => check),
        verify,
      )
      if (sound.some(({ isCertain }, index) => isCertain && (names[index] ?? null) === null)) isWrong = true
      const good = sound.flatMap(({ transaction }, index) => {
        const verifiedUnder = names[index] ?? null
        return verifiedUnder === null ? [] : [{ transaction, verifiedUnder }]
      })
      return { sound: good, verdict: isWrong ? 'reject' : good.length > 0 ? 'accept' : 'ignore' }
    },
    settle: (candidates) => settleCandidates(candidates, state, verify),
  }
}

export function proposalOf(transaction: SignedTransaction): Proposal {
  return { ...factsOf(transaction), bytes: transaction.bytes }
}

/** What consensus knows of a transaction. */
export function factsOf({ txId, account, nonce, operations }: SignedTransaction): TransactionFacts {
  return { txId, account, nonce, operations: operations.length }
}
