/**
 * Synchronising: how a node that starts late, or was away, comes to the head of its network, and how others are helped to.
 * It asks over an interface of its own (source.ts), and believes nothing that is not certified. Rules: docs/protocol.md, "Joining".
 */
export { type GivenAnchor, parseAnchor } from './anchor.ts'
export { type CatchUpDeps, type CatchUpOptions, type CaughtUp, catchUp } from './catch-up.ts'
export { decideSync, type OwnPlace, type PeerPlace, type SyncDecision } from './decide-sync.ts'
export { type JoinDeps, type Joined, type JoinOptions, joinNetwork } from './join-network.ts'
export { type SyncMethod, syncLimits, syncQuotas } from './limits.ts'
export { createLocalRequests, type LocalRequests } from './local-requests.ts'
export type { ReplayFrom } from './messages.ts'
export { nodeStops } from './pause.ts'
export { type SyncServer, type SyncServerDeps, serveSync } from './server.ts'
export type { SyncDoor, SyncQuota, SyncRequests, SyncSource } from './source.ts'
export { createSyncProgress, type SyncProgress } from './sync-progress.ts'
