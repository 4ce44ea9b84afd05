/**
 * The typed client of a node, for Node and browsers: createClient(options) gives `api`, the contract's procedures as
 * functions, and `events()`, which resumes after losses. Over a message port, a WebSocket, or in Node the local socket.
 */
export type { ClientChannel } from './channel.ts'
export { type Client, type ClientDeps, type ClientOptions, createClient } from './create-client.ts'
export { isRequestMessage, isResponseMessage } from './envelope.ts'
export type { FollowedEvent, FollowOptions } from './follow-events.ts'
export { clientLimits } from './limits.ts'
export type { NodeClient } from './node-client.ts'
export { listenToPort, type PortLike } from './port-channel.ts'
export { bearerPrefix, rpcPath, rpcSubprotocol, type WebSocketLike } from './web-socket-channel.ts'
