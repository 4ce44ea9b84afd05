/** The network as this node sees it, its checkpoints, and proofs against them for people who trust no node. */
import { z } from 'zod'
import { commonErrors, declareErrors, ledgerErrors, networkErrors, peerErrors } from './errors.ts'
import { joiningContract } from './joining.ts'
import { contractLimits as limits } from './limits.ts'
import { nodeStatus } from './node.ts'
import {
  banHours,
  peer,
  peerAddressLimits,
  peerBan,
  peerId,
  peerList,
  reachability,
  syncState,
  traffic,
} from './peers.ts'
import { procedure } from './scopes.ts'
import { accountName, amount, count, hash, timestamp } from './shapes.ts'

/** A validator of the epoch, as this node sees it. */
export const validator = z.object({
  /** Place in the committee, from 0: what vertices name their author by. */
  index: count,
  /** Hash of its suite and public key. */
  id: hash,
  /** `Validator 1` for index 0: for people, within this epoch. */
  name: z.string(),
  /** SHA3-256 of its public key. */
  publicKeyHash: hash,
  /** What counts of it, after the cap. */
  stake: amount,
  /** Of all stake that counts, in parts per million. */
  sharePpm: count,
  /** Of its latest vertex that is stored here; 0 before the first. */
  round: count,
  /** Rounds behind the furthest validator. */
  lag: count,
  isSelf: z.boolean(),
  /** Proven to have signed two vertices of one round. */
  isEquivocator: z.boolean(),
})
export type Validator = z.infer<typeof validator>

export const validatorList = z.object({
  epoch: count,
  totalStake: amount,
  /** More than two thirds: what a commit and a checkpoint need. */
  quorum: amount,
  items: z.array(validator),
})
export type ValidatorList = z.infer<typeof validatorList>

/** What the node says of itself, and with it of the network: GET /network/status. */
export const networkStatus = nodeStatus.extend({
  asOf: timestamp,
  epoch: z.object({
    number: count,
    /** Ledger time. */
    startedAt: timestamp,
    /** It ends with the first commit from then on; null where it has no end. */
    endsAt: timestamp.nullable(),
  }),
  /** Index of the validator that leads the current round. */
  leader: count,
  committee: validatorList.shape.items,
  totalStake: amount,
  quorum: amount,
  /** Leaders committed, and passed over, since this node was started. */
  commits: count,
  skips: count,
  /** Round of the last committed leader; 0 before the first. */
  committedLeaderRound: count,
  /** Null where none came since this node was started. */
  lastCommitAt: timestamp.nullable(),
  /** Validators, whichever they are, that may fail or lie without harm. 0 for networks of one to three. */
  toleratedFaults: count,
  /**
   * The chain stands still; null while it goes on, or has nothing to do.
   * - `no-quorum`: validators with a third of the stake or more are silent, since then
   * - `no-commit`: they speak, and what waits since then is not committed
   */
  standstill: z.object({ reason: z.enum(['no-quorum', 'no-commit']), since: timestamp }).nullable(),
  /** How far this node has come to the head of it. */
  sync: syncState,
})
export type NetworkStatus = z.infer<typeof networkStatus>

/**
 * How far a vertex has come: `stored`, `voting` (named by another), `confirming` (by more than a third of the stake),
 * `confirmed` (by more than two thirds), `committed`. `skipped`: its leader was passed over, or the horizon; it may still
 * be committed in the history of a later leader.
 */
export const vertexState = z.enum(['stored', 'voting', 'confirming', 'confirmed', 'committed', 'skipped'])
export type VertexState = z.infer<typeof vertexState>

export const vertexChange = z.object({
  hash,
  state: vertexState,
  /** Stake of the validators that have named it, and how many they are. */
  support: amount,
  supporters: count,
  /** It is a leader's, and was committed as such. */
  isAnchor: z.boolean(),
  /** Its author signed another one of the round. */
  isTwin: z.boolean(),
  /** The commit that ordered it; null before, and for one from before this node was started. */
  commitIndex: count.nullable(),
})
export type VertexChange = z.infer<typeof vertexChange>

export const graphVertex = vertexChange.extend({
  round: count,
  /** Index in the committee. */
  author: count,
  /** Vertices it names, of the previous round and before; none in round 1. */
  parents: z.array(hash),
  /** How many it carries. */
  transactions: count,
  /** The author's clock. */
  timestamp,
  /** Its author leads its round. */
  isLeader: z.boolean(),
})
export type GraphVertex = z.infer<typeof graphVertex>

export const graphRound = z.object({
  round: count,
  /** Index of the validator that leads it. */
  leader: count,
  outcome: z.enum(['undecided', 'committed', 'skipped']),
})
export type GraphRound = z.infer<typeof graphRound>

export const graphCommit = z.object({
  commitIndex: count,
  leaderRound: count,
  /** The leader's vertex. */
  anchor: hash,
  /** Ledger time. */
  at: timestamp,
  /** How many it ordered. */
  vertices: count,
  transactions: count,
  /** Rounds since the last committed leader whose leaders were passed over; the newest 64. */
  skipped: z.array(count),
  closesEpoch: z.boolean(),
})
export type GraphCommit = z.infer<typeof graphCommit>

export const networkGraph = z.object({
  /** Only the present one is kept: rounds are counted from 1 in each. */
  epoch: count,
  /** The rounds that are here, both included; 0 before the first. */
  fromRound: count,
  toRound: count,
  totalStake: amount,
  validators: count,
  rounds: z.array(graphRound),
  /** By round, then author. */
  vertices: z.array(graphVertex),
  /** More rounds are kept and were asked for, and found no room. */
  truncated: z.boolean(),
})
export type NetworkGraph = z.infer<typeof networkGraph>

export const vertexDetail = graphVertex.extend({
  epoch: count,
  authorId: hash,
  /** Of `parents`: where each stands; null where this node does not show it any more. */
  references: z.array(z.object({ hash, round: count.nullable(), author: count.nullable() })),
  /** Last commit that its author had executed. */
  lastCommit: count,
  totalStake: amount,
  validators: count,
  /** When it reached each state here, by this node's clock. */
  times: z.array(z.object({ state: vertexState, at: timestamp })),
  /** What it carries, in order; null where this node has not got it at hand. */
  contents: z.array(z.object({ txId: hash, account: z.string(), nonce: count })).nullable(),
})
export type VertexDetail = z.infer<typeof vertexDetail>

export const networkStats = z.object({
  /** Of the ledger, since its genesis. */
  commits: count,
  transactions: count,
  /** Admitted here and not final. */
  mempool: count,
  validators: count,
  peers: count,
  /** Admission to finality of the last transactions here, ms; null before the first. */
  finalityMs: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  journalRecords: count,
  storage: z.object({ bytes: count }),
  traffic,
})
export type NetworkStats = z.infer<typeof networkStats>

export const checkpoint = z.object({
  seq: count,
  epoch: count,
  commitIndex: count,
  commitTime: timestamp,
  hash,
  stateRoot: hash,
  historyRoot: hash,
  consensusRoot: hash,
  nextValidatorsHash: hash,
  previous: hash,
  /** Signatures of more than two thirds of the stake over tag ‖ chainId ‖ canonical checkpoint; hex. */
  certificate: z.array(z.object({ validator: z.string(), signature: z.string() })),
})
export type Checkpoint = z.infer<typeof checkpoint>

export const accountProof = z.object({
  address: z.string(),
  checkpoint,
  /** Canonical account in hex; null where the ledger had none, which the proof then shows. */
  account: z.string().nullable(),
  /** Where the account stands in the state tree. */
  key: z.string(),
  /** Each change of validators since the genesis, oldest first: the checkpoint that closed the epoch, and who came then. */
  epochs: z.array(
    z.object({
      checkpoint,
      validators: z.array(z.object({ publicKey: z.string(), stake: amount })),
    }),
  ),
  /** Hashes beside the path, from the root down. */
  siblings: z.array(z.string()),
  /** The leaf at its end, of this key or, to prove absence, of another; null for an empty place. */
  end: z.object({ key: z.string(), valueHash: z.string() }).nullable(),
})
export type AccountProof = z.infer<typeof accountProof>

const { ADDRESS_INVALID, ADDRESS_WRONG_NETWORK } = ledgerErrors
const { CHECKPOINT_UNKNOWN, PROOF_VALIDATORS_UNKNOWN, VERTEX_UNKNOWN } = networkErrors
const plain = declareErrors(commonErrors)
const { PEER_ADDRESS_INVALID, PEER_UNREACHABLE, PEER_TIMEOUT, PEER_REFUSED, PEER_BANNED } = peerErrors
const { PEER_ID_INVALID, PEER_IS_SELF, PEER_NOT_BANNED, PEERS_UNAVAILABLE } = peerErrors
const tags = ['Network']

export const networkContract = {
  ...joiningContract,
  status: procedure('read')
    .route({
      method: 'GET',
      path: '/network/status',
      successStatus: 200,
      tags,
      summary: 'What this node is doing, and how the network does',
    })
    .errors(plain)
    .output(networkStatus),
  validators: procedure('read')
    .route({
      method: 'GET',
      path: '/network/validators',
      successStatus: 200,
      tags,
      summary: 'The validators of the present epoch',
    })
    .errors(plain)
    .output(validatorList),
  graph: procedure('read')
    .route({
      method: 'GET',
      path: '/network/graph',
      successStatus: 200,
      tags,
      summary: 'The newest rounds of the vertex graph',
    })
    .errors(plain)
    .input(
      z.strictObject({
        /** The lowest round wanted; left out, the newest rounds come. */
        fromRound: count.optional(),
        /** Vertices at most; rounds come whole, and one at least. Left out, 400. */
        limit: z.int().min(1).max(limits.maxGraphVertices).optional(),
      }),
    )
    .output(networkGraph),
  vertex: procedure('read')
    .route({
      method: 'GET',
      path: '/network/vertices/{hash}',
      successStatus: 200,
      tags,
      summary: 'A vertex of the graph, with what it carries',
    })
    .errors(declareErrors({ ...commonErrors, VERTEX_UNKNOWN }))
    .input(z.strictObject({ hash }))
    .output(vertexDetail),
  /** Networks of one validator have none. */
  peers: procedure('read')
    .route({ method: 'GET', path: '/network/peers', successStatus: 200, tags, summary: 'Connected peers, and bans' })
    .errors(plain)
    .output(peerList),
  reachability: procedure('read')
    .route({
      method: 'GET',
      path: '/network/reachability',
      successStatus: 200,
      tags,
      summary: 'Whether others can reach this node, and how that is known',
    })
    .errors(plain)
    .output(reachability),
  traffic: procedure('read')
    .route({
      method: 'GET',
      path: '/network/traffic',
      successStatus: 200,
      tags,
      summary: 'What was sent and received, and the caps',
    })
    .errors(plain)
    .output(traffic),
  sync: procedure('read')
    .route({
      method: 'GET',
      path: '/network/sync',
      successStatus: 200,
      tags,
      summary: 'How far this node has come to the head of its network',
    })
    .errors(plain)
    .output(syncState),
  bootstrap: procedure('read')
    .route({
      method: 'GET',
      path: '/network/bootstrap',
      successStatus: 200,
      tags,
      summary: 'Addresses that this node asks for others at its start',
    })
    .errors(plain)
    .output(z.object({ items: z.array(z.string()) })),
  /** Answers once it is connected. */
  addPeer: procedure('network')
    .route({
      method: 'POST',
      path: '/network/peers',
      successStatus: 201,
      tags,
      summary: 'Connects to a peer, and keeps its address for the next starts',
    })
    .errors(
      declareErrors({
        ...commonErrors,
        PEER_ADDRESS_INVALID,
        PEER_UNREACHABLE,
        PEER_TIMEOUT,
        PEER_REFUSED,
        PEER_BANNED,
        PEERS_UNAVAILABLE,
      }),
    )
    .input(z.strictObject({ address: z.string().min(1).max(peerAddressLimits.maxCharacters) }))
    .output(peer),
  banPeer: procedure('network')
    .route({
      method: 'POST',
      path: '/network/bans',
      successStatus: 201,
      tags,
      summary: 'Cuts a peer off, and keeps it off',
    })
    .errors(declareErrors({ ...commonErrors, PEER_ID_INVALID, PEER_IS_SELF, PEERS_UNAVAILABLE }))
    .input(z.strictObject({ id: peerId, hours: banHours }))
    .output(peerBan),
  unbanPeer: procedure('network')
    .route({ method: 'DELETE', path: '/network/bans/{id}', successStatus: 200, tags, summary: 'Lifts a ban' })
    .errors(declareErrors({ ...commonErrors, PEER_NOT_BANNED }))
    .input(z.strictObject({ id: peerId }))
    .output(z.object({ id: z.string() })),
  stats: procedure('read')
    .route({ method: 'GET', path: '/network/stats', successStatus: 200, tags, summary: 'Counts and times' })
    .errors(plain)
    .output(networkStats),
  checkpoint: procedure('read')
    .route({
      method: 'GET',
      path: '/checkpoints/{seq}',
      successStatus: 200,
      tags,
      summary: 'A checkpoint with its certificate, by number or `latest`',
    })
    .errors(declareErrors({ ...commonErrors, CHECKPOINT_UNKNOWN }))
    .input(z.strictObject({ seq: z.union([z.literal('latest'), count]) }))
    .output(checkpoint),
  accountProof: procedure('read')
    .route({
      method: 'GET',
      path: '/proofs/accounts/{account}',
      successStatus: 200,
      tags,
      summary: 'Proof of an account, or of its absence, against the latest checkpoint',
    })
    .errors(
      declareErrors({
        ...commonErrors,
        CHECKPOINT_UNKNOWN,
        PROOF_VALIDATORS_UNKNOWN,
        ADDRESS_INVALID,
        ADDRESS_WRONG_NETWORK,
      }),
    )
    .input(z.strictObject({ account: accountName }))
    .output(accountProof),
}
