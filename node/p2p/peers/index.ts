/**
 * Peers: who they are, what they did, what goes to and from them. A score that decays, bans that outlive a restart and are kept
 * at the door, traffic and caps on it, and the views that people have of all this.
 */
export { agentOf, roleOfAgent } from './agent.ts'
export { createGater, type Gater } from './gater.ts'
export { createInboundGate, type InboundGate } from './inbound-gate.ts'
export { peerLimits } from './limits.ts'
export { misconductPoints, pointsOf } from './misconduct.ts'
export {
  type BookNote,
  byHand,
  openPeerBook,
  type PeerBook,
  type PeerPin,
  type PinStore,
  type ValidatorNames,
} from './peer-book.ts'
export { createPeerViews, type PeerDirectory, type PeerViewsDeps } from './peer-views.ts'
export type { PrivateFileProblem, PrivateFiles } from './private-files.ts'
export { createTraffic, type Traffic, type TrafficCaps } from './traffic.ts'
