/**
 * One contract, every way in: `contract/` declares the operations, `handlers/` implement them over the node's services,
 * `transports/` carry them, `client/` is the typed other end.
 */
export { type Client, createClient, type NodeClient } from './client/index.ts'
export { contract } from './contract/index.ts'
export { createRouter, ownerContext, rpcHandlerOptions, windowContext } from './handlers/index.ts'
export { connectLocalSocket, createLocalSocketServer, socketPathOf } from './transports/index.ts'
