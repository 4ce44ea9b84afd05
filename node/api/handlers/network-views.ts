/** From the services' views of the network to the contract's shapes. */
import type {
  GraphVertexView,
  GraphView,
  NetworkStatusView,
  ValidatorsView,
  ValidatorView,
  VertexDetailView,
} from '../../services/types.ts'
import type {
  GraphVertex,
  NetworkGraph,
  NetworkStatus,
  Validator,
  ValidatorList,
  VertexDetail,
} from '../contract/index.ts'
import { nodeStatusShape, timestampOf } from './views.ts'

export function networkStatusShape(view: NetworkStatusView): NetworkStatus {
  const { epoch, committee, lastCommitAtMs, standstill } = view
  return {
    ...nodeStatusShape(view),
    asOf: timestampOf(view.asOfMs),
    epoch: {
      number: epoch.number,
      startedAt: timestampOf(epoch.startedAtMs),
      endsAt: epoch.endsAtMs === null ? null : timestampOf(epoch.endsAtMs),
    },
    leader: view.leader,
    committee: committee.items.map(validatorShape),
    totalStake: committee.totalStakeMicroRuv.toString(),
    quorum: committee.quorumMicroRuv.toString(),
    ...view.sinceStart,
    committedLeaderRound: view.committedLeaderRound,
    lastCommitAt: lastCommitAtMs === null ? null : timestampOf(lastCommitAtMs),
    toleratedFaults: view.toleratedFaults,
    standstill: standstill === null ? null : { reason: standstill.reason, since: timestampOf(standstill.sinceMs) },
  }
}

function validatorShape({ stakeMicroRuv, lagRounds, ...view }: ValidatorView): Validator {
  return { ...view, stake: stakeMicroRuv.toString(), lag: lagRounds }
}

export function validatorListShape(view: ValidatorsView): ValidatorList {
  return {
    epoch: view.epoch,
    totalStake: view.totalStakeMicroRuv.toString(),
    quorum: view.quorumMicroRuv.toString(),
    items: view.items.map(validatorShape),
  }
}

function graphVertexShape({ supportMicroRuv, timestampMs, parents, ...view }: GraphVertexView): GraphVertex {
  return { ...view, parents: [...parents], support: supportMicroRuv.toString(), timestamp: timestampOf(timestampMs) }
}

export function networkGraphShape(view: GraphView): NetworkGraph {
  return {
    epoch: view.epoch,
    fromRound: view.fromRound,
    toRound: view.toRound,
    totalStake: view.totalStakeMicroRuv.toString(),
    validators: view.validators,
    rounds: view.rounds.map((round) => ({ ...round })),
    vertices: view.vertices.map(graphVertexShape),
    truncated: view.isTruncated,
  }
}

export function vertexDetailShape(view: VertexDetailView): VertexDetail {
  return {
    ...graphVertexShape(view),
    epoch: view.epoch,
    authorId: view.authorId,
    references: view.references.map((reference) => ({ ...reference })),
    lastCommit: view.lastCommit,
    totalStake: view.totalStakeMicroRuv.toString(),
    validators: view.validators,
    times: view.times.map(({ state, atMs }) => ({ state, at: timestampOf(atMs) })),
    contents: view.contents === null ? null : view.contents.map((content) => ({ ...content })),
  }
}
