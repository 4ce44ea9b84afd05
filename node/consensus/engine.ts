/**
 * The consensus engine: QR-Avalanche over a vertex DAG, as a pure state machine. Inputs carry the time, effects say what is
 * to be done. Nothing of its own leaves before the journal has it. Rules: docs/protocol.md, "Consensus".
 */
import { batchesOf } from '../core/batches.ts'
import { bytesKey, bytesOfKey, compareBytes } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { type Checkpoint, checkpointHash, checkpointOf } from './checkpoint.ts'
import { type CertifiedCheckpoint, createCheckpointCollector } from './checkpoint-collector.ts'
import type { Validator } from './committee.ts'
import { type ChainPosition, createCommitter } from './committing.ts'
import { type DagVertex, hashKey } from './dag.ts'
import type { Engine, EngineOptions } from './engine-options.ts'
import { createEpochRun, type EpochRun, type EpochRunDeps, lowestKept } from './epoch-run.ts'
import { consensusLimits } from './limits.ts'
import type { FetchMessage, Message } from './messages.ts'
import { createProposer } from './proposing.ts'
import { soundRules } from './protocol-rules.ts'
import { createServer } from './serving.ts'
import { createTransactionPool } from './transaction-pool.ts'
import type { EngineEffect, EngineInput, FaultCode, PeerKey, ResumePoint, TransactionFacts } from './types.ts'
import { referenceTo, type Vertex } from './vertex.ts'
import { voteProgress } from './vote-progress.ts'

export function createEngine(options: EngineOptions): Engine {
  const { chainId, resume } = options
  const rules = options.rules ?? soundRules
  const peers = new Set<PeerKey>()
  let effects: EngineEffect[] = []
  const emit = (effect: EngineEffect): void => void effects.push(effect)
  const fault = (code: FaultCode, peer: PeerKey | null, author: Uint8Array | null): void =>
    emit({ type: 'fault', peer, code, author })

  let resentAtMs = 0
  /** When checkpoints without a certificate were last spoken of; their own time, since vertices go on meanwhile. */
  let signaturesSaidAtMs = 0
  const position: ChainPosition = {
    commitIndex: resume?.lastCommit?.commitIndex ?? 0,
    executedIndex: resume?.lastCommit?.commitIndex ?? 0,
    commitTimeMs: resume?.lastCommit?.commitTimeMs ?? options.startTimeMs,
  }
  /** Hash of the last checkpoint due, certified or not: the next names it. */
  let checkpointHashBefore = resume?.lastCheckpoint?.hash ?? chainId
  /** Taken over from before a restart and not yet followed. */
  let restored: NonNullable<ResumePoint>['vertices'] = []
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

  const runDeps: EpochRunDeps = {
    options,
    rules,
    peers,
    emit,
    fault,
    accept: (vertex, facts, nowMs) => accept(vertex, facts, nowMs),
  }
  const epoch = resume?.epoch ?? {
    number: 0,
    startMs: options.startTimeMs,
    validators: options.validators,
    closingHash: chainId,
  }
  let run: EpochRun = createEpochRun(epoch, resume, { nowMs: now, certifiedSeq: 0 }, runDeps)
  const collector = createCheckpointCollector({
    chainId,
    self: options.self,
    certifiedSeq: resume?.lastCheckpoint?.seq ?? 0,
    emit,
    fault,
    certified: (certified) => certifiedCheckpoint(certified),
  })
  const server = createServer({ emit })

  const committer = createCommitter({ rules, position, pool, emit })
  const proposer = createProposer({ options, rules, position, pool, emit, wakeAt: (atMs) => wakeAt(atMs) })

  /** A vertex becomes part of the graph: its parents are there and its signature is good. */
  const store = (vertex: Vertex, facts: readonly (TransactionFacts | null)[]): DagVertex | undefined => {
    const { dag } = run
    const isOwn = options.self !== null && compareBytes(vertex.author, options.self) === 0
    if (isOwn) run.ownRound = Math.max(run.ownRound, vertex.round)
    if (vertex.round < lowestKept(run)) {
      // Late and below what any commit orders: kept on disk, since others may have named it.
      dag.addOlder(vertex)
      return undefined
    }
    const entry = dag.add(vertex)
    emit({ type: 'added', vertex })
    run.latestRound[entry.author] = Math.max(run.latestRound[entry.author] ?? 0, entry.round)
    pool.carried(entry, facts)
    if (!run.committed.has(entry.key)) noteSiblings(facts)
    if (entry.author === run.self && (run.ownLast === undefined || entry.round > run.ownLast.round)) {
      run.ownLast = entry
      pool.named(run.history.absorb(entry))
    } else run.history.add(entry)
    if (vertex.transactionCount > 0 && !run.committed.has(entry.key)) run.uncommittedLoads += 1
    const twins = dag.by(entry.round, entry.author)
    if (twins.length > 1 && !run.equivocators.has(entry.author)) {
      run.equivocators.add(entry.author)
      emit({ type: 'evidence', first: (twins[0] as DagVertex).vertex, second: entry.vertex })
    }
    if (dag.quorumRound > run.quorumSeen) {
      run.quorumSeen = dag.quorumRound
      run.quorumAtMs = now
    }
    return entry
  }

  /** Progress and commits that a newly stored vertex causes. */
  const follow = (entry: DagVertex): void => {
    for (const progress of voteProgress(run.dag, entry)) emit({ type: 'progress', ...progress })
    committer.decide(run)
  }

  const accept = (vertex: Vertex, facts: readonly (TransactionFacts | null)[], nowMs: number): void => {
    emit({ type: 'store', vertex })
    server.push(vertex, nowMs)
    if (options.self !== null && compareBytes(vertex.author, options.self) === 0) {
      // Signed with this validator's key and not in its journal: it has lost its memory, or there are two of it.
      run.isMuted = true
      fault('SIGNED_ELSEWHERE', null, vertex.author)
    }
    const entry = store(vertex, facts)
    if (entry !== undefined) follow(entry)
  }

  const takeVertexSignature = (round: number, signature: Uint8Array): void => {
    const vertex = proposer.signed(run, round, signature)
    if (vertex !== null && !rules.journalsBeforeSending) sendAll({ kind: 'vertices', vertices: [vertex] })
  }

  const takeVertexRecord = (round: number): void => {
    const open = proposer.journalled(run, round)
    if (open === null) return
    if (rules.journalsBeforeSending) sendAll({ kind: 'vertices', vertices: [open.signed] })
    resentAtMs = now
    const entry = store(open.signed, open.proposals)
    if (entry !== undefined) follow(entry)
  }

  const sendAll = (message: Message): void => {
    if (peers.size > 0) emit({ type: 'send', to: null, message })
  }

  const takeExecution = (input: Extract<EngineInput, { type: 'executed' }>): void => {
    invariant(input.commitIndex === position.executedIndex + 1, 'commits are executed in order')
    position.executedIndex = input.commitIndex
    const found = committer.takeDue(input.commitIndex)
    if (found === undefined) return
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
    // The signatures get time to come.
    if (collector.openCount === 0) signaturesSaidAtMs = now
    collector.open(checkpoint, run.frame.committee, nextValidators, signature)
  }

  const certifiedCheckpoint = ({ checkpoint, hash, nextValidators }: CertifiedCheckpoint): void => {
    if (nextValidators === null) return
    const number = checkpoint.epoch + 1
    // What an open vertex carries goes into one of the new epoch; if it was journalled, it stays unsent.
    if (run.openVertex !== null) pool.addOwn(run.openVertex.proposals.slice(0, pool.room), now)
    pool.restart()
    const { certifiedSeq } = collector
    const start = { number, startMs: checkpoint.commitTimeMs, validators: nextValidators, closingHash: hash }
    run = createEpochRun(start, null, { nowMs: now, certifiedSeq }, runDeps)
    emit({ type: 'epoch', ...start })
  }

  const takeMessage = (message: Message, from: PeerKey, nowMs: number): void => {
    if (message.kind === 'vertices') {
      for (const vertex of message.vertices) takeVertex(vertex, from, nowMs)
    } else if (message.kind === 'fetch') takeFetch(message, from, nowMs)
    else if (message.kind === 'checkpoint-signature' || message.kind === 'checkpoint-certificate') {
      collector.take(message, from)
    } else if (message.kind === 'checkpoint-request') collector.answer(message.seqs, from)
    else if (message.kind === 'poll' && run.snow !== null) {
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
        collector.resend(peers)
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
    if (run.ownLast === undefined || nowMs < (answeredAtMs.get(peer) ?? 0) + consensusLimits.resendAfterMs) return
    answeredAtMs.set(peer, nowMs)
    sendOwnLatest(peer)
  }
  const answeredAtMs = new Map<PeerKey, number>()

  const sendOwnLatest = (peer: PeerKey | null): void => {
    if (run.ownLast === undefined) return
    const { vertex, hasPayload } = run.ownLast
    if (hasPayload) emit({ type: 'send', to: peer, message: { kind: 'vertices', vertices: [vertex] } })
    else if (peer !== null) {
      emit({ type: 'lookup', to: peer, epoch: vertex.epoch, references: [referenceTo(vertex)], fromRound: null })
    }
  }

  const takeFetch = (message: FetchMessage, from: PeerKey, nowMs: number): void => {
    server.answer(
      message,
      from,
      { epoch: run.frame.number, dag: run.dag, lowestRound: Math.max(1, lowestKept(run)) },
      nowMs,
    )
  }

  const resendIfQuiet = (nowMs: number): void => {
    if (peers.size === 0) return
    if (nowMs < resentAtMs) resentAtMs = nowMs
    const isOwnMissed =
      run.ownLast !== undefined && (run.dag.quorumRound < run.ownLast.round || run.uncommittedLoads > 0)
    if (!isOwnMissed && !run.isClosing) return
    if (nowMs >= resentAtMs + consensusLimits.resendAfterMs) {
      resentAtMs = nowMs
      sendOwnLatest(null)
    }
    wakeAt(resentAtMs + consensusLimits.resendAfterMs)
  }

  /** A signature that was lost holds up its checkpoint, and that of an epoch's end everything after it. */
  const resendSignatures = (nowMs: number): void => {
    if (peers.size === 0 || collector.openCount === 0) return
    if (nowMs < signaturesSaidAtMs) signaturesSaidAtMs = nowMs
    if (nowMs >= signaturesSaidAtMs + consensusLimits.resendAfterMs) {
      signaturesSaidAtMs = nowMs
      collector.resend(peers)
    }
    wakeAt(signaturesSaidAtMs + consensusLimits.resendAfterMs)
  }

  /** What this node does not propose itself: told again to those who do. */
  const handOn = (nowMs: number): void => {
    pool.setProposing(run.self !== null && !run.isMuted, nowMs)
    const { proposals, nextAtMs } = pool.overdue(nowMs)
    if (nextAtMs !== null) wakeAt(nextAtMs)
    const parts = batchesOf(proposals, {
      maxItems: consensusLimits.maxVertexTransactions,
      maxBytes: consensusLimits.maxVertexTransactionBytes,
      bytesOf: ({ bytes }) => bytes.length,
    })
    for (const part of parts) sendAll({ kind: 'transactions', transactions: part.map(({ bytes }) => bytes) })
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
      if (nextValidators !== null) run.isClosing = true
    }
    openBefore = []
  }
  let openBefore: ResumePoint['openCheckpoints'] = []

  if (resume !== null) {
    for (const reference of resume.older) {
      run.dag.addOlder(reference)
      const isOwn = options.self !== null && compareBytes(reference.author, options.self) === 0
      if (isOwn) run.ownRound = Math.max(run.ownRound, reference.round)
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
    run.isClosing = resume.openCheckpoints.some(({ nextValidators }) => nextValidators !== null)
  }

  return {
    handle(input) {
      effects = []
      wakeMs = undefined
      now = input.nowMs
      takeRestored()
      switch (input.type) {
        case 'transactions':
          pool.addOwn(input.proposals, input.nowMs)
          noteSiblings(input.proposals)
          break
        case 'gossip':
          pool.addGossip(
            input.proposals,
            Math.max(run.ownRound, run.dag.quorumRound) -
              (input.isDue === true ? consensusLimits.gossipProposalRounds : 0),
          )
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
      proposer.propose(run, input.nowMs)
      resendIfQuiet(input.nowMs)
      resendSignatures(input.nowMs)
      handOn(input.nowMs)
      pollSiblings(input.nowMs)
      const arrivalsAtMs = run.arrivals.nextAtMs
      if (arrivalsAtMs !== undefined) wakeAt(arrivalsAtMs)
      if (wakeMs !== undefined) emit({ type: 'wake', atMs: wakeMs })
      return effects
    },
    withdraw: (txId) => pool.withdraw(txId),
    get room() {
      return pool.room
    },
    get status() {
      const { dag, frame, arrivals, latestRound, equivocators } = run
      return {
        epoch: frame.number,
        validates: run.self !== null && !run.isMuted,
        round: run.self === null ? dag.quorumRound : run.ownRound,
        commitIndex: position.executedIndex,
        waiting: pool.waiting,
        committedLeaderRound: run.lastAnchorRound,
        skips: committer.skips,
        validators: frame.committee.validators.map(({ id, publicKey, stakeMicroRuv }, index) => ({
          id,
          publicKey,
          stakeMicroRuv,
          round: latestRound[index] ?? 0,
          isEquivocator: equivocators.has(index),
        })),
        memory: {
          vertices: dag.size,
          pending: arrivals.pending,
          pendingBytes: arrivals.pendingBytes,
          wanted: arrivals.wanted,
          signatures: collector.waitingSignatures,
        },
      }
    },
  }
}
