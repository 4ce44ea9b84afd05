/**
 * The wire: streams and gossip between nodes, as `Links`, and questions with one answer each, as `Requests` (../types.ts).
 * It carries bytes within budgets and by urgency; what they mean, node/services knows.
 */
export {
  type ChannelStreams,
  type ChannelStreamsDeps,
  createChannelStreams,
  inChannel,
  wholeChannelStreams,
} from './channel-streams.ts'
export type { WireFault } from './codes.ts'
export type { WireCount, WireStats } from './counters.ts'
export { type GossipService, gossipService } from './gossip.ts'
export { muxerOptions, wireLimits } from './limits.ts'
export { type BindPeer, createLinks, type LinksDeps, type LinksOptions, type WireLinks } from './links.ts'
export { type WireProtocols, wireProtocols } from './protocols.ts'
export { createRequests, type RequestsDeps, type WireRequests } from './requests.ts'
