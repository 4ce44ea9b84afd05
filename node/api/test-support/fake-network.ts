/** For tests only: a network of four validators whose graph the test may change. */
import { NodeError } from '../../core/node-error.ts'
import { createPeerServices } from '../../services/peers.ts'
import type {
  GraphVertexView,
  GraphView,
  JoiningServices,
  NetworkStatusView,
  NodeServices,
  NodeStatus,
  PeerServices,
  ValidatorsView,
} from '../../services/types.ts'
import { createFakeJoining } from './fake-joining.ts'
import { createFakePeers, type FakePeers, fakePeerId, fakePeersOfAllKinds } from './fake-peers.ts'

export interface FakeNetwork {
  readonly services: Pick<NodeServices['network'], 'validators' | 'graph' | 'vertex'> & PeerServices & JoiningServices
  /** Its network layer. */
  readonly peers: FakePeers
  /** What was recorded in the audit log. */
  readonly audited: [action: string, details: Readonly<Record<string, string | number | boolean>>][]
  status(): Omit<NetworkStatusView, keyof NodeStatus>
  /** What graphs were asked for. */
  readonly graphQueries: Parameters<NodeServices['network']['graph']>[0][]
}

const startMs = 1_750_000_000_000
const stakeMicroRuv = 1_000_000_000n

export function fakeVertexHash(round: number, author: number): string {
  return `${round.toString(16).padStart(60, '0')}${author.toString(16).padStart(4, '0')}`
}

/** Three rounds, of which the first is committed. */
export function fakeGraph(): GraphView {
  const vertices = [1, 2, 3].flatMap((round) =>
    [0, 1, 2, 3].map(
      (author): GraphVertexView => ({
        hash: fakeVertexHash(round, author),
        round,
        author,
        parents: round === 1 ? [] : [0, 1, 2, 3].map((parent) => fakeVertexHash(round - 1, parent)),
        transactions: author,
        timestampMs: startMs + round * 100,
        state: round === 1 ? 'committed' : round === 2 ? 'confirmed' : 'stored',
        supportMicroRuv: round === 3 ? 0n : 4n * stakeMicroRuv,
        supporters: round === 3 ? 0 : 4,
        isLeader: author === round % 4,
        isAnchor: round === 1 && author === 1,
        isTwin: false,
        commitIndex: round === 1 ? 42 : null,
      }),
    ),
  )
  return {
    epoch: 2,
    fromRound: 1,
    toRound: 3,
    totalStakeMicroRuv: 4n * stakeMicroRuv,
    validators: 4,
    rounds: [1, 2, 3].map((round) => ({
      round,
      leader: round % 4,
      outcome: round === 1 ? 'committed' : 'undecided',
    })),
    vertices,
    isTruncated: false,
  }
}

export function createFakeNetwork(): FakeNetwork {
  const graphQueries: FakeNetwork['graphQueries'] = []
  const committee: ValidatorsView = {
    epoch: 2,
    totalStakeMicroRuv: 4n * stakeMicroRuv,
    quorumMicroRuv: 2_666_666_667n,
    items: [0, 1, 2, 3].map((index) => ({
      index,
      id: String(index).repeat(64),
      name: `Validator ${index + 1}`,
      publicKeyHash: String(index + 4).repeat(64),
      stakeMicroRuv,
      sharePpm: 250_000,
      round: 99 - index,
      lagRounds: index,
      isSelf: index === 0,
      isEquivocator: index === 3,
    })),
  }
  const audited: FakeNetwork['audited'] = []
  const idOf = (index: number): string => committee.items[index]?.id ?? ''
  const peers = createFakePeers(fakePeersOfAllKinds([idOf(1), idOf(2)]), [
    {
      id: fakePeerId(40),
      address: '/ip4/192.0.2.40/tcp/4001',
      reason: 'FRAME_TOO_LONG',
      atMs: startMs,
      untilMs: startMs + 3_600_000,
    },
  ])
  return {
    graphQueries,
    peers,
    audited,
    status: () => ({
      asOfMs: startMs + 10_000,
      epoch: { number: 2, startedAtMs: startMs, endsAtMs: startMs + 600_000 },
      leader: 1,
      committee,
      sinceStart: { commits: 40, skips: 2 },
      committedLeaderRound: 97,
      lastCommitAtMs: startMs + 9_800,
      toleratedFaults: 1,
      standstill: null,
      sync: peers.sync(),
    }),
    services: {
      ...createFakeJoining(),
      ...createPeerServices({
        p2p: peers.source,
        sync: peers.sync,
        validatorName: (id) => committee.items.find((validator) => validator.id === id)?.name ?? null,
        clock: { nowMs: () => startMs + 10_000 },
        audit: async (action, details) => void audited.push([action, details]),
      }),
      validators: async () => committee,
      graph: async (query) => {
        graphQueries.push(query)
        return fakeGraph()
      },
      vertex: async (hash) => {
        const vertex = fakeGraph().vertices.find((candidate) => candidate.hash === hash)
        if (vertex === undefined) throw new NodeError('VERTEX_UNKNOWN', 'this node shows no such vertex')
        return {
          ...vertex,
          epoch: 2,
          authorId: String(vertex.author).repeat(64),
          references: vertex.parents.map((parent, author) => ({ hash: parent, round: vertex.round - 1, author })),
          lastCommit: 41,
          totalStakeMicroRuv: 4n * stakeMicroRuv,
          validators: 4,
          times: [{ state: 'stored', atMs: startMs }],
          contents: Array.from({ length: vertex.transactions }, (_, nonce) => ({
            txId: nonce.toString(16).padStart(64, 'a'),
            account: 'ruvd1example',
            nonce,
          })),
        }
      },
    },
  }
}
