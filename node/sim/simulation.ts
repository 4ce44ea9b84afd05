/**
 * A whole network in one thread: real engines, real ledger, seeded chance. Everything that happens is an event in virtual
 * time, so the same options give the same run, event by event. Source: docs/protocol.md, "What the simulator shows".
 */

import { createCommittee, leaderOf, type Validator } from '../consensus/committee.ts'
import { readEvidence } from '../consensus/evidence.ts'
import { decodeMessage, encodeMessage, type Message } from '../consensus/messages.ts'
import { drawCommittee } from '../consensus/sortition.ts'
import type { EngineEffect, UntimedInput } from '../consensus/types.ts'
import type { Vertex } from '../consensus/vertex.ts'
import { bytesKey } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { sha256 } from '../crypto/hash.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import type { executeInGroups } from '../ledger/parallel-execution.ts'
import { developmentParameters } from '../ledger/parameters.ts'
import type { ChainRules } from '../ledger/rules.ts'
import { type Cabal, createCabal, undirected } from './adversaries/cabal.ts'
import type { Participant } from './adversaries/participant.ts'
import { createPreferences, randomOracle } from './adversaries/preferences.ts'
import { createPuppet } from './adversaries/puppet.ts'
import { createUnfaithful, isUnfaithfulTrait } from './adversaries/unfaithful.ts'
import { createChance } from './chance.ts'
import { createCheckers, type Violation } from './checkers.ts'
import { type Clients, clientAccounts, createClients, type Journey } from './clients.ts'
import { controls, rulesOf } from './controls.ts'
import { EventQueue } from './event-queue.ts'
import { createOwnExecution, createSharedExecution } from './execution.ts'
import { createFaults, type Faults } from './faults.ts'
import { createHost, type Host } from './host.ts'
import { createAccounts, createSignatures, createValidators, type SimValidator } from './identities.ts'
import { takeSnapshot } from './joining.ts'
import { simLimits } from './limits.ts'
import { createNetwork, type Network } from './network.ts'
import { optionsProblem, type SimOptions } from './options.ts'
import { createTrace } from './trace.ts'
import { createTransactionBook } from './transactions.ts'
import { createVertexCheck, type Happening, happenings, type World } from './world.ts'
import { createWorldGraph } from './world-graph.ts'

export type Verdict = 'pass' | 'no-progress' | 'violated'

export interface SimResult {
  readonly seed: number
  /** Hex of a hash over every event of the run. */
  readonly traceHash: string
  readonly violations: readonly Violation[]
  /** Honest transactions that were executed. */
  readonly finalized: number
  /** Transactions that were in the order and rejected. */
  readonly rejected: number
  /** From submission to execution where it was submitted, in ms. */
  readonly finalityMs: { readonly p50: number; readonly p95: number; readonly max: number }
  /** The same of those that no sibling contests. */
  readonly uncontestedMs: SimResult['finalityMs']
  readonly commits: number
  /** Rounds whose leader was skipped, as the validator with the most commits saw it since its last start. */
  readonly skips: number
  readonly messages: number
  readonly bytes: number
  readonly verdict: Verdict
  /** Uncontested transactions still under way at the end. */
  readonly unfinished: number
  /** Those that took longer than they may where nothing was at fault. */
  readonly overdue: number
  readonly kills: number
  readonly events: number
  /** Virtual time at the end, in ms. */
  readonly endMs: number
}

export interface SimCallbacks {
  /** Now and then, with the virtual time that has passed, in ms. */
  readonly progress?: (atMs: number) => void
}

/** What a finished run leaves behind for tests to look into. */
export interface SimRun {
  readonly result: SimResult
  readonly hosts: readonly Host[]
  readonly clients: Clients
  readonly network: Network
  readonly faults: Faults
}

/** What is put in place of a part, or looks on; plain data cannot say it, so that it is no part of the options. */
export interface SimParts {
  /** In place of the product's, to see that the checkers notice. */
  readonly executesInGroups?: typeof executeInGroups
  /** In place of the adversaries of the options. */
  readonly participant?: (cabal: Cabal, validator: SimValidator) => Participant
  /** An honest validator's engine has handled an input. */
  readonly handled?: (host: Host, input: UntimedInput, effects: readonly EngineEffect[]) => void
}

interface QueuedEvent {
  readonly node: number
  readonly what: Happening
  readonly content: Uint8Array | null
  readonly run: () => void
}

export function runSimulation(options: SimOptions, callbacks: SimCallbacks = {}): SimResult {
  return simulate(options, callbacks).result
}

export function simulate(options: SimOptions, callbacks: SimCallbacks = {}, parts: SimParts = {}): SimRun {
  invariant(optionsProblem(options) === undefined, `options of a network: ${optionsProblem(options)}`)
  const staged = options.attack === null ? null : controls[options.attack]
  const signatures = createSignatures(options.realSignatures)
  const validators = createValidators(options, signatures)
  const accounts = createAccounts(clientAccounts.honest + clientAccounts.contesting, options, signatures)
  const genesis = genesisOf(options, validators, accounts)
  const chainId = chainIdOf(genesis)
  const book = createTransactionBook(accounts, signatures)
  const queue = new EventQueue<QueuedEvent>()
  const trace = createTrace()
  const graph = createWorldGraph()
  const byPeer = new Map(validators.map((validator) => [validator.peer, validator]))
  const numberOf = (id: Uint8Array): number => byPeer.get(bytesKey(id))?.index ?? -1
  const isSigned = createVertexCheck(chainId, signatures, (author) => byPeer.get(bytesKey(author))?.publicKey)
  const { seats } = options
  /** Who votes: everybody, or those that are drawn; a seat is a vote, and counts as one unit of stake. */
  const votersOf = (all: readonly SimValidator[], epoch: number): readonly SimValidator[] =>
    seats === null
      ? all
      : drawCommittee(all, seats, sha256(chainId, Uint8Array.of(epoch >> 8, epoch & 0xff))).map((member) => ({
          ...(byPeer.get(bytesKey(member.validator.id)) as SimValidator),
          stakeMicroRuv: BigInt(member.seats),
        }))
  const committees = new Map<number, readonly SimValidator[]>([[0, votersOf(validators, 0)]])
  const validatorsOf = (epoch: number): readonly SimValidator[] => {
    let found = committees.get(epoch)
    if (found === undefined) {
      const all = validators.map((validator) => ({ ...validator, stakeMicroRuv: stakeOfEpoch(validator, epoch) }))
      found = votersOf(all, epoch)
      committees.set(epoch, found)
    }
    return found
  }
  const committee = createCommittee(validatorsOf(0), chainId)
  const link = staged?.link?.({
    options,
    leader: (round) => numberOf((committee.validators[leaderOf(committee, round)] as Validator).id),
    authorOf: ({ author }) => numberOf(author),
  })
  const network = createNetwork(options, createChance(options.seed, 'network'), link ?? null)
  let nowMs = 0
  let isDraining = false

  const world: World = {
    options,
    chainId,
    rules: rulesOf(options.control),
    validators,
    signatures,
    book,
    graph,
    get nowMs() {
      return nowMs
    },
    get isDraining() {
      return isDraining
    },
    after(delayMs, node, what, run, content = null) {
      queue.push(nowMs + delayMs, { node, what, content, run })
    },
    send: (from, to, message, extraDelayMs = 0) => transmit(from, to, message, extraDelayMs),
    chanceOf: (purpose) => createChance(options.seed, purpose),
    validatorsOf,
    isSigned,
  }

  const rules: ChainRules = {
    chainId,
    kind: genesis.kind,
    parameters: genesis.parameters,
    verifyValidator: (publicKey, message, signature) => signatures.verify('ML-DSA-65', publicKey, message, signature),
    readEvidence: (evidence) => readEvidence(chainId, evidence),
    verifyKey: (suite, publicKey, message, signature) => signatures.verify(suite, publicKey, message, signature),
  }
  const checkers = createCheckers(world)
  const { executesInGroups, handled } = parts
  const executionDeps = { genesis, rules, book, ...(executesInGroups === undefined ? {} : { executesInGroups }) }
  const shared = createSharedExecution(executionDeps)
  const executionOf = () => (options.executesAll ? createOwnExecution(executionDeps) : shared)
  const faults = createFaults(world)
  const preferences = createPreferences()
  const oracleChance = world.chanceOf('oracle')
  const skewChance = world.chanceOf('skew')
  const participants = new Map<number, Participant>()
  const hosts: Host[] = []
  const cabal: Cabal = createCabal(world, {
    names: options.adversaries.length === 0 ? ['silent'] : options.adversaries,
    attack: staged?.attack ?? undirected,
  })

  const joinsAt = new Map(options.joins.map(({ node, atMs }) => [node, atMs]))

  const isConnected = (index: number): boolean => participants.has(index) || hosts[index]?.isUp === true

  const transmit = (from: number, to: number, message: Message, extraDelayMs: number): void => {
    checkers.sent(message)
    if (message.kind === 'vertices') {
      for (const vertex of message.vertices) if (isSigned(vertex) && vertex.epoch <= graph.epoch + 1) note(vertex)
    }
    if (from !== to) carry(from, to, message, extraDelayMs, false)
  }

  const carry = (from: number, to: number, message: Message, extraDelayMs: number, isAgain: boolean): void => {
    if (!isConnected(to)) return
    const incarnation = hosts[to]?.incarnation ?? 0
    const encoded = options.realSignatures ? encodeMessage(message) : null
    const delays = network.send(from, to, message, nowMs, extraDelayMs, isAgain)
    if (delays === 'hold') {
      world.after(simLimits.holdMs, to, happenings.hold, () => carry(from, to, message, extraDelayMs, true))
      return
    }
    for (const delayMs of delays) {
      world.after(
        delayMs,
        to,
        happenings.deliver,
        () => {
          if ((hosts[to]?.incarnation ?? 0) !== incarnation) return
          if (encoded === null) return deliver(from, to, message)
          const decoded = decodeMessage(chainId, encoded)
          // Junk of adversaries may have no encoding that is accepted.
          if (decoded.ok) deliver(from, to, decoded.value)
        },
        contentOf(message),
      )
    }
  }

  const noted = new WeakSet<Vertex>()
  /** Junk about rounds that nobody is near stays out of what adversaries take for the network's state. */
  const note = (vertex: Vertex): void => {
    if (noted.has(vertex)) return
    noted.add(vertex)
    const author = byPeer.get(bytesKey(vertex.author))
    if (author?.isByzantine === false) graph.add(vertex)
  }

  const deliver = (from: number, to: number, message: Message): void => {
    const participant = participants.get(to)
    if (participant !== undefined) participant.deliver(from, message)
    else hosts[to]?.deliver((validators[from] as SimValidator).peer, message)
  }

  const connect = (index: number): void => {
    const { peer } = validators[index] as SimValidator
    for (const other of validators) {
      if (other.index === index || !isConnected(other.index)) continue
      participants.get(other.index)?.connected(index)
      hosts[other.index]?.feed({ type: 'connected', peer })
      hosts[index]?.feed({ type: 'connected', peer: other.peer })
    }
  }

  const disconnect = (index: number): void => {
    const { peer } = validators[index] as SimValidator
    for (const other of validators) {
      if (other.index === index) continue
      participants.get(other.index)?.disconnected(index)
      hosts[other.index]?.feed({ type: 'disconnected', peer })
    }
  }

  const restart = (host: Host, delayMs: number): void => {
    const { index } = host.validator
    world.after(delayMs, index, happenings.restart, () => {
      if (host.isUp) return
      host.start()
      connect(index)
      if (!host.signs) clients.rehome(host)
    })
  }

  /** From the one that is furthest; before anybody has a checkpoint there is nothing to join. */
  const join = (host: Host, delayMs: number): void => {
    const { index } = host.validator
    world.after(delayMs, index, happenings.join, () => {
      const seqOf = (other: Host): number => other.disk.last('certified')?.checkpoint.seq ?? 0
      const [server] = honest.filter(({ isUp }) => isUp).sort((a, b) => seqOf(b) - seqOf(a))
      const taken = server === undefined ? null : takeSnapshot(server, shared)
      if (taken?.ok === false) return checkers.report('snapshot', server?.validator.index ?? index, taken.error)
      if (taken === null || taken.value === null) return join(host, simLimits.joinRetryMs)
      host.join(taken.value)
      connect(index)
    })
  }

  const addHonest = (validator: SimValidator): void => {
    const { index } = validator
    const oracle =
      options.preference === 'polls'
        ? undefined
        : options.preference === 'random'
          ? randomOracle(oracleChance)
          : preferences.against
    const host = createHost({
      world,
      validator,
      // A joiner's commits are executed on the state that it was given, and held against those of the others.
      execution: joinsAt.has(index) ? createOwnExecution({ genesis, rules, book }) : executionOf(),
      skewMs: skewChance.between(-options.maxSkewMs, options.maxSkewMs),
      ...(oracle === undefined ? {} : { oracle }),
      hooks: {
        send(to, message) {
          if (to !== null) return transmit(index, to, message, 0)
          for (const other of validators) if (other.index !== index) transmit(index, other.index, message, 0)
        },
        committed(executed) {
          trace.note(nowMs, index, happenings.commit, executed.hash)
          checkers.committed(host, executed)
          clients.committed(host, executed)
        },
        certified(record) {
          trace.note(nowMs, index, happenings.certified, record.hash)
          checkers.certified(host, record)
          if (record.nextValidators !== null) cabal.epochClosed(record.checkpoint, record.hash)
        },
        effect(effect) {
          if (effect.type === 'contested') preferences.note(index, effect.set, effect.preferred)
        },
        ...(handled === undefined ? {} : { handled: (input, effects) => handled(host, input, effects) }),
        crashesAfter: (effect) => faults.crashesAfter(effect),
        crashed() {
          trace.note(nowMs, index, happenings.crash)
          disconnect(index)
          restart(host, faults.downMs())
        },
        failed: (cause) =>
          checkers.report('fault', index, cause instanceof Error ? (cause.stack ?? cause.message) : 'unknown'),
      },
    })
    hosts[index] = host
  }

  const addByzantine = (validator: SimValidator): void => {
    const { index } = validator
    if (parts.participant !== undefined) {
      participants.set(index, parts.participant(cabal, validator))
      return
    }
    const names = options.adversaries.filter((name) => name !== 'split')
    const chance = world.chanceOf(`byzantine ${index}`)
    const wantsEngine = names.includes('mixed') ? chance.happens(0.3) : names.some(isUnfaithfulTrait)
    const wantsPuppet = names.includes('mixed') ? !wantsEngine : names.some((name) => !isUnfaithfulTrait(name))
    const isPuppet = wantsPuppet && (!wantsEngine || index % 2 === 0)
    const participant = isPuppet
      ? createPuppet(cabal, validator, preferences)
      : createUnfaithful({
          world,
          cabal,
          validator,
          execution: shared,
          preferences,
          connectedPeers: () => validators.filter((other) => other.index !== index && isConnected(other.index)),
        })
    participants.set(index, participant)
  }

  for (const validator of validators) if (!validator.isByzantine) addHonest(validator)
  const honest = validators.filter(({ isByzantine }) => !isByzantine).map(({ index }) => hosts[index] as Host)
  const clients = createClients(world, hosts, accounts)
  for (const validator of validators) if (validator.isByzantine) addByzantine(validator)

  const loadEndMs = options.seconds * 1_000
  const deadlineMs = loadEndMs + options.livenessBoundMs
  let isOver = false
  let unfinished = 0

  /** Without faults nothing may take longer than the bound, at any time. */
  const isSynchronous = !network.isFaulty && options.randomCrashes === null && options.crashes.length === 0
  const countOverdue = (): number =>
    !isSynchronous
      ? 0
      : clients.journeys.filter(
          ({ isContested, submittedAtMs, finalAtMs }) =>
            !isContested && (finalAtMs ?? nowMs) - submittedAtMs > options.livenessBoundMs,
        ).length
  const countUnfinished = (): number =>
    clients.journeys.filter(
      ({ end, isContested, known }) => !isContested && (end === null || isBehind(known.txKey, end.commitIndex)),
    ).length
  const isBehind = (_: string, commitIndex: number): boolean =>
    honest.some((host) => host.isUp && (host.executed?.commit.commitIndex ?? 0) < commitIndex)

  const watch = (): void => {
    checkers.watch(honest)
    callbacks.progress?.(nowMs)
    if (nowMs >= loadEndMs && !isDraining) {
      isDraining = true
      clients.stop()
      network.heal()
      faults.stop()
    }
    if (isDraining) {
      unfinished = countUnfinished()
      const allUp = honest.every(({ isUp }) => isUp)
      if ((unfinished === 0 && allUp) || nowMs >= deadlineMs) isOver = true
    }
    world.after(simLimits.watchIntervalMs, validators.length, happenings.watch, watch)
  }

  for (const host of honest) {
    const joinAtMs = joinsAt.get(host.validator.index)
    if (joinAtMs === undefined) host.start()
    else join(host, joinAtMs)
  }
  for (const participant of participants.values()) participant.start()
  for (const validator of validators) {
    for (const other of validators) {
      if (other.index === validator.index || !isConnected(other.index)) continue
      hosts[validator.index]?.feed({ type: 'connected', peer: other.peer })
    }
  }
  if (options.byzantine > 0) cabal.start()
  faults.start(honest)
  clients.start()
  watch()

  for (let next = queue.pop(); next !== undefined && !isOver; next = queue.pop()) {
    nowMs = next.atMs
    const { node, what, content, run } = next.event
    trace.note(nowMs, node, what, content)
    run()
    if (checkers.violations.length > 0) break
  }

  const { violations } = checkers
  const overdue = countOverdue()
  const executed = clients.journeys.filter(({ end }) => end !== null && end.outcome !== 'rejected')
  const best = [...honest].sort(
    (a, b) => (b.executed?.commit.commitIndex ?? 0) - (a.executed?.commit.commitIndex ?? 0),
  )[0]
  const result: SimResult = {
    seed: options.seed,
    traceHash: trace.digest(),
    violations,
    finalized: executed.length,
    rejected: clients.journeys.filter(({ end }) => end?.outcome === 'rejected').length,
    finalityMs: percentiles(executed.flatMap(tookMs)),
    uncontestedMs: percentiles(executed.filter(({ isContested }) => !isContested).flatMap(tookMs)),
    commits: clients.highestCommit,
    skips: best?.engine?.status.skips ?? 0,
    messages: network.messages,
    bytes: network.bytes,
    verdict: violations.length > 0 ? 'violated' : unfinished + overdue > 0 ? 'no-progress' : 'pass',
    unfinished,
    overdue,
    kills: faults.kills,
    events: trace.events,
    endMs: nowMs,
  }
  return { result, hosts, clients, network, faults }
}

/** Stakes change a little from epoch to epoch, by less than would lift a minority of Byzantine ones above a third. */
function stakeOfEpoch({ index, stakeMicroRuv }: SimValidator, epoch: number): bigint {
  return 10n * stakeMicroRuv + BigInt((epoch + index) % 2)
}

/** A hash or number that stands for what a message carries, for the trace. */
function contentOf(message: Message): Uint8Array | null {
  switch (message.kind) {
    case 'vertices':
      return message.vertices[0]?.hash ?? null
    case 'fetch':
      return message.references[0]?.hash ?? null
    case 'transactions':
      return message.transactions[0]?.subarray(-8) ?? null
    case 'checkpoint-signature':
      return message.checkpoint.stateRoot
    case 'checkpoint-certificate':
      return message.checkpoint.historyRoot
    case 'checkpoint-request':
      return Uint8Array.of((message.seqs[0] ?? 0) & 0xff)
    case 'poll':
      return message.request.sets[0]?.account ?? null
    case 'poll-reply':
      return message.reply.preferences[0] ?? null
  }
}

const accountBalanceMicroRuv = 1_000_000_000_000n

function genesisOf(
  options: SimOptions,
  validators: readonly SimValidator[],
  accounts: readonly { readonly id: Uint8Array }[],
): Genesis {
  return {
    kind: 'development',
    name: 'sim',
    salt: sha256(Uint8Array.of(options.seed & 0xff, (options.seed >> 8) & 0xff, (options.seed >> 16) & 0xff)),
    startTimeMs: simLimits.startTimeMs,
    validators: validators.map(({ publicKey, stakeMicroRuv }) => ({ publicKey, stakeMicroRuv })),
    allocations: accounts.map(({ id }) => ({ account: id, balanceMicroRuv: accountBalanceMicroRuv })),
    parameters: { ...developmentParameters, checkpointIntervalMs: simLimits.checkpointIntervalMs },
  }
}

/** From submission to execution where it was submitted; empty where that has not happened. */
function tookMs({ submittedAtMs, finalAtMs }: Journey): number[] {
  return finalAtMs === null ? [] : [finalAtMs - submittedAtMs]
}

function percentiles(values: readonly number[]): SimResult['finalityMs'] {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0 }
}

export function describeViolation({ rule, node, atMs, detail }: Violation): string {
  return `${rule} at ${(atMs / 1_000).toFixed(3)} s, validator ${node}: ${detail}`
}
