/**
 * A Byzantine validator that makes whatever vertices serve it, with its own key: twins for the two halves of the network,
 * parents without the leader, late releases, timestamps from the future, junk. It knows every vertex the moment it is sent.
 */
import { checkpointMessage } from '../../consensus/checkpoint.ts'
import { hashKey } from '../../consensus/dag.ts'
import { consensusLimits } from '../../consensus/limits.ts'
import type { CheckpointSignatureMessage, FetchMessage, Message, PollMessage } from '../../consensus/messages.ts'
import {
  epochRootReference,
  transactionsRoot,
  type Vertex,
  type VertexHeader,
  vertexHash,
  vertexMessage,
} from '../../consensus/vertex.ts'
import { compareReferences } from '../../consensus/vertex-form.ts'
import { compareBytes } from '../../core/bytes.ts'
import type { SimValidator } from '../identities.ts'
import { simLimits } from '../limits.ts'
import type { AdversaryName } from '../options.ts'
import { happenings } from '../world.ts'
import type { Cabal, Side } from './cabal.ts'
import { createFlood } from './flood.ts'
import type { Participant } from './participant.ts'
import { lyingReply, type Preferences } from './preferences.ts'

/** How often a puppet looks whether it can move, in ms. */
const stepMs = 20
/** Rounds behind the network from which on it jumps. */
const jumpRounds = 5
/** Transactions it repeats in a vertex at most. */
const maxRepeated = 3
const corruptShare = 0.1

export function createPuppet(cabal: Cabal, validator: SimValidator, preferences: Preferences): Participant {
  const { attack } = cabal
  const { world, chance } = cabal
  const { chainId, graph, validators } = world
  const { index } = validator
  const honest = validators.filter(({ isByzantine }) => !isByzantine)
  const flood = createFlood(cabal, validator)
  const liedAbout = new Set<number>()
  let last: [Vertex | null, Vertex | null] = [null, null]
  let madeAtMs = Number.NEGATIVE_INFINITY
  let epoch = 0

  const has = (trait: AdversaryName): boolean => cabal.traitsOf(index).has(trait)

  const step = (): void => {
    world.after(stepMs, index, happenings.adversary, step)
    if (epoch !== cabal.epoch) {
      epoch = cabal.epoch
      last = [null, null]
    }
    if (cabal.committeeIndex(index) < 0) return
    if (has('flood') || has('future')) flood.step(has('flood'), has('future'))
    if (world.nowMs < madeAtMs + attack.paceMs) return
    if (!isSplittingNow()) {
      const made = make(cabal.mainSide, false)
      if (made !== null) for (const peer of honest) release(peer.index, made)
      return
    }
    const twins = [make(0, true), make(1, true)] as const
    for (const peer of honest) {
      const side = cabal.sideOf(peer.index)
      const [shown, other] = [twins[side], twins[1 - side]]
      if (shown !== null) release(peer.index, shown)
      if (attack.showsBoth && other) world.after(1, index, happenings.adversary, () => release(peer.index, other))
    }
  }

  const isSplittingNow = (): boolean => {
    if (!cabal.isSplitting || !has('equivocate')) return false
    return !attack.isPatient || leads(nextRound(newest()))
  }

  const leads = (round: number): boolean => cabal.leader(round) === cabal.committeeIndex(index)

  const nextRound = (before: Vertex | null): number => {
    const round = (before?.round ?? 0) + 1
    return graph.highestRound > round + jumpRounds && graph.epoch === epoch ? graph.highestRound - 1 : round
  }

  /** Makes the next vertex of a half; null where there is no quorum for one yet. */
  const make = (side: Side, isSplitting: boolean): Vertex | null => {
    const before = isSplitting ? last[side] : newest()
    let round = nextRound(before)
    if (attack.hidesOwnLeadership && leads(round)) round += 1
    if (round > 1 && cabal.stakeOf(cabal.view(side, round - 1)) < cabal.committee.quorumMicroRuv) return null
    const parents = round === 1 ? null : parentsFor(side, round, isSplitting)
    const nowMs = simLimits.startTimeMs + world.nowMs
    const transactions = repeated()
    const header: VertexHeader = {
      epoch,
      round,
      author: validator.id,
      parents: (parents === null
        ? cabal.committee.validators.map(({ id }) => epochRootReference(cabal.closingHash, id))
        : parents.map(({ round: at, author, hash }) => ({ round: at, author, hash }))
      ).sort(compareReferences),
      transactionsRoot: transactionsRoot(transactions),
      transactionCount: transactions.length,
      timestampMs: Math.max(0, nowMs + (has('future') ? chance.between(-5_000, 1_500) : 0) + side),
      lastCommit: 0,
    }
    const vertex = sign(header, transactions)
    madeAtMs = world.nowMs
    if (isSplitting) last[side] = vertex
    else last = [vertex, vertex]
    cabal.made(vertex, side)
    return vertex
  }

  const newest = (): Vertex | null => {
    const [a, b] = last
    return a !== null && (b === null || a.round >= b.round) ? a : b
  }

  const sign = (header: VertexHeader, transactions: readonly Uint8Array[]): Vertex => ({
    ...header,
    hash: vertexHash(chainId, header),
    transactions,
    signature: validator.signer.sign(vertexMessage(chainId, header)),
  })

  /** A quorum of the round before, as the plan wants it, and the own vertex before where it lies further back. */
  const parentsFor = (side: Side, round: number, isSplitting: boolean): Vertex[] => {
    const { quorumMicroRuv } = cabal.committee
    let parents = [...cabal.view(side, round - 1)]
    const omits = has('omit')
    const leader = cabal.committee.validators[cabal.leader(round - 1)]
    const isLeadersOwn = (vertex: Vertex): boolean =>
      leader !== undefined && compareBytes(leader.id, vertex.author) === 0
    // A quorum has to stay: the leader goes before anybody else.
    const inTurn = chance.shuffle(parents).sort((a, b) => Number(isLeadersOwn(b)) - Number(isLeadersOwn(a)))
    for (const vertex of inTurn) {
      const isLeaders = isLeadersOwn(vertex)
      // Twins differ in whether they support the leader, too: that is where votes can be split.
      const isUnwanted =
        (omits && (isLeaders || chance.happens(0.5))) || (isSplitting && !attack.isPatient && side === 1 && isLeaders)
      if (!isUnwanted) continue
      const rest = parents.filter((other) => other !== vertex)
      if (cabal.stakeOf(rest) >= quorumMicroRuv) parents = rest
    }
    const before = isSplitting ? last[side] : newest()
    const isNear = before !== null && before.round < round - 1 && before.round >= round - consensusLimits.horizonRounds
    if (before !== null && isNear) parents.push(before)
    return parents
  }

  /** Transactions of others, again; now and then with a signature that is none. */
  const repeated = (): Uint8Array[] => {
    const count = Math.min(chance.below(maxRepeated + 1), cabal.transactions.length)
    const chosen: Uint8Array[] = []
    for (let i = 0; i < count; i++) {
      const { bytes } = chance.pick(cabal.transactions).transaction
      if (!chance.happens(corruptShare)) chosen.push(bytes)
      else {
        // Not slice(): of a Buffer that would be the same memory, and everybody's transaction.
        const corrupt = Uint8Array.from(bytes)
        corrupt[corrupt.length - 1] = (corrupt[corrupt.length - 1] as number) ^ 1
        chosen.push(corrupt)
      }
    }
    return chosen
  }

  const release = (to: number, vertex: Vertex): void => {
    if (has('silent')) return
    let delayMs = has('slow') ? chance.between(200, 2_000) : 0
    if (has('withhold') && chance.happens(0.7)) {
      // Some never get it but by asking for it.
      if (chance.happens(0.3)) return
      delayMs += chance.between(200, 3_000)
    }
    world.send(index, to, { kind: 'vertices', vertices: [vertex] }, delayMs)
  }

  const answerFetch = (from: number, { references, fromRound }: FetchMessage): void => {
    if (has('silent') || (has('withhold') && chance.happens(0.5))) return
    const found: Vertex[] = []
    for (const { hash } of references) {
      const vertex = graph.byKey(hashKey(hash))
      if (vertex !== undefined) found.push(vertex)
    }
    if (fromRound !== null) {
      for (let round = fromRound; round <= graph.highestRound && found.length < 200; round++) {
        found.push(...cabal.view(cabal.sideOf(from), round))
      }
    }
    if (found.length > 0) world.send(index, from, { kind: 'vertices', vertices: found })
  }

  /** Signs what an honest validator says of a checkpoint to one half, and something else to the other. */
  const answerCheckpoint = (message: CheckpointSignatureMessage): void => {
    const { checkpoint } = message
    if (!has('equivocate') || liedAbout.has(checkpoint.seq)) return
    liedAbout.add(checkpoint.seq)
    const lie = { ...checkpoint, stateRoot: checkpoint.historyRoot }
    for (const peer of honest) {
      const said = cabal.sideOf(peer.index) === 0 ? checkpoint : lie
      const signature = validator.signer.sign(checkpointMessage(chainId, said))
      world.send(index, peer.index, {
        kind: 'checkpoint-signature',
        checkpoint: said,
        validator: validator.id,
        signature,
      })
    }
  }

  /** Tells each poller what keeps the network from agreeing. */
  const answerPoll = (from: number, message: PollMessage): void => {
    if (has('silent')) return
    world.send(index, from, lyingReply(message, cabal, preferences))
  }

  return {
    start: step,
    deliver(from, message: Message) {
      if (message.kind === 'fetch') answerFetch(from, message)
      else if (message.kind === 'checkpoint-signature') answerCheckpoint(message)
      else if (message.kind === 'poll') answerPoll(from, message)
      else if (message.kind === 'transactions') cabal.hear(message.transactions)
    },
    connected(peer) {
      const own = last[cabal.sideOf(peer)]
      if (own !== null) release(peer, own)
    },
    disconnected: () => undefined,
  }
}
