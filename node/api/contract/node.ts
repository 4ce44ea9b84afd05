/** The node itself: what it is, how it does, and ending it. */
import { z } from 'zod'
import { browserErrors, commonErrors, declareErrors } from './errors.ts'
import { peerRole } from './peers.ts'
import { procedure } from './scopes.ts'
import { checkpointRef, count, timestamp } from './shapes.ts'

/** How to reach this node: what its ready line says. */
export const nodeInfo = z.object({
  pid: count,
  chainId: z.string(),
  network: z.string(),
  /** Null while the node serves no HTTP. */
  apiUrl: z.string().nullable(),
  /** File that holds the owner's token; null while the node serves no HTTP. */
  tokenFile: z.string().nullable(),
  socket: z.string(),
  dataDir: z.string(),
})
export type NodeInfo = z.infer<typeof nodeInfo>

export const nodeStatus = z.object({
  pid: count,
  chainId: z.string(),
  network: z.string(),
  role: peerRole,
  commitIndex: count,
  round: count,
  stateRoot: z.string(),
  checkpoint: checkpointRef.nullable(),
  validators: count,
  peers: count,
  mempool: count,
  /** Admission to finality of the last transactions here, ms; null before the first. */
  finalityMs: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  storage: z.object({ bytes: count }),
})
export type NodeStatusShape = z.infer<typeof nodeStatus>

const errors = declareErrors(commonErrors)

export const nodeContract = {
  info: procedure('read').errors(errors).output(nodeInfo),
  /** Over REST it is a part of `network.status`. */
  status: procedure('read').errors(errors).output(nodeStatus),
  /** Answers first; the process ends after it. */
  stop: procedure('owner')
    .errors(errors)
    .output(z.object({ pid: count })),
  /** An address that opens the interface in a browser as the owner: good for one use within a minute. */
  browserLink: procedure('secret')
    .errors(declareErrors({ ...commonErrors, ...browserErrors }))
    .output(z.object({ url: z.string(), expiresAt: timestamp })),
}
