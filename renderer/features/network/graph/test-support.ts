/** For tests only: vertices and events of a graph. */
import type { GraphVertex, NetworkGraph, NodeEventMessage } from '../../../../node/api/contract/index.ts'

export const hashOf = (round: number, author: number, salt = 0): string =>
  `${salt}${round.toString().padStart(31, '0')}${author.toString().padStart(32, '0')}`

export function vertexOf(round: number, author: number, part: Partial<GraphVertex> = {}): GraphVertex {
  return {
    hash: hashOf(round, author),
    round,
    author,
    parents: [],
    transactions: 0,
    timestamp: '2026-11-22T17:03:05.123Z',
    state: 'stored',
    support: '0',
    supporters: 0,
    isLeader: false,
    isAnchor: false,
    isTwin: false,
    commitIndex: null,
    ...part,
  }
}

/** Full rounds from 1 on, each naming all of the round before. */
export function snapshotOf(rounds: number, validators: number, part: Partial<NetworkGraph> = {}): NetworkGraph {
  const authors = Array.from({ length: validators }, (_, author) => author)
  const numbers = Array.from({ length: rounds }, (_, index) => index + 1)
  return {
    epoch: 1,
    fromRound: 1,
    toRound: rounds,
    totalStake: String(validators),
    validators,
    rounds: numbers.map((round) => ({ round, leader: 0, outcome: 'undecided' })),
    vertices: numbers.flatMap((round) =>
      authors.map((author) =>
        vertexOf(round, author, { parents: round === 1 ? [] : authors.map((parent) => hashOf(round - 1, parent)) }),
      ),
    ),
    truncated: false,
    ...part,
  }
}

type GraphEvent = Extract<NodeEventMessage, { type: 'network.vertex' | 'network.vertex.state' | 'network.commit' }>

export function graphEvent<Type extends GraphEvent['type']>(
  type: Type,
  data: Extract<GraphEvent, { type: Type }>['data'],
): NodeEventMessage {
  return {
    specversion: '1.0',
    id: 'r.1',
    source: '/chains/c',
    subject: String(data.epoch),
    time: '2026-11-22T14:00:00.000Z',
    datacontenttype: 'application/json',
    sequence: 1,
    type,
    data,
  } as unknown as NodeEventMessage
}
