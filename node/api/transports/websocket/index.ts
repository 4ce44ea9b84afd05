/**
 * WebSocket over the HTTP listener: the door (web-socket-server.ts) and the contract behind it at /api/v1/rpc
 * (rpc-endpoint.ts). Event streams are the other endpoint, in ../events.
 */
export { closeCodes } from './close-codes.ts'
export type { Endpoint, Session } from './endpoint.ts'
export { type WebSocketLimits, webSocketLimits } from './limits.ts'
export { createRpcEndpoint, type RpcEndpointDeps } from './rpc-endpoint.ts'
export { createWebSocketServer, type WebSocketServer, type WebSocketServerDeps } from './web-socket-server.ts'
