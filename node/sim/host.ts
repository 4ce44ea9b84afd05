/**
 * A validator of the simulation: the real engine, with a model disk, a skewed clock and signatures that take time. What must
 * be durable is, before the engine hears of it; a crash may come between any two effects.
 */

import { conflictKey } from '../consensus/conflict.ts'
import { createEngine } from '../consensus/engine.ts'
import type { Engine } from '../consensus/engine-options.ts'
import { consensusLimits } from '../consensus/limits.ts'
import type { Message } from '../consensus/messages.ts'
import type { PreferenceOracle } from '../consensus/snow.ts'
import type { EngineEffect, PeerKey, TransactionFacts, UntimedInput } from '../consensus/types.ts'
import { decodeVertex, type Vertex } from '../consensus/vertex.ts'
import { bytesKey } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import type { Chance } from './chance.ts'
import { createDisk, type Disk, type DiskRecord } from './disk.ts'
import type { ExecutedCommit, Execution } from './execution.ts'
import { type SimValidator, validatorSuite } from './identities.ts'
import type { SimSnapshot } from './joining.ts'
import { simLimits } from './limits.ts'
import { vertexSizeBytes } from './message-size.ts'
import { resumePointOf } from './resume.ts'
import type { KnownTransaction } from './transactions.ts'
import { happenings, type World } from './world.ts'

type Certified = Extract<DiskRecord, { kind: 'certified' }>

export interface HostHooks {
  /** Carries a message out; `to` null means every connected peer. */
  send(to: number | null, message: Message): void
  committed(executed: ExecutedCommit): void
  certified(record: Certified): void
  effect(effect: EngineEffect): void
  /** The engine has handled an input; what it says of it is not carried out yet. */
  handled?(input: UntimedInput, effects: readonly EngineEffect[]): void
  /** Whether it crashes right after this effect. */
  crashesAfter(effect: EngineEffect): boolean
  crashed(): void
  /** The engine broke an invariant of its own. */
  failed(cause: unknown): void
}

export interface HostOptions {
  readonly world: World
  readonly validator: SimValidator
  readonly execution: Execution
  readonly skewMs: number
  readonly hooks: HostHooks
  readonly oracle?: PreferenceOracle
}

export interface Host {
  readonly validator: SimValidator
  readonly disk: Disk
  readonly isUp: boolean
  /** Counts starts: what was on its way to an earlier one is lost. */
  readonly incarnation: number
  /** False once its journal was found damaged: it follows and signs nothing. */
  readonly signs: boolean
  readonly engine: Engine | null
  /** Last commit it has executed. */
  readonly executed: ExecutedCommit | null
  /** Admitted here and not ended. */
  readonly pending: ReadonlyMap<string, KnownTransaction>
  start(): void
  /** Starts for the first time, from what another has; durable before it is used. */
  join(snapshot: SimSnapshot): void
  /** Goes down at once. What was written and not synced may be lost. */
  crash(): void
  /** The journal is unreadable from now on: noticed at the next start. */
  damageJournal(): void
  feed(input: UntimedInput): void
  deliver(from: PeerKey, message: Message): void
  /** A client's transactions: admitted durably, then proposed. */
  submit(transactions: readonly KnownTransaction[]): void
  /** Lets go of transactions that somebody else now answers for. */
  release(): readonly KnownTransaction[]
}

export function createHost(options: HostOptions): Host {
  const { world, validator, execution, skewMs, hooks } = options
  const { index } = validator
  const chance: Chance = world.chanceOf(`host ${index}`)
  const decodeOwn = (bytes: Uint8Array): Vertex => {
    const vertex = decodeVertex(world.chainId, bytes)
    invariant(vertex.ok, 'what a validator journals can be read again')
    return vertex.value
  }
  const disk = createDisk(decodeOwn)
  const pending = new Map<string, KnownTransaction>()
  const peerIndex = new Map(world.validators.map(({ peer, index: at }) => [peer, at]))
  let engine: Engine | null = null
  let incarnation = 0
  let signs = true
  let executed: ExecutedCommit | null = null
  let inputs: UntimedInput[] = []
  let isFeeding = false
  let wakeAtMs = Number.POSITIVE_INFINITY
  let isSyncing = false
  let unsynced: { readonly kind: 'vertex' | 'checkpoint'; readonly position: number }[] = []

  const localMs = (): number => simLimits.startTimeMs + world.nowMs + skewMs

  /** Runs later, unless the validator has gone down meanwhile. */
  const later = (delayMs: number, what: 2 | 3 | 4 | 5, run: () => void, content: Uint8Array | null = null): void => {
    const started = incarnation
    world.after(
      delayMs,
      index,
      what,
      () => {
        if (started === incarnation && engine !== null) run()
      },
      content,
    )
  }

  const factsOf = (vertex: Vertex): (TransactionFacts | null)[] =>
    vertex.transactions.map((bytes) => {
      const known = world.book.read(bytes)
      return known?.verifiedUnder ? known.proposal : null
    })

  const feed = (input: UntimedInput): void => {
    if (engine === null) return
    inputs.push(input)
    if (isFeeding) return
    isFeeding = true
    const started = incarnation
    try {
      for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
        const effects = engine.handle({ ...next, nowMs: localMs() })
        hooks.handled?.(next, effects)
        for (const effect of effects) {
          carryOut(effect)
          hooks.effect(effect)
          if (started === incarnation && hooks.crashesAfter(effect)) host.crash()
          if (started !== incarnation) return
        }
      }
    } catch (cause) {
      if (started === incarnation) host.crash()
      hooks.failed(cause)
    } finally {
      if (started === incarnation) isFeeding = false
    }
  }

  const carryOut = (effect: EngineEffect): void => {
    switch (effect.type) {
      case 'sign': {
        const { kind, position, message } = effect
        const signature = validator.signer.sign(message)
        return later(simLimits.signMs, happenings.signed, () => feed({ type: 'signed', kind, position, signature }))
      }
      case 'journal': {
        const { kind: signed, epoch, position, hash, bytes } = effect
        disk.append({ kind: 'journal', signed, epoch, position, hash, bytes })
        unsynced.push({ kind: signed, position })
        return sync()
      }
      case 'store':
        return disk.append({ kind: 'vertex', vertex: effect.vertex })
      case 'verify':
        return verify(effect)
      case 'send':
        return hooks.send(effect.to === null ? null : (peerIndex.get(effect.to) ?? null), effect.message)
      case 'lookup': {
        const { to, epoch, references, fromRound } = effect
        const found = references.map(({ hash }) => disk.vertex(bytesKey(hash))).filter((vertex) => vertex !== undefined)
        if (fromRound !== null) found.push(...disk.vertices(epoch, fromRound))
        const vertices = withinMessage(found)
        const peer = peerIndex.get(to)
        if (vertices.length > 0 && peer !== undefined) hooks.send(peer, { kind: 'vertices', vertices })
        return
      }
      case 'lookupCheckpoint': {
        const found = disk.certificate(effect.seq)
        const peer = peerIndex.get(effect.to)
        if (found === undefined || peer === undefined) return
        const { checkpoint, certificate } = found
        return hooks.send(peer, { kind: 'checkpoint-certificate', checkpoint, certificate })
      }
      case 'commit': {
        executed = execution.execute(executed, effect)
        disk.append({ kind: 'commit', executed })
        settle(executed)
        hooks.committed(executed)
        const { commitIndex, stateRoot, historyRoot } = { ...executed, commitIndex: effect.commitIndex }
        const nextValidators = effect.closesEpoch ? world.validatorsOf(effect.epoch + 1) : null
        return feed({ type: 'executed', commitIndex, stateRoot, historyRoot, nextValidators })
      }
      case 'certified': {
        const { checkpoint, hash, certificate } = effect
        let covered = executed
        while (covered !== null && covered.commit.commitIndex > checkpoint.commitIndex) covered = covered.previous
        const nextValidators = covered?.commit.closesEpoch ? world.validatorsOf(checkpoint.epoch + 1) : null
        const record: Certified = { kind: 'certified', checkpoint, hash, certificate, nextValidators }
        disk.append(record)
        return hooks.certified(record)
      }
      case 'wake': {
        // Clocks count whole milliseconds; timeouts that grow do not.
        const atMs = Math.ceil(effect.atMs) - simLimits.startTimeMs - skewMs
        if (atMs >= wakeAtMs) return
        wakeAtMs = atMs
        return later(Math.max(0, atMs - world.nowMs), happenings.tick, () => {
          // Another one, set later for an earlier time, has been there already.
          if (wakeAtMs !== atMs) return
          wakeAtMs = Number.POSITIVE_INFINITY
          feed({ type: 'tick' })
        })
      }
      default:
        // progress, contested, epoch, evidence and fault ask for nothing to be done.
        return
    }
  }

  const verify = (effect: Extract<EngineEffect, { type: 'verify' }>): void => {
    const delayMs = chance.below(simLimits.maxVerifyMs + 1)
    if (effect.kind === 'vertex') {
      const { vertex } = effect
      const { hash } = vertex
      return later(
        delayMs,
        happenings.verified,
        () => {
          const isGood = world.isSigned(vertex)
          feed({ type: 'verified', kind: 'vertex', hash, isGood, transactions: isGood ? factsOf(vertex) : [] })
        },
        hash,
      )
    }
    const { id, publicKey, message, signature } = effect
    return later(delayMs, happenings.verified, () => {
      const isGood = world.signatures.verify(validatorSuite, publicKey, message, signature)
      feed({ type: 'verified', kind: 'checkpoint', id, isGood })
    })
  }

  const sync = (): void => {
    if (isSyncing || unsynced.length === 0) return
    isSyncing = true
    const answers = unsynced
    unsynced = []
    const count = disk.records.length
    later(chance.between(simLimits.minSyncMs, simLimits.maxSyncMs), happenings.journalled, () => {
      isSyncing = false
      disk.sync(count)
      sync()
      const started = incarnation
      for (const { kind, position } of answers) {
        if (started === incarnation) feed({ type: 'journalled', kind, position })
      }
    })
  }

  /** What ended with a commit is no longer this validator's to bring in, nor are its siblings. */
  const settle = ({ results }: ExecutedCommit): void => {
    if (pending.size === 0 || results.length === 0) return
    const ended = new Set(results.map(conflictKey))
    for (const [key, { conflict, transaction }] of pending) {
      if (!ended.has(conflict)) continue
      pending.delete(key)
      engine?.withdraw(transaction.txId)
    }
  }

  const host: Host = {
    validator,
    disk,
    get isUp() {
      return engine !== null
    },
    get incarnation() {
      return incarnation
    },
    get signs() {
      return signs
    },
    get engine() {
      return engine
    },
    get executed() {
      return executed
    },
    pending,
    start() {
      invariant(engine === null, 'a validator that runs is not started')
      const { chainId, options: sim, rules } = world
      const commits = disk.records.filter((record) => record.kind === 'commit')
      executed = commits.at(-1)?.executed ?? disk.last('joined')?.executed ?? null
      const resume = resumePointOf(disk, {
        chainId,
        startTimeMs: simLimits.startTimeMs,
        checkpointIntervalMs: simLimits.checkpointIntervalMs,
        epochMs: sim.epochMs,
        validatorsOf: (epoch) => world.validatorsOf(epoch),
        factsOf,
      })
      engine = createEngine({
        chainId,
        startTimeMs: simLimits.startTimeMs,
        validators: world.validatorsOf(0),
        self: signs ? validator.id : null,
        epochMs: sim.epochMs,
        checkpointIntervalMs: simLimits.checkpointIntervalMs,
        roundIntervalMs: simLimits.roundIntervalMs,
        idleIntervalMs: simLimits.idleIntervalMs,
        resume,
        rng: chance.rng,
        rules,
        ...(options.oracle === undefined ? {} : { preferenceOracle: options.oracle }),
      })
      feed({ type: 'tick' })
      if (pending.size > 0)
        feed({ type: 'transactions', proposals: [...pending.values()].map((known) => known.proposal) })
    },
    join({ joined, certified, state }) {
      invariant(disk.records.length === 0, 'a validator joins with an empty disk')
      disk.append({ kind: 'joined', ...joined, joinedAtMs: localMs() })
      disk.append(certified)
      disk.sync(disk.records.length)
      execution.adopt(joined.executed, state)
      hooks.certified(certified)
      host.start()
    },
    crash() {
      if (engine === null) return
      engine = null
      incarnation += 1
      inputs = []
      isFeeding = false
      isSyncing = false
      unsynced = []
      wakeAtMs = Number.POSITIVE_INFINITY
      disk.crash(chance)
      hooks.crashed()
    },
    damageJournal() {
      signs = false
    },
    feed,
    deliver(from, message) {
      if (engine === null) return
      if (message.kind !== 'transactions') return feed({ type: 'message', from, message })
      const proposals = message.transactions
        .map((bytes) => world.book.read(bytes))
        .filter((known) => known !== null && known.verifiedUnder !== null)
        .map((known) => (known as KnownTransaction).proposal)
      if (proposals.length > 0) feed({ type: 'gossip', proposals })
    },
    submit(transactions) {
      if (engine === null) return
      for (const known of transactions) pending.set(known.txKey, known)
      feed({ type: 'transactions', proposals: transactions.map(({ proposal }) => proposal) })
      hooks.send(null, { kind: 'transactions', transactions: transactions.map(({ transaction }) => transaction.bytes) })
    },
    release() {
      const released = [...pending.values()]
      pending.clear()
      return released
    },
  }
  return host
}

/** As many as fit one answer, one at least. */
function withinMessage(vertices: readonly Vertex[]): Vertex[] {
  const fitting: Vertex[] = []
  let bytes = 0
  for (const vertex of vertices) {
    bytes += vertexSizeBytes(vertex)
    if (fitting.length > 0 && bytes > consensusLimits.maxVerticesMessageBytes) break
    if (fitting.length >= consensusLimits.maxMessageVertices) break
    fitting.push(vertex)
  }
  return fitting
}
