/**
 * Drives the engine: feeds it inputs and carries out its effects in order. What must be durable is, before the engine hears
 * of it. A write that fails stops the node: nothing may be promised on top of it.
 */

import {
  type CommitEffect,
  consensusLimits,
  decodeCertificate,
  decodeCheckpoint,
  decodeVertex,
  type Engine,
  type EngineEffect,
  encodeVertex,
  type FaultCode,
  headerOf,
  type PeerKey,
  type Proposal,
  type UntimedInput,
  type Vertex,
  vertexEvidence,
  vertexSizeBytes,
} from '../consensus/index.ts'
import { batchesOf } from '../core/batches.ts'
import type { Clock, Scheduler } from '../core/clock.ts'
import { runAtOnce, runInTurns } from '../core/slices.ts'
import type { Candidate } from '../ledger/index.ts'
import type { Storage } from '../storage/index.ts'
import type { Chain } from './chain.ts'
import type { ConsensusPeers } from './consensus-peers.ts'
import type { Contests } from './contests.ts'
import type { DagView } from './dag-view.ts'
import type { NodeEventHub } from './events.ts'
import type { ExecutedCommit, Executor } from './executor.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'
import { createPeerIntake } from './peer-intake.ts'
import { createResubmission } from './resubmission.ts'
import { vertexRecord } from './steps.ts'
import type { StateStep } from './types.ts'
import { proposalOf, type VertexChecks } from './vertex-checks.ts'
import type { VertexTimes } from './vertex-times.ts'

export interface ConsensusDriver {
  start(): void
  /** Hands an admitted transaction to the engine; it goes out with the next inputs. */
  enqueue(entry: InFlightEntry): void
  /** Takes back a transaction that is in no vertex, so that none will carry it. False where it cannot be had back. */
  withdraw(entry: InFlightEntry): boolean
  /** Takes over the verdict on a transaction that stands in a vertex from before a restart. */
  adopt(checked: Pick<Candidate, 'transaction' | 'verifiedUnder'>): void
  /** Transactions the engine takes before its queue is full. */
  readonly room: number
  /** What was refused or dropped since the start, by code. */
  readonly faults: ReadonlyMap<FaultCode, number>
  /** Stops feeding and waits for what is under way. */
  stop(): Promise<void>
}

export interface Offence {
  /** Its id. */
  readonly validator: Uint8Array
  readonly epoch: number
  readonly round: number
  /** As `evidence.submit` takes it. */
  readonly evidence: Uint8Array
}

export interface ConsensusDriverDeps {
  readonly chain: Chain
  readonly engine: Engine
  readonly executor: Executor
  readonly checks: VertexChecks
  readonly peers: ConsensusPeers
  readonly registry: InFlightRegistry
  readonly storage: Storage
  readonly times: VertexTimes
  readonly hub: NodeEventHub
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** What people see of the graph. */
  readonly dag: DagView
  readonly contests: Contests
  /** Signs with the validator's key; the message holds its domain tag. */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>
  /** Resolves in the next turn of the event loop. */
  readonly nextTurn: () => Promise<void>
  readonly onFailure: (cause: unknown) => void
  /** A validator has signed two vertices of a round; `evidence` proves it to the ledger. */
  readonly onEvidence: (offence: Offence) => void
}

/** What no honest peer sends, whatever it knows. The others come of being late, early, or passed on. */
const misconductCodes: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'VERTEX_AUTHOR_UNKNOWN',
  'VERTEX_PARENTS',
  'VERTEX_SIGNATURE',
  'CHECKPOINT_SIGNATURE',
  'CHECKPOINT_SIGNER_UNKNOWN',
])

const orderOfStates: readonly StateStep['state'][] = ['Voting', 'Confirming', 'Confirmed']

export function createConsensusDriver(deps: ConsensusDriverDeps): ConsensusDriver {
  const { chain, engine, executor, checks, peers, registry, storage, times, hub, clock, scheduler, sign } = deps
  const { dag, contests } = deps
  /** `isCharged`: what is wrong with it is the fault of who sent it. */
  const inputs: { readonly input: UntimedInput; readonly isCharged: boolean }[] = []
  let proposals: Proposal[] = []
  /** Verdicts on transactions this validator may put into a vertex, by their bytes. */
  const checked = new WeakMap<Uint8Array, Pick<Candidate, 'transaction' | 'verifiedUnder'>>()
  const underWay = new Set<Promise<void>>()
  const commits: CommitEffect[] = []
  const faults = new Map<FaultCode, number>()
  let isExecuting = false
  let cancelWake: (() => void) | undefined
  let isFeeding = false
  let isStopped = false
  let isFlushScheduled = false
  const resubmission = createResubmission({
    peers,
    registry,
    validates: () => engine.status.validates,
    clock,
    scheduler,
  })

  const intake = createPeerIntake({
    chainId: chain.chainId,
    engine,
    checks,
    registry,
    clock,
    feed: (input, isCharged) => feed(input, isCharged),
    adopt: (known) => void checked.set(known.transaction.bytes, known),
  })

  const feed = (input: UntimedInput, isCharged = true): void => {
    inputs.push({ input, isCharged })
    if (isFeeding || isStopped) return
    isFeeding = true
    try {
      for (let next = inputs.shift(); next !== undefined && !isStopped; next = inputs.shift()) {
        for (const effect of engine.handle({ ...next.input, nowMs: clock.nowMs() })) carryOut(effect, next.isCharged)
      }
    } catch (cause) {
      fail(cause)
    } finally {
      isFeeding = false
    }
  }

  const fail = (cause: unknown): void => {
    if (isStopped) return
    isStopped = true
    cancelWake?.()
    deps.onFailure(cause)
  }

  const track = (work: Promise<void>): void => {
    const tracked = work.catch(fail).finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  const carryOut = (effect: EngineEffect, isCharged: boolean): void => {
    switch (effect.type) {
      case 'sign': {
        const { kind, position, message } = effect
        return track(sign(message).then((signature) => feed({ type: 'signed', kind, position, signature })))
      }
      case 'journal':
        return track(journal(effect))
      case 'store':
        return track(store(effect.vertex))
      case 'verify':
        return track(verify(effect))
      case 'send':
        return peers.send(effect.to, effect.message)
      case 'lookup':
        return track(lookUp(effect))
      case 'lookupCheckpoint':
        return track(lookUpCheckpoint(effect.to, effect.seq))
      case 'progress':
        return noteProgress(effect)
      case 'added':
        return dag.vertexStored(effect.vertex)
      case 'contested':
        return contests.note(effect.set.account, effect.set.nonce, effect.preferred)
      case 'evidence':
        return takeEvidence(effect.first, effect.second)
      case 'commit':
        dag.committed(effect)
        commits.push(effect)
        return executeNext()
      case 'certified':
        return track(executor.checkpoint(effect))
      case 'epoch': {
        const { epochMs } = chain.genesis.parameters
        const { number, startMs, validators, closingHash } = effect
        intake.epochBegan()
        return dag.epoch({ number, startMs, endMs: startMs + epochMs, validators, closingHash })
      }
      case 'fault':
        faults.set(effect.code, (faults.get(effect.code) ?? 0) + 1)
        if (isCharged && effect.peer !== null && misconductCodes.has(effect.code))
          peers.misconduct(effect.peer, effect.code)
        return
      case 'wake':
        cancelWake?.()
        cancelWake = scheduler.after(Math.max(0, effect.atMs - clock.nowMs()), () => feed({ type: 'tick' }))
        return
    }
  }

  /** One commit after the other. An empty one in this very turn; for others the loop turns, so that nothing waits long for it. */
  const executeNext = (): void => {
    while (!isExecuting && !isStopped) {
      const commit = commits.shift()
      if (commit === undefined) return
      const candidates = executor.candidatesOf(commit)
      if (candidates.length === 0) {
        finish(commit, runAtOnce(executor.execute(commit, candidates)))
        continue
      }
      isExecuting = true
      track(
        executeInTurns(commit, candidates).then(() => {
          isExecuting = false
          executeNext()
        }),
      )
    }
  }

  const executeInTurns = async (commit: CommitEffect, candidates: readonly Candidate[]): Promise<void> => {
    const settled = await checks.settle(candidates)
    await deps.nextTurn()
    if (isStopped) return
    const executed = await runInTurns(executor.execute(commit, settled), deps.nextTurn)
    await deps.nextTurn()
    if (!isStopped) finish(commit, executed)
  }

  const finish = ({ commitIndex }: CommitEffect, executed: ExecutedCommit): void => {
    const { stateRoot, historyRoot, nextValidators } = executed
    track(executed.record())
    feed({ type: 'executed', commitIndex, stateRoot, historyRoot, nextValidators })
  }

  const journal = async (effect: Extract<EngineEffect, { type: 'journal' }>): Promise<void> => {
    const { kind, epoch, position, hash, bytes, transactions } = effect
    const atMs = clock.nowMs()
    await storage.write.appendJournal({ kind, epoch, position, hash, bytes, transactions, atMs })
    if (kind === 'vertex') times.journalled(hash, atMs)
    feed({ type: 'journalled', kind, position })
  }

  const store = async (vertex: Vertex): Promise<void> => {
    const { epoch, round, author, hash, transactionCount: transactions } = vertex
    const atMs = clock.nowMs()
    await storage.write.storeVertex({ epoch, round, author, hash, bytes: encodeVertex(vertex), transactions, atMs })
  }

  const verify = async (effect: Extract<EngineEffect, { type: 'verify' }>): Promise<void> => {
    if (effect.kind === 'checkpoint') {
      const { id, publicKey, message, signature } = effect
      feed({ type: 'verified', kind: 'checkpoint', id, isGood: await checks.signature(publicKey, message, signature) })
      return
    }
    const { vertex, publicKey } = effect
    const { isGood, facts, candidates } = await checks.vertex(vertex, publicKey)
    if (isGood) executor.prepare(vertex, candidates)
    feed({ type: 'verified', kind: 'vertex', hash: vertex.hash, isGood, transactions: facts })
  }

  /** Sends from the disk what memory no longer holds; one message, from the lowest round on. */
  const lookUp = async (effect: Extract<EngineEffect, { type: 'lookup' }>): Promise<void> => {
    const { to, epoch, references, fromRound } = effect
    const found: Vertex[] = []
    let bytes = 0
    const take = (record: { readonly bytes: Uint8Array } | null): boolean => {
      const vertex = record === null ? null : decodeVertex(chain.chainId, record.bytes)
      if (vertex === null || !vertex.ok) return true
      bytes += vertexSizeBytes(vertex.value)
      if (found.length > 0 && bytes > consensusLimits.maxVerticesMessageBytes) return false
      found.push(vertex.value)
      return found.length < consensusLimits.maxMessageVertices
    }
    for (const { hash } of references) if (!take(await storage.read.journalByHash(hash))) break
    if (fromRound !== null) {
      const query = { epoch, fromRound, afterSeq: 0, limit: serviceLimits.servedVertices }
      for (const record of await storage.read.vertices(query)) if (!take(record)) break
    }
    if (found.length > 0) peers.send(to, { kind: 'vertices', vertices: found })
  }

  const lookUpCheckpoint = async (to: PeerKey, seq: number): Promise<void> => {
    const row = await storage.read.checkpoint(seq)
    if (row === null) return
    const checkpoint = decodeCheckpoint(row.bytes)
    const certificate = decodeCertificate(row.certificate)
    if (!checkpoint.ok || !certificate.ok) return
    peers.send(to, { kind: 'checkpoint-certificate', checkpoint: checkpoint.value, certificate: certificate.value })
  }

  const noteProgress = (effect: Extract<EngineEffect, { type: 'progress' }>): void => {
    const { vertex, state, by } = effect
    const support = dag.progress(effect)
    const step: StateStep = {
      state,
      atMs: times.note(effect, clock.nowMs(), support),
      record: vertexRecord(by),
      support,
    }
    if (state === 'Voting') prepareOwn(vertex)
    for (const { transaction } of executor.prepared(vertex)) {
      const entry = registry.get(transaction.txId)
      // A second vertex that carries it, of another validator, says nothing new.
      const last = entry?.steps.at(-1)
      const isNew = last === undefined || orderOfStates.indexOf(state) > orderOfStates.indexOf(last.state)
      if (entry === undefined || entry.executed || !isNew) continue
      entry.steps.push(step)
      const { txId, account, nonce } = transaction
      hub.publish({ type: 'transaction', atMs: step.atMs, state, txId, account, nonce, parties: entry.parties })
    }
  }

  /** Kept so that anybody with an account can submit it; the ledger counts an offence once. */
  const takeEvidence = (first: Vertex, second: Vertex): void => {
    dag.equivocated(first.author)
    const evidence = vertexEvidence(
      { header: headerOf(first), signature: first.signature },
      { header: headerOf(second), signature: second.signature },
    )
    deps.onEvidence({ validator: first.author, epoch: first.epoch, round: first.round, evidence })
  }

  /** The transactions of an own vertex were checked at the door; one from before a restart by the recovery. */
  const prepareOwn = (vertex: Vertex): void => {
    const candidates: Candidate[] = []
    for (const [indexInVertex, bytes] of vertex.transactions.entries()) {
      const known = checked.get(bytes)
      if (known === undefined) return
      candidates.push({ ...known, origin: { vertexHash: vertex.hash, indexInVertex } })
    }
    executor.prepare(vertex, candidates)
  }

  const flush = (): void => {
    isFlushScheduled = false
    const batch = proposals
    proposals = []
    // Without a seat they are others' to propose; should it get one, it knows them.
    const isSeated = engine.status.validates
    feed({ type: isSeated ? 'transactions' : 'gossip', proposals: batch })
    if (!isSeated) return resubmission.submit(batch.map(({ bytes }) => bytes))
    if (peers.count === 0) return
    const parts = batchesOf(batch, {
      maxItems: consensusLimits.maxVertexTransactions,
      maxBytes: consensusLimits.maxVertexTransactionBytes,
      bytesOf: ({ bytes }) => bytes.length,
    })
    for (const part of parts) peers.send(null, { kind: 'transactions', transactions: part.map(({ bytes }) => bytes) })
  }

  return {
    faults,
    start() {
      peers.start({
        connected: (peer) => feed({ type: 'connected', peer }),
        disconnected: (peer) => feed({ type: 'disconnected', peer }),
        message(from, message) {
          if (message.kind !== 'transactions') return feed({ type: 'message', from, message })
          const taken = intake.handed(message.transactions)
          track(
            taken.then((verdict) => {
              if (verdict === 'reject') peers.misconduct(from, 'TRANSACTION_INVALID')
            }),
          )
        },
        gossip(from, message) {
          if (isStopped) return Promise.resolve('ignore')
          const verdict = intake.gossip(from, message)
          track(verdict.then(() => undefined))
          return verdict
        },
      })
      resubmission.start()
      feed({ type: 'tick' })
    },
    adopt: (known) => void checked.set(known.transaction.bytes, known),
    enqueue(entry) {
      const { transaction, verifiedUnder } = entry
      checked.set(transaction.bytes, { transaction, verifiedUnder })
      proposals.push(proposalOf(transaction))
      if (isFlushScheduled) return
      isFlushScheduled = true
      queueMicrotask(flush)
    },
    withdraw({ transaction: { txId, bytes } }) {
      if (isStopped) return false
      const at = proposals.findIndex((proposal) => proposal.bytes === bytes)
      if (at < 0) return engine.withdraw(txId)
      proposals.splice(at, 1)
      return true
    },
    get room() {
      return engine.room - proposals.length
    },
    async stop() {
      isStopped = true
      peers.stop()
      resubmission.stop()
      cancelWake?.()
      await Promise.all(underWay)
    },
  }
}
