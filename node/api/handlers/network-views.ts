/** From the services' views of the network to the contract's shapes. */
import { banData, peerData, syncData } from '../../services/peer-data.ts'
import type {
  GraphVertexView,
  GraphView,
  JoiningServices,
  NetworkStatusView,
  PeersView,
  TrafficView,
  ValidatorsView,
  ValidatorView,
  VertexDetailView,
} from '../../services/types.ts'
import type {
  GraphVertex,
  NetworkGraph,
  NetworkOfferShape,
  NetworkStatus,
  PeerList,
  Traffic,
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
    sync: syncData(view.sync),
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

export function peerListShape({ asOfMs, self, items, bans }: PeersView): PeerList {
  return {
    asOf: timestampOf(asOfMs),
    self: self === null ? null : { ...self },
    items: items.map(peerData),
    bans: bans.map(banData),
  }
}

/** Rates are worked out; whole bytes are what there is. */
export function trafficShape(view: TrafficView): Traffic {
  return {
    receivedBytes: Math.round(view.receivedBytes),
    sentBytes: Math.round(view.sentBytes),
    receivedBytesPerSecond: Math.round(view.receivedBytesPerSecond),
    sentBytesPerSecond: Math.round(view.sentBytesPerSecond),
    maxReceivedBytesPerSecond: view.maxReceivedBytesPerSecond,
    maxSentBytesPerSecond: view.maxSentBytesPerSecond,
  }
}

export function networkOfferShape(view: Awaited<ReturnType<JoiningServices['inspect']>>): NetworkOfferShape {
  const { startTimeMs, supplyMicroRuv, ...offer } = view
  return { ...offer, startedAt: timestampOf(startTimeMs), supply: supplyMicroRuv.toString(), peers: [...offer.peers] }
}
