/** network.*: what is known of the others, checkpoints, and proofs. */
import type { AccountProofView, CheckpointView, NodeServices } from '../../services/types.ts'
import type { AccountProof, Checkpoint } from '../contract/index.ts'
import type { Guarded } from './guard.ts'
import { networkGraphShape, networkStatusShape, validatorListShape, vertexDetailShape } from './network-views.ts'
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
    peers: os.peers.handler(async () => ({ items: [...(await network.peers())] })),
    stats: os.stats.handler(async () => {
      const [status, stored] = await Promise.all([node.status(), storage.status()])
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
