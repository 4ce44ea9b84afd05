/**
 * The network layer's door: the host with its peers, the channel between nodes, validators bound to their connections, and the
 * wire that carries what those above say. What it gives them is in types.ts.
 */
export * from './binding/index.ts'
export * from './host/index.ts'
export * from './peers/index.ts'
export * from './secure-channel/index.ts'
export type * from './types.ts'
export * from './wire/index.ts'
