/**
 * The libp2p host: connections, discovery, gossip and the ways around routers. `openPeerHost` starts one with its key, its
 * memory and its door; those above carry their messages over `host.libp2p`.
 */
export { type AskingHostOptions, startAskingHost } from './asking-host.ts'
export { createHost } from './create-host.ts'
export { loadOrCreatePeerKey, peerKeyFileName } from './identity.ts'
export { hostLimits } from './limits.ts'
export { openPeerHost, type PeerHost, type PeerHostDeps, type PeerHostOptions } from './open-host.ts'
export type { PeerStoreNote } from './peer-datastore.ts'
export { protocolNames } from './protocols.ts'
export type { EncrypterFactory, Host, HostDeps, HostOptions, HostServices } from './types.ts'
