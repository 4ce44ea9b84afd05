/** Ids of the protocols that nodes of one chain speak to each other. */
import { toHex } from '../../core/bytes.ts'
import type { GossipTopic } from '../types.ts'

/** Of a chain id in a protocol's id: enough to tell networks apart; that it is the same chain, hello and handshake say. */
const shortIdBytes = 8

export interface WireProtocols {
  /** Links between proven validators. */
  readonly consensus: string
  /** All other links. */
  readonly feed: string
  /** Questions, a stream each. */
  readonly requests: string
  readonly topics: Readonly<Record<GossipTopic, string>>
}

export function wireProtocols(chainId: Uint8Array): WireProtocols {
  const root = `/qudag/${toHex(chainId.subarray(0, shortIdBytes))}`
  return {
    consensus: `${root}/consensus/1`,
    feed: `${root}/link/1`,
    requests: `${root}/request/1`,
    topics: { transactions: `${root}/transactions`, consensus: `${root}/consensus` },
  }
}
