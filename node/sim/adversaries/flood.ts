/** Junk for everybody: what costs memory or work wherever a bound is missing. */
import type { Message } from '../../consensus/messages.ts'
import {
  transactionsRoot,
  type Vertex,
  type VertexHeader,
  type VertexReference,
  vertexHash,
  vertexMessage,
} from '../../consensus/vertex.ts'
import { compareReferences } from '../../consensus/vertex-form.ts'
import type { SimValidator } from '../identities.ts'
import { simLimits } from '../limits.ts'
import type { Cabal } from './cabal.ts'

/** Share of steps in which junk is sent, by all puppets together: as much for each honest validator, however many they are. */
const activeShare = 0.2
/** Vertices with missing parents in one message. */
const bombSize = 20
const farRounds = [5, 50, 250, 1_000, 1_000_000]

export interface Flood {
  step(floods: boolean, reachesAhead: boolean): void
}

export function createFlood(cabal: Cabal, validator: SimValidator): Flood {
  const { world, chance } = cabal
  const { chainId, graph, validators } = world
  const honest = validators.filter(({ isByzantine }) => !isByzantine)

  const signed = (header: VertexHeader, isGood: boolean): Vertex => {
    const signature = validator.signer.sign(vertexMessage(chainId, header))
    if (!isGood) signature[0] = (signature[0] as number) ^ 1
    return { ...header, hash: vertexHash(chainId, header), transactions: [], signature }
  }

  /** A header whose parents nobody has. */
  const orphan = (round: number, author: Uint8Array = validator.id): VertexHeader => {
    const parents: VertexReference[] = cabal.committee.validators.map(({ id }) => ({
      round: round - 1,
      author: id,
      hash: chance.rng.bytes(32),
    }))
    return {
      epoch: cabal.epoch,
      round,
      author,
      parents: parents.sort(compareReferences),
      transactionsRoot: transactionsRoot([]),
      transactionCount: 0,
      timestampMs: simLimits.startTimeMs + world.nowMs + chance.below(2_000),
      lastCommit: 0,
    }
  }

  const junk = (): Message => {
    const near = Math.max(2, graph.highestRound + chance.between(-20, 5))
    switch (chance.below(5)) {
      case 0:
        return { kind: 'vertices', vertices: [signed(orphan(near), false)] }
      case 1:
        // In an honest validator's name: its share of what may wait must not pay for it.
        return { kind: 'vertices', vertices: [signed(orphan(near, chance.pick(honest).id), false)] }
      case 2: {
        const old = graph.at(Math.max(1, graph.highestRound - chance.below(80)))
        return { kind: 'vertices', vertices: old.length > 0 ? [...old] : [signed(orphan(near), true)] }
      }
      case 3:
        return { kind: 'fetch', epoch: cabal.epoch, references: orphan(near).parents, fromRound: chance.below(near) }
      default:
        return {
          kind: 'poll-reply',
          reply: { pollId: chance.below(1_000), preferences: [chance.rng.bytes(32), null] },
        }
    }
  }

  const ahead = (): Message => {
    if (chance.happens(0.5)) {
      const round = graph.highestRound + chance.pick(farRounds)
      return { kind: 'vertices', vertices: [signed(orphan(round), true)] }
    }
    const round = Math.max(2, graph.highestRound + chance.between(-50, 3))
    const bombs = Array.from({ length: bombSize }, (_, i) => signed(orphan(round + (i % 5)), true))
    return { kind: 'vertices', vertices: bombs }
  }

  return {
    step(floods, reachesAhead) {
      if (!chance.happens(activeShare / Math.max(2, validators.length - honest.length))) return
      for (const { index } of honest) {
        if (floods) world.send(validator.index, index, junk())
        if (reachesAhead) world.send(validator.index, index, ahead())
      }
    },
  }
}
