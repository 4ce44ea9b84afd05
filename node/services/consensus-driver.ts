/**
 * Drives the engine: feeds it inputs and carries out its effects in order. What must be durable is, before the engine hears
 * of it. A write that fails stops the node: nothing may be promised on top of it.
 */

import type { Engine, EngineEffect, EngineInput, Proposal } from '../consensus/index.ts'
import type { Clock, Scheduler } from '../core/clock.ts'
import type { Candidate } from '../ledger/index.ts'
import type { Storage } from '../storage/index.ts'
import type { NodeEventHub } from './events.ts'
import type { Executor } from './executor.ts'
import type { InFlightEntry } from './in-flight.ts'
import { vertexRecord } from './steps.ts'
import type { VertexTimes } from './vertex-times.ts'

export interface ConsensusDriver {
  start(): void
  /** Hands an admitted transaction to the engine; it goes out with the next inputs. */
  enqueue(entry: InFlightEntry): void
  /** Takes back a transaction that is in no vertex, so that none will carry it. False where it cannot be had back. */
  withdraw(entry: InFlightEntry): boolean
  /** Takes over a transaction that stands in a vertex from before a restart. */
  adopt(entry: InFlightEntry): void
  /** Transactions the engine takes before its queue is full. */
  readonly room: number
  /** Stops feeding and waits for what is under way. */
  stop(): Promise<void>
}

export interface ConsensusDriverDeps {
  readonly engine: Engine
  readonly executor: Executor
  readonly storage: Storage
  readonly times: VertexTimes
  readonly hub: NodeEventHub
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Signs with the validator's key; the message holds its domain tag. */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>
  readonly onFailure: (cause: unknown) => void
}

/** An input without the time: the driver adds it. */
type UntimedInput = EngineInput extends infer Input ? (Input extends unknown ? Omit<Input, 'nowMs'> : never) : never

export function createConsensusDriver(deps: ConsensusDriverDeps): ConsensusDriver {
  const { engine, executor, storage, times, hub, clock, scheduler, sign, onFailure } = deps
  const inputs: UntimedInput[] = []
  let proposals: Proposal[] = []
  const entryOfBytes = new WeakMap<Uint8Array, InFlightEntry>()
  const underWay = new Set<Promise<void>>()
  let cancelWake: (() => void) | undefined
  let isFeeding = false
  let isStopped = false
  let isFlushScheduled = false

  const feed = (input: UntimedInput): void => {
    inputs.push(input)
    if (isFeeding || isStopped) return
    isFeeding = true
    try {
      for (let next = inputs.shift(); next !== undefined && !isStopped; next = inputs.shift()) {
        for (const effect of engine.handle({ ...next, nowMs: clock.nowMs() } as EngineInput)) carryOut(effect)
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
    onFailure(cause)
  }

  const track = (work: Promise<void>): void => {
    const tracked = work.catch(fail).finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  const carryOut = (effect: EngineEffect): void => {
    switch (effect.type) {
      case 'sign': {
        const { kind, position, message } = effect
        return track(sign(message).then((signature) => feed({ type: 'signed', kind, position, signature })))
      }
      case 'journal':
        return track(journal(effect))
      case 'progress':
        return noteProgress(effect)
      case 'commit': {
        const { commitIndex } = effect
        const { stateRoot, historyRoot, durable } = executor.execute(effect)
        track(durable)
        return feed({ type: 'executed', commitIndex, stateRoot, historyRoot })
      }
      case 'certified':
        return track(executor.checkpoint(effect))
      case 'wake':
        cancelWake?.()
        cancelWake = scheduler.after(Math.max(0, effect.atMs - clock.nowMs()), () => feed({ type: 'tick' }))
        return
    }
  }

  const journal = async (effect: Extract<EngineEffect, { type: 'journal' }>): Promise<void> => {
    const { kind, epoch, position, hash, bytes, transactions } = effect
    const atMs = clock.nowMs()
    await storage.write.appendJournal({ kind, epoch, position, hash, bytes, transactions, atMs })
    if (kind === 'vertex') times.journalled(hash, atMs)
    feed({ type: 'journalled', kind, position })
  }

  const noteProgress = (effect: Extract<EngineEffect, { type: 'progress' }>): void => {
    const { vertex, state, by } = effect
    const step = { state, atMs: times.note(effect, clock.nowMs()), record: vertexRecord(by) }
    const candidates: Candidate[] = []
    for (const [indexInVertex, bytes] of vertex.transactions.entries()) {
      const entry = entryOfBytes.get(bytes)
      if (entry === undefined) continue
      const { transaction, verifiedUnder } = entry
      candidates.push({ transaction, verifiedUnder, origin: { vertexHash: vertex.hash, indexInVertex } })
      entry.steps.push(step)
      const { txId, account, nonce } = transaction
      hub.publish({ type: 'transaction', atMs: step.atMs, state, txId, account, nonce, parties: entry.parties })
    }
    // A vertex from before a restart was prepared by the recovery, which checked its signatures again.
    if (state === 'Voting' && candidates.length === vertex.transactions.length)
      executor.prepare(vertex.hash, candidates)
  }

  const flush = (): void => {
    isFlushScheduled = false
    const batch = proposals
    proposals = []
    feed({ type: 'transactions', proposals: batch })
  }

  return {
    start: () => feed({ type: 'tick' }),
    adopt: (entry) => void entryOfBytes.set(entry.transaction.bytes, entry),
    enqueue(entry) {
      const { txId, bytes, operations } = entry.transaction
      entryOfBytes.set(bytes, entry)
      proposals.push({ txId, bytes, operations: operations.length })
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
      cancelWake?.()
      await Promise.all(underWay)
    },
  }
}
