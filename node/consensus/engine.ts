/**
 * The consensus engine: QR-Avalanche over a vertex DAG, as a pure state machine. Inputs carry the time, effects say what is
 * to be done. Nothing of its own leaves before the journal has it. Rules: docs/protocol.md, "Consensus".
 */
import { bytesKey, bytesOfKey, compareBytes } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { type Arrivals, createArrivals } from './arrivals.ts'
import { type Checkpoint, checkpointHash, checkpointOf } from './checkpoint.ts'
import { type CertifiedCheckpoint, createCheckpointCollector } from './checkpoint-collector.ts'
import {
  type CheckpointSchedule,
  type CommittedVertex,
  createCheckpointSchedule,
  type DueCheckpoint,
} from './checkpoint-schedule.ts'
import { commitTimeOf, decideLeaders, linearise } from './commit-rule.ts'
import { createCommittee, type Validator } from './committee.ts'
import { createDag, type DagVertex, hashKey, type MutableDag } from './dag.ts'
import type { Engine, EngineOptions } from './engine-options.ts'
import { consensusLimits } from './limits.ts'
import type { FetchMessage, Message } from './messages.ts'
import { createOwnHistory, type OwnHistory } from './own-history.ts'
import { paceOf } from './pacing.ts'
import { soundRules } from './protocol-rules.ts'
import { createServer } from './serving.ts'
import { createSnow, type Snow } from './snow.ts'
import { createTransactionPool } from './transaction-pool.ts'
import type {
  CommitEffect,
  EngineEffect,
  EngineInput,
  FaultCode,
  PeerKey,
  Proposal,
  ResumePoint,
  TransactionFacts,
} from './types.ts'
import {
  encodeVertex,
  epochRootReference,
  transactionsRoot,
  type Vertex,
  type VertexHeader,
  type VertexReference,
  vertexHash,
  vertexMessage,
} from './vertex.ts'
import { compareReferences, type EpochFrame } from './vertex-form.ts'
import { voteProgress } from './vote-progress.ts'

/** A vertex on its way to the journal. */
interface OpenVertex {
  readonly header: VertexHeader
  readonly proposals: readonly Proposal[]
  signed: Vertex | null
}

/** What belongs to one epoch and ends with it. */
interface EpochRun {
  readonly frame: EpochFrame
  readonly startMs: number
  readonly dag: MutableDag
  readonly history: OwnHistory
  readonly arrivals: Arrivals
  readonly schedule: CheckpointSchedule
  /** Index of this validator; null where it is none of this epoch. */
  readonly self: number | null
  readonly committed: Set<string>
  readonly equivocators: Set<number>
  /** Null where there is nobody to ask, or nothing is proposed here. */
  readonly snow: Snow | null
  readonly latestRound: number[]
}

export function createEngine(options: EngineOptions): Engine {
  const { chainId, resume } = options
  const rules = options.rules ?? soundRules
  const peers = new Set<PeerKey>()
  let effects: EngineEffect[] = []
  const emit = (effect: EngineEffect): void => void effects.push(effect)
  const fault = (code: FaultCode, peer: PeerKey | null, author: Uint8Array | null): void =>
    emit({ type: 'fault', peer, code, author })

  let ownLast: DagVertex | undefined
  /** Highest round this validator has signed in, also where its vertex is too old to be kept. */
  let ownRound = 0
  /** Own vertices exist that this engine did not make: until the epoch ends it signs none. */
  let isMuted = false
  let openVertex: OpenVertex | null = null
  /** The local time of the last proposal; follows the clock backwards, so that a corrected clock does not stop rounds. */
  let proposedAtMs = 0
  let quorumAtMs = 0
  let quorumSeen = 0
  let resentAtMs = 0
  let lastAnchorRound = resume?.lastCommit?.leaderRound ?? 0
  let lastDecidedRound = lastAnchorRound
  let commitIndex = resume?.lastCommit?.commitIndex ?? 0
  let executedIndex = commitIndex
  let commitTimeMs = resume?.lastCommit?.commitTimeMs ?? options.startTimeMs
  let skips = 0
  /** Hash of the last checkpoint due, certified or not: the next names it. */
  let checkpointHashBefore = resume?.lastCheckpoint?.hash ?? chainId
  /** Due and not executed yet, by index of their commit. */
  const due = new Map<number, { readonly due: DueCheckpoint; readonly commit: CommitEffect }>()
  /** The order of the epoch is complete: it waits for its closing certificate. */
  let isClosing = false
  /** Taken over from before a restart and not yet followed. */
  let restored: NonNullable<ResumePoint>['vertices'] = []
  /** Vertices with transactions that no commit has ordered yet. */
  let uncommittedLoads = 0
  let now = 0

  const pool = createTransactionPool((proposal) => {
    const preferred = run.snow?.preferenceOf(proposal) ?? null
    return preferred === null || compareBytes(preferred, proposal.txId) === 0
  })

  /** Tells snow of transactions; the wallet hears where two want the same nonce. */
  const noteSiblings = (facts: readonly (TransactionFacts | null)[]): void => {
    if (run.snow === null) return
    for (const fact of facts) {
      if (fact === null || run.snow.noteSibling(fact, fact.txId, now) !== 'contested') continue
      const { account, nonce, txId } = fact
      emit({ type: 'contested', set: { account, nonce }, preferred: run.snow.preferenceOf(fact) ?? txId })
    }
  }

  const forgetSiblings = (facts: readonly (TransactionFacts | null)[]): void => {
    for (const fact of facts) if (fact !== null) run.snow?.forget(fact)
  }

  const pollSiblings = (nowMs: number): void => {
    if (run.snow === null) return
    const { poll, wakeAtMs } = run.snow.tick(nowMs)
    if (wakeAtMs !== null) wakeAt(wakeAtMs)
    for (const id of poll?.to ?? []) {
      const peer = bytesKey(id)
      if (poll !== null && peers.has(peer))
        emit({ type: 'send', to: peer, message: { kind: 'poll', request: poll.request } })
    }
  }

  const startRun = (
    number: number,
    startMs: number,
    validators: readonly Validator[],
    closingHash: Uint8Array,
    from: ResumePoint | null,
  ): EpochRun => {
    const committee = createCommittee(validators, closingHash, rules)
    const frame: EpochFrame = { number, committee, closingHash, rules }
    const dag = createDag(committee, { rules, snapshotRound: from?.snapshotRound ?? 0 })
    const self = options.self === null ? null : (committee.indexOf(options.self) ?? null)
    const window = from?.lastCommit?.window ?? []
    const lastOpen = from?.openCheckpoints.at(-1)?.checkpoint
    const last = lastOpen ?? from?.lastCheckpoint ?? null
    return {
      frame,
      startMs,
      dag,
      history: createOwnHistory(dag),
      arrivals: createArrivals({
        frame,
        dag,
        peers,
        emit,
        fault: (code, peer, author) => fault(code, peer, author === null ? null : idOf(author)),
        accept: (vertex, facts, nowMs) => accept(vertex, facts, nowMs),
      }),
      schedule: createCheckpointSchedule({
        checkpointIntervalMs: options.checkpointIntervalMs,
        epochMs: options.epochMs,
        epochStartMs: startMs,
        seq: last?.seq ?? collector?.certifiedSeq ?? 0,
        checkpointTimeMs: last?.commitTimeMs ?? startMs,
        hasNewTransactions: from?.hasNewTransactions ?? false,
        window,
      }),
      self,
      committed: new Set(window.map(({ hash }) => hashKey(hash))),
      equivocators: new Set(),
      snow:
        options.self === null || self === null || validators.length === 1
          ? null
          : createSnow({
              validators: committee.validators,
              self: options.self,
              rng: options.rng,
              ...(options.preferenceOracle === undefined ? {} : { oracle: options.preferenceOracle }),
            }),
      latestRound: validators.map(() => 0),
    }
  }

  let collector: ReturnType<typeof createCheckpointCollector> | undefined
  const epoch = resume?.epoch ?? {
    number: 0,
    startMs: options.startTimeMs,
    validators: options.validators,
    closingHash: chainId,
  }
  let run = startRun(epoch.number, epoch.startMs, epoch.validators, epoch.closingHash, resume)
  collector = createCheckpointCollector({
    chainId,
    self: options.self,
    certifiedSeq: resume?.lastCheckpoint?.seq ?? 0,
    emit,
    fault,
    certified: (certified) => certifiedCheckpoint(certified),
  })
  const server = createServer({ emit })

  const idOf = (author: number): Uint8Array => (run.frame.committee.validators[author] as Validator).id

  /** A vertex becomes part of the graph: its parents are there and its signature is good. */
  const store = (vertex: Vertex, facts: readonly (TransactionFacts | null)[]): DagVertex | undefined => {
    const { dag } = run
    const isOwn = options.self !== null && compareBytes(vertex.author, options.self) === 0
    if (isOwn) ownRound = Math.max(ownRound, vertex.round)
    if (vertex.round < lowestKept()) {
      // Late and below what any commit orders: kept on disk, since others may have named it.
      dag.addOlder(vertex)
      return undefined
    }
    const entry = dag.add(vertex)
    emit({ type: 'added', vertex })
    run.latestRound[entry.author] = Math.max(run.latestRound[entry.author] ?? 0, entry.round)
    pool.carried(entry, facts)
    if (!run.committed.has(entry.key)) noteSiblings(facts)
    if (entry.author === run.self && (ownLast === undefined || entry.round > ownLast.round)) {
      ownLast = entry
      pool.named(run.history.absorb(entry))
    } else run.history.add(entry)
    if (vertex.transactionCount > 0 && !run.committed.has(entry.key)) uncommittedLoads += 1
    const twins = dag.by(entry.round, entry.author)
    if (twins.length > 1 && !run.equivocators.has(entry.author)) {
      run.equivocators.add(entry.author)
      emit({ type: 'evidence', first: (twins[0] as DagVertex).vertex, second: entry.vertex })
    }
    if (dag.quorumRound > quorumSeen) {
      quorumSeen = dag.quorumRound
      quorumAtMs = now
    }
    return entry
  }

  /** Progress and commits that a newly stored vertex causes. */
  const follow = (entry: DagVertex): void => {
    for (const progress of voteProgress(run.dag, entry)) emit({ type: 'progress', ...progress })
    commitDecided()
  }

  const accept = (vertex: Vertex, facts: readonly (TransactionFacts | null)[], nowMs: number): void => {
    emit({ type: 'store', vertex })
    server.push(vertex, nowMs)
    if (options.self !== null && compareBytes(vertex.author, options.self) === 0) {
      // Signed with this validator's key and not in its journal: it has lost its memory, or there are two of it.
      isMuted = true
      fault('SIGNED_ELSEWHERE', null, vertex.author)
    }
    const entry = store(vertex, facts)
    if (entry !== undefined) follow(entry)
  }

  const lowestKept = (): number => Math.min(lastDecidedRound + 1, lastAnchorRound - consensusLimits.horizonRounds)

  const commitDecided = (): void => {
    if (isClosing) return
    const decisions = decideLeaders(run.dag, lastDecidedRound + 1)
    const newest = decisions.findLast((decision) => decision.kind === 'commit')?.vertex
    for (const decision of decisions) {
      lastDecidedRound += 1
      if (decision.kind === 'skip') skips += 1
      else commit(decision.vertex, newest ?? decision.vertex)
      if (isClosing) return
    }
  }

  /** @param newest last of the anchors decided together: how many those are differs from node to node */
  const commit = (anchor: DagVertex, newest: DagVertex): void => {
    const { dag, schedule, frame } = run
    const below = rules.horizonBelow === 'previous' ? lastAnchorRound : newest.round
    const lowestRound = Math.max(1, below - consensusLimits.horizonRounds)
    const entries = linearise(dag, anchor, (entry) => run.committed.has(entry.key), lowestRound)
    commitTimeMs = commitTimeOf(dag, anchor, commitTimeMs)
    commitIndex += 1
    lastAnchorRound = anchor.round
    const vertices: Vertex[] = []
    for (const entry of entries) {
      for (const progress of voteProgress.complete(dag, entry, anchor)) emit({ type: 'progress', ...progress })
      run.committed.add(entry.key)
      vertices.push(entry.vertex)
      forgetSiblings(pool.factsOf(entry))
      pool.committed(entry)
      if (entry.vertex.transactionCount > 0) uncommittedLoads -= 1
    }
    const { due: dueNow, closesEpoch } = schedule.take({
      commitIndex,
      leaderRound: anchor.round,
      commitTimeMs,
      vertices: vertices.map(({ round, hash }): CommittedVertex => ({ round, hash })),
      hasTransactions: vertices.some((vertex) => vertex.transactionCount > 0),
    })
    const effect: CommitEffect = {
      type: 'commit',
      commitIndex,
      epoch: frame.number,
      leaderRound: anchor.round,
      anchor: anchor.vertex.hash,
      commitTimeMs,
      vertices,
      checkpointDue: dueNow !== null,
      closesEpoch,
    }
    if (dueNow !== null) due.set(commitIndex, { due: dueNow, commit: effect })
    isClosing = closesEpoch
    emit(effect)
    forgetOld()
  }

  const forgetOld = (): void => {
    const { dag, history } = run
    const horizon = lastAnchorRound - consensusLimits.horizonRounds
    const lowest = lowestKept()
    let left = 0
    for (let round = Math.max(1, forgotten); round < Math.min(lowest, dag.highestRound + 1); round++) {
      for (const entry of dag.at(round)) {
        if (!run.committed.has(entry.key) && entry.vertex.transactionCount > 0) left += 1
        run.committed.delete(entry.key)
      }
    }
    forgotten = Math.max(forgotten, lowest)
    uncommittedLoads -= left
    history.forgetBelow(Math.max(1, horizon))
    pool.forgetBelow(Math.max(1, lowest))
    dag.releasePayloadsBelow(Math.max(1, lastAnchorRound - consensusLimits.payloadRounds), (entry) =>
      run.committed.has(entry.key),
    )
    dag.forgetBelow(Math.max(0, lowest))
  }
  /** Rounds below were let go of. */
  let forgotten = 0

  /** What was executed is covered by a checkpoint soon after, also where nothing follows it. */
  const quietIntervalMs = (): number => {
    if (!run.schedule.hasNewTransactions) return options.idleIntervalMs
    const intervalMs = options.checkpointIntervalMs
    const boundaryMs = (Math.floor(commitTimeMs / intervalMs) + 1) * intervalMs
    return Math.min(options.idleIntervalMs, Math.max(options.roundIntervalMs, boundaryMs - proposedAtMs))
  }

  const intervalMs = (): number => {
    if (pool.queue.isFullVertex && !isClosing) return 0
    const isBusy = pool.isWaiting(ownRound) || uncommittedLoads > 0 || run.dag.highestRound > ownRound || isClosing
    return isBusy ? options.roundIntervalMs : quietIntervalMs()
  }

  /** Makes the next vertex where it is time for one; otherwise says when to ask again. */
  const propose = (nowMs: number): void => {
    const { dag, self } = run
    if (self === null || isMuted || openVertex !== null) return
    if (commitIndex - executedIndex >= consensusLimits.maxUnexecutedCommits) return
    if (nowMs < proposedAtMs) proposedAtMs = nowMs
    if (nowMs < quorumAtMs) quorumAtMs = nowMs
    const pace = paceOf(dag, {
      nowMs,
      ownRound,
      proposedAtMs,
      quorumAtMs,
      lastCommittedLeaderRound: lastAnchorRound,
      intervalMs: intervalMs(),
      isEquivocator: (author) => run.equivocators.has(author),
    })
    if (pace.kind === 'wait') {
      if (pace.untilMs !== null) wakeAt(pace.untilMs)
      return
    }
    const { round } = pace
    const parents = parentsFor(round, pace.namesEquivocators)
    const proposals = isFresh(parents, nowMs) && !isClosing ? pool.take(round) : []
    const header: VertexHeader = {
      epoch: run.frame.number,
      round,
      author: idOf(self),
      parents: (round === 1
        ? run.frame.committee.validators.map(({ id }) => epochRootReference(run.frame.closingHash, id))
        : parents.map(({ vertex }) => referenceTo(vertex))
      ).sort(compareReferences),
      transactionsRoot: transactionsRoot(proposals.map(({ bytes }) => bytes)),
      transactionCount: proposals.length,
      timestampMs: Math.max(nowMs, (ownLast?.vertex.timestampMs ?? run.startMs) + 1),
      lastCommit: executedIndex,
    }
    openVertex = { header, proposals, signed: null }
    proposedAtMs = nowMs
    emit({ type: 'sign', kind: 'vertex', position: round, message: vertexMessage(chainId, header) })
  }

  /** First seen of each author of the round before, proven equivocators only in need; then what no own vertex has named. */
  const parentsFor = (round: number, namesEquivocators: boolean): DagVertex[] => {
    const { dag, history, equivocators } = run
    if (round === 1) return []
    const seen = new Set<number>()
    const before = dag.at(round - 1).filter((entry) => {
      if (rules.allowsTwinParents) return true
      if (seen.has(entry.author) || (equivocators.has(entry.author) && !namesEquivocators)) return false
      seen.add(entry.author)
      return true
    })
    const lowestRound = Math.max(1, lastAnchorRound - consensusLimits.horizonRounds)
    return history.parents(round, before, ownLast, (entry) => !equivocators.has(entry.author), lowestRound)
  }

  /** Whether a vertex on these parents gives its transactions a time that is not long past (see maxPredecessorAgeMs). */
  const isFresh = (parents: readonly DagVertex[], nowMs: number): boolean => {
    const timestamps = parents.map(({ vertex }) => vertex.timestampMs).sort((a, b) => a - b)
    const median = timestamps[Math.floor((timestamps.length - 1) / 2)]
    return median !== undefined && nowMs - median <= consensusLimits.maxPredecessorAgeMs
  }

  const takeVertexSignature = (position: number, signature: Uint8Array): void => {
    // The epoch may have ended while the signature was made: nothing of it has left.
    if (openVertex === null || openVertex.header.round !== position || openVertex.signed !== null) return
    const { header, proposals } = openVertex
    const transactions = proposals.map(({ bytes }) => bytes)
    const vertex: Vertex = { ...header, hash: vertexHash(chainId, header), transactions, signature }
    openVertex.signed = vertex
    emit({
      type: 'journal',
      kind: 'vertex',
      epoch: header.epoch,
      position,
      hash: vertex.hash,
      bytes: encodeVertex(vertex),
      transactions: transactions.length,
    })
    if (!rules.journalsBeforeSending) sendAll({ kind: 'vertices', vertices: [vertex] })
  }

  const takeVertexRecord = (position: number): void => {
    const open = openVertex
    if (open === null || open.signed === null || open.signed.round !== position) return
    openVertex = null
    const vertex = open.signed
    if (rules.journalsBeforeSending) sendAll({ kind: 'vertices', vertices: [vertex] })
    resentAtMs = now
    const entry = store(vertex, open.proposals)
    if (entry !== undefined) follow(entry)
  }

  const sendAll = (message: Message): void => {
    if (peers.size > 0) emit({ type: 'send', to: null, message })
  }

  const takeExecution = (input: Extract<EngineInput, { type: 'executed' }>): void => {
    invariant(input.commitIndex === executedIndex + 1, 'commits are executed in order')
    executedIndex = input.commitIndex
    const found = due.get(input.commitIndex)
    if (found === undefined) return
    due.delete(input.commitIndex)
    const { commit, due: dueNow } = found
    const next = input.nextValidators
    invariant(!commit.closesEpoch || next !== null, 'the commit that closes an epoch names the next validators')
    const nextValidators = commit.closesEpoch ? next : null
    const { stateRoot, historyRoot } = input
    const checkpoint = checkpointOf(
      { ...commit, stateRoot, historyRoot },
      dueNow,
      nextValidators ?? run.frame.committee.validators,
      checkpointHashBefore,
    )
    openCheckpoint(checkpoint, nextValidators, null)
  }

  const openCheckpoint = (
    checkpoint: Checkpoint,
    nextValidators: readonly Validator[] | null,
    signature: Uint8Array | null,
  ): void => {
    checkpointHashBefore = checkpointHash(chainId, checkpoint)
    collector.open(checkpoint, run.frame.committee, nextValidators, signature)
  }

  const certifiedCheckpoint = ({ checkpoint, hash, nextValidators }: CertifiedCheckpoint): void => {
    if (nextValidators === null) return
    const number = checkpoint.epoch + 1
    lastAnchorRound = 0
    lastDecidedRound = 0
    forgotten = 0
    quorumSeen = 0
    quorumAtMs = now
    uncommittedLoads = 0
    isClosing = false
    if (openVertex !== null) {
      // What it carries goes into a vertex of the new epoch; if it was journalled, it stays unsent.
      pool.queue.add(openVertex.proposals.slice(0, pool.queue.room))
      openVertex = null
    }
    ownLast = undefined
    ownRound = 0
    isMuted = false
    pool.restart()
    run = startRun(number, checkpoint.commitTimeMs, nextValidators, hash, null)
    const startMs = checkpoint.commitTimeMs
    emit({ type: 'epoch', number, startMs, validators: nextValidators, closingHash: hash })
  }

  const takeMessage = (message: Message, from: PeerKey, nowMs: number): void => {
    if (message.kind === 'vertices') {
      for (const vertex of message.vertices) takeVertex(vertex, from, nowMs)
    } else if (message.kind === 'fetch') takeFetch(message, from, nowMs)
    else if (message.kind === 'checkpoint-signature' || message.kind === 'checkpoint-certificate') {
      collector.take(message, from)
    } else if (message.kind === 'poll' && run.snow !== null) {
      emit({ type: 'send', to: from, message: { kind: 'poll-reply', reply: run.snow.answer(message.request) } })
    } else if (message.kind === 'poll-reply') {
      // What came too late or was not asked for counts nothing, and is no offence.
      run.snow?.takeReply(bytesOfKey(from), message.reply, nowMs)
    }
  }

  const takeVertex = (vertex: Vertex, from: PeerKey, nowMs: number): void => {
    if (vertex.epoch > run.frame.number) {
      // It has closed the epoch this node still runs: what is missing for that is asked for, the vertex comes again.
      fault('VERTEX_EPOCH', from, null)
      if (nowMs >= epochFetchAtMs && peers.has(from)) {
        epochFetchAtMs = nowMs + consensusLimits.fetchRetryMs
        const fromRound = run.dag.quorumRound + 1
        const fetch: FetchMessage = { kind: 'fetch', epoch: run.frame.number, references: [], fromRound }
        emit({ type: 'send', to: from, message: fetch })
        collector.resend()
      }
      return
    }
    if (vertex.epoch < run.frame.number) {
      fault('VERTEX_EPOCH', from, null)
      answerResend(from, nowMs)
      return
    }
    if (run.dag.byKey(hashKey(vertex.hash)) !== undefined) answerResend(from, nowMs)
    run.arrivals.take(vertex, from, nowMs)
  }
  let epochFetchAtMs = 0

  /** Somebody says again what is known here, so it lacks something: the own latest vertex may be it. */
  const answerResend = (peer: PeerKey, nowMs: number): void => {
    if (ownLast === undefined || nowMs < (answeredAtMs.get(peer) ?? 0) + consensusLimits.resendAfterMs) return
    answeredAtMs.set(peer, nowMs)
    sendOwnLatest(peer)
  }
  const answeredAtMs = new Map<PeerKey, number>()

  const sendOwnLatest = (peer: PeerKey | null): void => {
    if (ownLast === undefined) return
    const { vertex, hasPayload, round } = ownLast
    if (hasPayload) emit({ type: 'send', to: peer, message: { kind: 'vertices', vertices: [vertex] } })
    else if (peer !== null) {
      const references: VertexReference[] = [{ round, author: vertex.author, hash: vertex.hash }]
      emit({ type: 'lookup', to: peer, epoch: vertex.epoch, references, fromRound: null })
    }
  }

  const takeFetch = (message: FetchMessage, from: PeerKey, nowMs: number): void => {
    server.answer(
      message,
      from,
      { epoch: run.frame.number, dag: run.dag, lowestRound: Math.max(1, lowestKept()) },
      nowMs,
    )
  }

  const resendIfQuiet = (nowMs: number): void => {
    if (peers.size === 0 || ownLast === undefined) return
    if (nowMs < resentAtMs) resentAtMs = nowMs
    const isMissed = run.dag.quorumRound < ownLast.round || isClosing || collector.openCount > 0 || uncommittedLoads > 0
    if (!isMissed) return
    if (nowMs < resentAtMs + consensusLimits.resendAfterMs) return wakeAt(resentAtMs + consensusLimits.resendAfterMs)
    resentAtMs = nowMs
    sendOwnLatest(null)
    collector.resend()
    wakeAt(nowMs + consensusLimits.resendAfterMs)
  }

  let wakeMs: number | undefined
  const wakeAt = (atMs: number): void => {
    if (wakeMs === undefined || atMs < wakeMs) wakeMs = atMs
  }

  const takeRestored = (): void => {
    const before = restored
    restored = []
    // One by one, as they came: stored all at once, the last could commit the first before its states were told.
    for (const { vertex, transactions } of before) {
      const entry = store(vertex, transactions)
      if (entry === undefined) continue
      if (entry.author === run.self) pool.adopt(entry, transactions)
      follow(entry)
    }
    for (const { checkpoint, nextValidators, signature } of openBefore) {
      openCheckpoint(checkpoint, nextValidators, signature)
      if (nextValidators !== null) isClosing = true
    }
    openBefore = []
  }
  let openBefore: ResumePoint['openCheckpoints'] = []

  if (resume !== null) {
    for (const reference of resume.older) {
      run.dag.addOlder(reference)
      const isOwn = options.self !== null && compareBytes(reference.author, options.self) === 0
      if (isOwn) ownRound = Math.max(ownRound, reference.round)
    }
    // What a commit has ordered says nothing new; all else goes through its states, whatever its round.
    const isOrdered = ({ vertex }: (typeof restored)[number]): boolean => run.committed.has(hashKey(vertex.hash))
    const settled: typeof restored = resume.vertices.filter(isOrdered)
    restored = resume.vertices.filter((one) => !isOrdered(one))
    for (const { vertex, transactions } of settled) {
      const entry = store(vertex, transactions)
      if (entry === undefined) continue
      if (entry.author === run.self) pool.adopt(entry, transactions)
      if (run.committed.has(entry.key)) pool.committed(entry)
    }
    effects = []
    openBefore = resume.openCheckpoints
    isClosing = resume.openCheckpoints.some(({ nextValidators }) => nextValidators !== null)
  }

  return {
    handle(input) {
      effects = []
      wakeMs = undefined
      now = input.nowMs
      takeRestored()
      switch (input.type) {
        case 'transactions':
          pool.addOwn(input.proposals)
          noteSiblings(input.proposals)
          break
        case 'gossip':
          pool.addGossip(input.proposals, Math.max(ownRound, run.dag.quorumRound))
          noteSiblings(input.proposals)
          break
        case 'connected':
          peers.add(input.peer)
          sendOwnLatest(input.peer)
          break
        case 'disconnected':
          peers.delete(input.peer)
          answeredAtMs.delete(input.peer)
          server.forget(input.peer)
          break
        case 'message':
          takeMessage(input.message, input.from, input.nowMs)
          break
        case 'verified':
          if (input.kind === 'checkpoint') collector.verified(input.id, input.isGood)
          else run.arrivals.verified(input.hash, input.isGood, input.transactions, input.nowMs)
          break
        case 'signed':
          if (input.kind === 'vertex') takeVertexSignature(input.position, input.signature)
          else collector.signed(input.position, input.signature)
          break
        case 'journalled':
          if (input.kind === 'vertex') takeVertexRecord(input.position)
          else collector.journalled(input.position)
          break
        case 'executed':
          takeExecution(input)
          break
        case 'tick':
          break
      }
      run.arrivals.tick(input.nowMs)
      propose(input.nowMs)
      resendIfQuiet(input.nowMs)
      pollSiblings(input.nowMs)
      const arrivalsAtMs = run.arrivals.nextAtMs
      if (arrivalsAtMs !== undefined) wakeAt(arrivalsAtMs)
      if (wakeMs !== undefined) emit({ type: 'wake', atMs: wakeMs })
      return effects
    },
    withdraw: (txId) => pool.withdraw(txId),
    get room() {
      return pool.queue.room
    },
    get status() {
      const { dag, frame, arrivals, latestRound, equivocators } = run
      return {
        epoch: frame.number,
        round: run.self === null ? dag.quorumRound : ownRound,
        commitIndex: executedIndex,
        waiting: pool.queue.size,
        committedLeaderRound: lastAnchorRound,
        skips,
        validators: frame.committee.validators.map(({ id, stakeMicroRuv }, index) => ({
          id,
          stakeMicroRuv,
          round: latestRound[index] ?? 0,
          isEquivocator: equivocators.has(index),
        })),
        memory: { vertices: dag.size, pending: arrivals.pending, pendingBytes: arrivals.pendingBytes },
      }
    },
  }
}

function referenceTo(vertex: Vertex): VertexReference {
  return { round: vertex.round, author: vertex.author, hash: vertex.hash }
}
