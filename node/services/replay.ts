/**
 * Replay: executes persisted commits again, with every signature checked again, and compares what comes out with what was
 * recorded. Recovery replays from the last checkpoint, `storage verify` from the genesis.
 */

import { decodeVertex, type Vertex } from '../consensus/index.ts'
import { equalBytes, toHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import type { Verifier } from '../crypto/index.ts'
import {
  accountOf,
  applyDelta,
  type Candidate,
  decodeSignedTransaction,
  type Execution,
  executeCommit,
  historyRoot,
  isConserved,
  type LedgerState,
  type SignedTransaction,
  stateRoot,
} from '../ledger/index.ts'
import type { CommitRow, StorageReader } from '../storage/index.ts'
import type { Chain } from './chain.ts'
import { serviceLimits } from './limits.ts'
import { runSignatureChecks, settleCandidates, signatureCheckOf } from './signature-checks.ts'

export interface ReplayDeps {
  readonly chain: Chain
  readonly read: StorageReader
  readonly verify: Verifier['verify']
}

/** Called after each commit, with the state as it is then. */
export type ReplayVisitor = (
  commit: CommitRow,
  execution: Execution,
  vertices: readonly Vertex[],
) => Promise<void> | void

/**
 * Executes every persisted commit after the state's own.
 *
 * @throws NodeError REPLAY_MISMATCH where a root differs from the recorded one, rUv is not conserved, or a vertex is missing
 */
export async function replayCommits(state: LedgerState, deps: ReplayDeps, visit: ReplayVisitor): Promise<void> {
  for (;;) {
    const commits = await deps.read.commits({ afterIndex: state.commitIndex, limit: serviceLimits.replayPage })
    if (commits.length === 0) break
    for (const commit of commits) {
      const vertices = await loadVertices(commit, deps)
      const checked = (await Promise.all(vertices.map((vertex) => verifiedCandidates(vertex, state, deps)))).flat()
      const candidates = await settleCandidates(checked, state, deps.verify)
      if (candidates.length !== commit.transactions) {
        throw mismatch(commit, `${commit.transactions - candidates.length} transactions are missing`)
      }
      const execution = executeCommit(state, { ...commit, candidates }, deps.chain.rules)
      applyDelta(state, execution.delta)
      if (!equalBytes(stateRoot(state), commit.stateRoot)) throw mismatch(commit, 'the state root differs')
      if (!equalBytes(historyRoot(state.history), commit.historyRoot))
        throw mismatch(commit, 'the history root differs')
      await visit(commit, execution, vertices)
    }
  }
  if (!isConserved(state)) {
    throw new NodeError('REPLAY_MISMATCH', 'the balances do not add up to what was issued', { hint: damagedHint })
  }
}

/** The vertices a commit orders; empty ones below the horizon may be gone. */
async function loadVertices(commit: CommitRow, deps: ReplayDeps): Promise<Vertex[]> {
  const vertices: Vertex[] = []
  for (const hash of commit.vertices) {
    const record = await deps.read.journalByHash(hash)
    if (record === null) continue
    const vertex = decodeVertex(deps.chain.chainId, record.bytes)
    if (!vertex.ok || !equalBytes(vertex.value.hash, hash)) throw mismatch(commit, 'a vertex is damaged')
    vertices.push(vertex.value)
  }
  return vertices
}

/** The vertex's transactions, each with what its signatures were found good under. */
export async function verifiedCandidates(
  vertex: Vertex,
  state: LedgerState,
  deps: Pick<ReplayDeps, 'verify'>,
): Promise<Candidate[]> {
  const transactions: SignedTransaction[] = []
  const origins: number[] = []
  for (const [indexInVertex, bytes] of vertex.transactions.entries()) {
    const decoded = decodeSignedTransaction(bytes)
    if (!decoded.ok) continue
    transactions.push(decoded.value)
    origins.push(indexInVertex)
  }
  const checks = transactions.map((transaction) => signatureCheckOf(transaction, accountOf(state, transaction.account)))
  const names = await runSignatureChecks(checks, deps.verify)
  return transactions.map((transaction, index) => {
    return {
      transaction,
      verifiedUnder: names[index] ?? null,
      origin: { vertexHash: vertex.hash, indexInVertex: origins[index] as number },
    }
  })
}

const damagedHint =
  'Stop the node, keep a copy of the data folder, and restore it from a backup or by synchronising anew.'

function mismatch(commit: CommitRow, reason: string): NodeError {
  return new NodeError('REPLAY_MISMATCH', `replaying commit ${commit.commitIndex}: ${reason}`, {
    hint: damagedHint,
    details: { commitIndex: commit.commitIndex, recordedStateRoot: toHex(commit.stateRoot) },
  })
}
