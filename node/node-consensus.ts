/**
 * The chain at work in a node: engine, execution and what is on its way, driven from where the recovery found them.
 */
import type { Config } from './config/index.ts'
import { consensusLimits, createEngine, type EngineOptions, type ResumePoint } from './consensus/index.ts'
import { toHex } from './core/bytes.ts'
import type { Clock, Scheduler } from './core/clock.ts'
import type { Rng } from './core/rng.ts'
import { sha256 } from './crypto/index.ts'
import type { VerifierPool } from './crypto/verifier-pool.ts'
import type { NodeBase } from './node-base.ts'
import type { Closers, NodeDeps } from './node-types.ts'
import {
  type Chain,
  type ConsensusPeers,
  createConsensusDriver,
  createContests,
  createDagView,
  createExecutor,
  createFinalityTimes,
  createInFlightRegistry,
  createNodeEventHub,
  createSiblings,
  createVertexChecks,
  createVertexTimes,
  holdProvableState,
  type Recovered,
  serviceLimits,
} from './services/index.ts'

export interface NodeConsensusDeps extends Pick<NodeDeps, 'createEngine'> {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly rng: Rng
  readonly verifier: VerifierPool
  readonly peers: ConsensusPeers
  /** Resolves in the next turn of the event loop. */
  readonly nextTurn: () => Promise<void>
  /** Told of evidence (as `evidence.submit` takes it) that a validator has signed two vertices of a round. */
  readonly found: (evidence: Uint8Array) => void
  readonly closers: Closers
  /** What cannot be made durable or put on record ends the node. */
  readonly fail: (cause: unknown) => void
}

/**
 * Put together, not started: `takeOver`, and after it `driver.start()`, begin.
 *
 * @param options.seat whom it signs as; null where it signs for nobody
 */
export function openNodeConsensus(
  { config, seat, recovered }: { config: Config; seat: Uint8Array | null; recovered: Recovered },
  { audit, storage, validator, chain, isAlone }: NodeBase,
  deps: NodeConsensusDeps,
) {
  const { clock, scheduler, rng, verifier, peers, nextTurn, found, closers, fail } = deps
  const { state } = recovered
  const registry = createInFlightRegistry()
  const hub = createNodeEventHub()
  const times = createVertexTimes(4 * consensusLimits.horizonRounds)
  const finality = createFinalityTimes(serviceLimits.finalitySamples)
  const provable = holdProvableState(recovered.provable)
  const siblings = createSiblings({
    state,
    registry,
    write: storage.write,
    hub,
    clock,
    enqueue: (entry) => driver.enqueue(entry),
    withdraw: (entry) => driver.withdraw(entry),
    onFailure: fail,
  })
  const { settle } = siblings
  const { captured } = recovered
  const executor = createExecutor({
    ...{ chain, state, storage, registry, times, provable, finality, hub, clock, settle, captured },
    isAlone,
  })
  const engine = (deps.createEngine ?? createEngine)({ ...engineOptions(config, chain, seat, recovered.resume), rng })
  const dag = createDagView({ hub, clock, scheduler })
  closers.push(() => dag.stop())
  const { epoch } = recovered.resume
  dag.epoch({ ...epoch, endMs: epoch.startMs + chain.genesis.parameters.epochMs })
  dag.restore(recovered.resume)
  const contests = createContests()
  const driver = createConsensusDriver({
    chain,
    engine,
    executor,
    checks: createVertexChecks({ chain, state, verifier, clock, scheduler }),
    peers,
    registry,
    dag,
    contests,
    nextTurn,
    onEvidence(offence) {
      const { epoch, round } = offence
      const details = { validator: toHex(offence.validator), epoch, round, evidence: toHex(sha256(offence.evidence)) }
      audit.append('validator.equivocated', details).catch(fail)
      found(offence.evidence)
    },
    storage,
    times,
    hub,
    clock,
    scheduler,
    // In a turn of its own: it takes milliseconds, and is asked for where a commit is being carried out.
    sign: async (message) => {
      await nextTurn()
      return validator.sign(message)
    },
    onFailure: fail,
  })
  closers.push(() => driver.stop())

  /** Gives what the recovery found to those who carry it on. To be called once, before anything is taken in. */
  const takeOver = (): void => {
    for (const { vertex, candidates, journalledAtMs } of recovered.uncommitted) {
      times.journalled(vertex.hash, journalledAtMs)
      executor.prepare(vertex, candidates)
      for (const candidate of candidates) driver.adopt(candidate)
    }
    for (const entry of recovered.underWay) registry.add(entry)
    for (const entry of recovered.waiting) {
      registry.add(entry)
      if (!entry.held) driver.enqueue(entry)
    }
  }
  return { state, registry, hub, finality, provable, siblings, engine, dag, contests, driver, takeOver }
}

function engineOptions(
  config: Config,
  chain: Chain,
  self: Uint8Array | null,
  resume: ResumePoint | null,
): Omit<EngineOptions, 'rng'> {
  return {
    chainId: chain.chainId,
    startTimeMs: chain.genesis.startTimeMs,
    validators: chain.validators,
    self,
    epochMs: chain.genesis.parameters.epochMs,
    checkpointIntervalMs: chain.genesis.parameters.checkpointIntervalMs,
    roundIntervalMs: config.roundIntervalMs,
    idleIntervalMs: config.idleHeartbeatSeconds * 1_000,
    resume,
  }
}
