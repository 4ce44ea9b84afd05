/** network.*: what is known of the others, checkpoints, and proofs. */
import { banData, peerData, reachabilityData, syncData } from '../../services/peer-data.ts'
import type { AccountProofView, CheckpointView, NodeServices } from '../../services/types.ts'
import type { AccountProof, Checkpoint } from '../contract/index.ts'
import type { Guarded } from './guard.ts'
import {
  networkGraphShape,
  networkOfferShape,
  networkStatusShape,
  peerListShape,
  trafficShape,
  validatorListShape,
  vertexDetailShape,
} from './network-views.ts'
import { timestampOf } from './views.ts'

export function networkHandlers(
  os: Guarded['network'],
  { network, node, storage }: Pick<NodeServices, 'network' | 'node' | 'storage'>,
) {
  return {
    status: os.status.handler(async () => networkStatusShape(await network.status())),
    validators: os.validators.handler(async () => validatorListShape(await network.validators())),
    graph: os.graph.handler(async ({ input }) => networkGraphShape(await network.graph(input))),
    vertex: os.vertex.handler(async ({ input }) => vertexDetailShape(await network.vertex(input.hash))),
    known: os.known.handler(async () => ({ items: (await network.known()).map((known) => ({ ...known })) })),
    inspect: os.inspect.handler(async ({ input }) => networkOfferShape(await network.inspect(input.source))),
    join: os.join.handler(async ({ input }) => {
      const joined = await network.join(input.source, input.chainId)
      return { ...joined, peersLeft: [...joined.peersLeft] }
    }),
    peers: os.peers.handler(async () => peerListShape(await network.peers())),
    reachability: os.reachability.handler(async () => reachabilityData(await network.reachability())),
    traffic: os.traffic.handler(async () => trafficShape(await network.traffic())),
    sync: os.sync.handler(async () => syncData(await network.sync())),
    bootstrap: os.bootstrap.handler(async () => ({ items: [...(await network.bootstrap())] })),
    addPeer: os.addPeer.handler(async ({ input }) => peerData(await network.addPeer(input.address))),
    banPeer: os.banPeer.handler(async ({ input }) => banData(await network.banPeer(input.id, input.hours))),
    unbanPeer: os.unbanPeer.handler(async ({ input }) => {
      await network.unbanPeer(input.id)
      return { id: input.id }
    }),
    stats: os.stats.handler(async () => {
      const [status, stored, sent] = await Promise.all([node.status(), storage.status(), network.traffic()])
      const { mempool, validators, peers, finalityMs } = status
      const { commits, transactions, journalRecords, bytes } = stored
      return {
        commits,
        transactions,
        mempool,
        validators,
        peers,
        finalityMs: finalityMs === null ? null : { ...finalityMs },
        journalRecords,
        storage: { bytes },
        traffic: trafficShape(sent),
      }
    }),
    checkpoint: os.checkpoint.handler(async ({ input }) => checkpointShape(await network.checkpoint(input.seq))),
    accountProof: os.accountProof.handler(async ({ input }) =>
      accountProofShape(await network.accountProof(input.account)),
    ),
  }
}

function checkpointShape({ commitTimeMs, certificate, ...view }: CheckpointView): Checkpoint {
  return {
    ...view,
    commitTime: timestampOf(commitTimeMs),
    certificate: certificate.map(({ validator, signature }) => ({ validator, signature })),
  }
}

function accountProofShape(view: AccountProofView): AccountProof {
  return {
    address: view.address,
    checkpoint: checkpointShape(view.checkpoint),
    epochs: view.epochs.map((step) => ({
      checkpoint: checkpointShape(step.checkpoint),
      validators: step.validators.map(({ publicKey, stakeMicroRuv }) => ({
        publicKey,
        stake: stakeMicroRuv.toString(),
      })),
    })),
    account: view.account,
    key: view.key,
    siblings: [...view.siblings],
    end: view.end === null ? null : { ...view.end },
  }
}
