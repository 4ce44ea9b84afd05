/**
 * The consensus engine of a network with one validator: signed vertices, journalled before anything leaves, committed
 * in order, and signed checkpoints. A pure state machine: inputs carry the time, effects say what is to be done.
 * It speaks the interface of the full protocol; docs/protocol.md says which of its rules are built.
 */
import { bytesKey } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import {
  type Checkpoint,
  checkpointHash,
  checkpointMessage,
  consensusRoot,
  encodeSignedCheckpoint,
  validatorSetHash,
} from './checkpoint.ts'
import { commitTimeOf, isDirectlyCommitted, isSupportedByQuorum, linearise } from './commit-rule.ts'
import { createCommittee, leaderOf, type Validator } from './committee.ts'
import { createDag } from './dag.ts'
import { consensusLimits } from './limits.ts'
import { createProposalQueue } from './proposal-queue.ts'
import type { CommitEffect, EngineEffect, EngineInput, EngineStatus, ResumePoint } from './types.ts'
import {
  encodeVertex,
  epochRootReference,
  transactionsRoot,
  type Vertex,
  type VertexHeader,
  vertexHash,
  vertexMessage,
} from './vertex.ts'

export interface EngineOptions {
  readonly chainId: Uint8Array
  readonly startTimeMs: number
  readonly validators: readonly Validator[]
  /** Id of the validator whose vertices this engine makes. */
  readonly self: Uint8Array
  readonly checkpointIntervalMs: number
  /** Least time between two vertices while there is work, in ms. */
  readonly roundIntervalMs: number
  /** Time between two vertices when there is none, in ms: keeps ledger time moving for expiries. */
  readonly idleIntervalMs: number
  readonly resume: ResumePoint | null
}

export interface Engine {
  /** Takes one input and returns what is to be done, in order. */
  handle(input: EngineInput): readonly EngineEffect[]
  /**
   * Takes back a transaction that still waits for a vertex: from then on this engine does not put it into one. False where
   * it does not wait; then it may be in a vertex that is being signed, in the order, or was never here.
   */
  withdraw(txId: Uint8Array): boolean
  /** Transactions it takes before its queue is full. */
  readonly room: number
  readonly status: EngineStatus
}

/** A vertex on its way to the journal. */
interface OpenVertex {
  readonly header: VertexHeader
  readonly transactions: readonly Uint8Array[]
  signed: Vertex | null
}

const epoch = 0

export function createEngine(options: EngineOptions): Engine {
  const { chainId, self, resume } = options
  const committee = createCommittee(options.validators, chainId)
  invariant(committee.validators.length === 1, 'this engine orders for one validator')
  const dag = createDag()
  const queue = createProposalQueue()
  const committed = new Set<string>()
  const committedWindow: { round: number; hash: Uint8Array }[] = []

  let effects: EngineEffect[] = []
  let last: Vertex | undefined
  let openVertex: OpenVertex | null = null
  let openCheckpoint: Checkpoint | null = null
  let openSignature: Uint8Array | null = null
  /** The local time of the last proposal; follows the clock backwards, so that a corrected clock does not stop rounds. */
  let proposedAtMs = 0
  let lastLeaderRound = resume?.lastCommit?.leaderRound ?? 0
  let commitIndex = resume?.lastCommit?.commitIndex ?? 0
  let executedIndex = commitIndex
  let commitTimeMs = resume?.lastCommit?.commitTimeMs ?? options.startTimeMs
  let checkpointSeq = resume?.lastCheckpoint?.seq ?? 0
  let checkpointHashBefore = resume?.lastCheckpoint?.hash ?? chainId
  let checkpointTimeMs = resume?.lastCheckpoint?.commitTimeMs ?? options.startTimeMs
  let dueCheckpoint: { readonly commit: CommitEffect; readonly consensusRoot: Uint8Array } | null = null
  /** Taken over from before a restart and not yet followed. */
  let restored: Vertex[] = []
  /** Vertices with transactions that no commit has ordered yet. */
  let uncommittedLoads = 0
  /** Whether the next checkpoint would cover a transaction that the last does not. */
  let hasNewTransactions = resume?.hasNewTransactions ?? false

  const store = (vertex: Vertex): void => {
    dag.add(vertex)
    last = vertex
    if (vertex.transactionCount > 0) uncommittedLoads += 1
  }

  const markCommitted = (vertex: Vertex): void => {
    committed.add(bytesKey(vertex.hash))
    committedWindow.push({ round: vertex.round, hash: vertex.hash })
    if (vertex.transactionCount > 0) uncommittedLoads -= 1
  }

  /** Progress and commits that a newly stored vertex causes. */
  const follow = (vertex: Vertex): void => {
    if (vertex.transactionCount > 0) effects.push({ type: 'progress', vertex, state: 'Voting', by: vertex.hash })
    for (const parent of dag.at(vertex.round - 1)) {
      if (parent.transactionCount === 0 || !isSupportedByQuorum(dag, committee, parent)) continue
      // With one validator its single successor is more than a third and more than two thirds at once.
      effects.push({ type: 'progress', vertex: parent, state: 'Confirming', by: vertex.hash })
      effects.push({ type: 'progress', vertex: parent, state: 'Confirmed', by: vertex.hash })
    }
    commitDecided()
  }

  const commitDecided = (): void => {
    for (;;) {
      const leader = leaderOf(committee, lastLeaderRound + 1)
      const anchor = dag.at(lastLeaderRound + 1).find((vertex) => bytesKey(vertex.author) === bytesKey(leader.id))
      if (anchor === undefined || !isDirectlyCommitted(dag, committee, anchor)) return
      commit(anchor)
    }
  }

  const commit = (anchor: Vertex): void => {
    const lowestRound = Math.max(1, lastLeaderRound - consensusLimits.horizonRounds)
    const vertices = linearise(dag, anchor, (vertex) => committed.has(bytesKey(vertex.hash)), lowestRound)
    commitTimeMs = commitTimeOf(dag, committee, anchor, commitTimeMs)
    commitIndex += 1
    lastLeaderRound = anchor.round
    for (const vertex of vertices) markCommitted(vertex)
    hasNewTransactions ||= vertices.some((vertex) => vertex.transactionCount > 0)
    const checkpointDue = dueCheckpoint === null && openCheckpoint === null && isCheckpointTime()
    if (checkpointDue) hasNewTransactions = false
    const effect: CommitEffect = {
      type: 'commit',
      commitIndex,
      epoch,
      leaderRound: anchor.round,
      anchor: anchor.hash,
      commitTimeMs,
      vertices,
      checkpointDue,
    }
    effects.push(effect)
    forgetOld()
    if (checkpointDue) {
      const window = committedWindow.map((entry) => entry.hash)
      dueCheckpoint = { commit: effect, consensusRoot: consensusRoot(effect, window) }
    }
  }

  /** Past a multiple of the interval; where nothing has happened, ten minutes after the last, so that idling costs no disk. */
  const isCheckpointTime = (): boolean => {
    const intervalMs = options.checkpointIntervalMs
    if (Math.floor(commitTimeMs / intervalMs) === Math.floor(checkpointTimeMs / intervalMs)) return false
    return hasNewTransactions || commitTimeMs - checkpointTimeMs >= consensusLimits.maxIdleCheckpointGapMs
  }

  /** What was executed is covered by a checkpoint soon after, also where nothing follows it. */
  const quietIntervalMs = (): number => {
    if (!hasNewTransactions) return options.idleIntervalMs
    const intervalMs = options.checkpointIntervalMs
    const boundaryMs = (Math.floor(commitTimeMs / intervalMs) + 1) * intervalMs
    return Math.min(options.idleIntervalMs, Math.max(options.roundIntervalMs, boundaryMs - proposedAtMs))
  }

  const forgetOld = (): void => {
    const lowestRound = lastLeaderRound - consensusLimits.horizonRounds
    dag.forgetBelow(lowestRound)
    while (committedWindow.length > 0 && (committedWindow[0] as { round: number }).round < lowestRound) {
      committed.delete(bytesKey((committedWindow.shift() as { hash: Uint8Array }).hash))
    }
  }

  /** Makes the next vertex where it is time for one; otherwise says when to ask again. */
  const propose = (nowMs: number): void => {
    if (openVertex !== null || commitIndex - executedIndex >= consensusLimits.maxUnexecutedCommits) return
    if (nowMs < proposedAtMs) proposedAtMs = nowMs
    const isBusy = queue.size > 0 || uncommittedLoads > 0
    const nextAtMs = proposedAtMs + (queue.isFullVertex ? 0 : isBusy ? options.roundIntervalMs : quietIntervalMs())
    if (nowMs < nextAtMs) {
      effects.push({ type: 'wake', atMs: nextAtMs })
      return
    }
    const isFresh = last !== undefined && nowMs - last.timestampMs <= consensusLimits.maxPredecessorAgeMs
    const transactions = isFresh ? queue.take() : []
    const header: VertexHeader = {
      epoch,
      round: (last?.round ?? 0) + 1,
      author: self,
      parents: [last === undefined ? epochRootReference(chainId, self) : referenceTo(last)],
      transactionsRoot: transactionsRoot(transactions),
      transactionCount: transactions.length,
      timestampMs: Math.max(nowMs, (last?.timestampMs ?? options.startTimeMs) + 1),
      lastCommit: executedIndex,
    }
    openVertex = { header, transactions, signed: null }
    proposedAtMs = nowMs
    effects.push({ type: 'sign', kind: 'vertex', position: header.round, message: vertexMessage(chainId, header) })
  }

  const takeVertexSignature = (position: number, signature: Uint8Array): void => {
    invariant(
      openVertex?.header.round === position && openVertex.signed === null,
      'a signature answers the open vertex',
    )
    const { header, transactions } = openVertex
    const vertex: Vertex = { ...header, hash: vertexHash(chainId, header), transactions, signature }
    openVertex.signed = vertex
    effects.push({
      type: 'journal',
      kind: 'vertex',
      epoch,
      position,
      hash: vertex.hash,
      bytes: encodeVertex(vertex),
      transactions: transactions.length,
    })
  }

  const takeVertexRecord = (position: number): void => {
    const vertex = openVertex?.signed
    invariant(vertex && vertex.round === position, 'a journal answer is for the open vertex')
    openVertex = null
    store(vertex)
    follow(vertex)
  }

  const takeExecution = (input: Extract<EngineInput, { type: 'executed' }>): void => {
    invariant(input.commitIndex === executedIndex + 1, 'commits are executed in order')
    executedIndex = input.commitIndex
    if (dueCheckpoint?.commit.commitIndex !== input.commitIndex) return
    openCheckpoint = {
      epoch,
      seq: checkpointSeq + 1,
      commitIndex: input.commitIndex,
      commitTimeMs: dueCheckpoint.commit.commitTimeMs,
      stateRoot: input.stateRoot,
      historyRoot: input.historyRoot,
      consensusRoot: dueCheckpoint.consensusRoot,
      nextValidatorsHash: validatorSetHash(committee),
      previous: checkpointHashBefore,
    }
    const message = checkpointMessage(chainId, openCheckpoint)
    effects.push({ type: 'sign', kind: 'checkpoint', position: openCheckpoint.seq, message })
  }

  const takeCheckpointSignature = (position: number, signature: Uint8Array): void => {
    invariant(openCheckpoint?.seq === position && openSignature === null, 'a signature answers the open checkpoint')
    openSignature = signature
    effects.push({
      type: 'journal',
      kind: 'checkpoint',
      epoch,
      position,
      hash: checkpointHash(chainId, openCheckpoint),
      bytes: encodeSignedCheckpoint(openCheckpoint, signature),
      transactions: 0,
    })
  }

  const takeCheckpointRecord = (position: number): void => {
    invariant(openCheckpoint?.seq === position && openSignature, 'a journal answer is for the open checkpoint')
    const hash = checkpointHash(chainId, openCheckpoint)
    const certificate = [{ validator: self, signature: openSignature }]
    effects.push({ type: 'certified', checkpoint: openCheckpoint, hash, certificate })
    checkpointSeq = position
    checkpointHashBefore = hash
    checkpointTimeMs = openCheckpoint.commitTimeMs
    openCheckpoint = null
    openSignature = null
    dueCheckpoint = null
  }

  if (resume !== null) {
    for (const vertex of resume.vertices) {
      if (vertex.round > lastLeaderRound) restored.push(vertex)
      else {
        store(vertex)
        markCommitted(vertex)
      }
    }
  }

  return {
    handle(input) {
      effects = []
      const before = restored
      restored = []
      // One by one, as they came: stored all at once, the last could commit the first before its states were told.
      for (const vertex of before) {
        store(vertex)
        follow(vertex)
      }
      if (input.type === 'transactions') queue.add(input.proposals)
      else if (input.type === 'signed') {
        if (input.kind === 'vertex') takeVertexSignature(input.position, input.signature)
        else takeCheckpointSignature(input.position, input.signature)
      } else if (input.type === 'journalled') {
        if (input.kind === 'vertex') takeVertexRecord(input.position)
        else takeCheckpointRecord(input.position)
      } else if (input.type === 'executed') takeExecution(input)
      propose(input.nowMs)
      return effects
    },
    withdraw: (txId) => queue.withdraw(txId),
    get room() {
      return queue.room
    },
    get status() {
      return { epoch, round: last?.round ?? 0, commitIndex: executedIndex, waiting: queue.size }
    },
  }
}

function referenceTo(vertex: Vertex): { round: number; author: Uint8Array; hash: Uint8Array } {
  return { round: vertex.round, author: vertex.author, hash: vertex.hash }
}
