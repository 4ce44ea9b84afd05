/**
 * One validator of a benchmark, in a process of its own: a whole node with its own wire, as `qudag node start` runs it, that
 * tells its parent what it uses and does what it is told.
 */
import { openSockets } from '../e2e/network/abuse/open-sockets.ts'
import { loadConfig } from '../node/config/index.ts'
import { createVerifierPool } from '../node/crypto/verifier-pool.ts'
import { createNode, type Node } from '../node/node.ts'
import type { NodeNetwork } from '../node/node-network.ts'
import type { BanView, WireStats } from '../node/p2p/index.ts'
import { createMessageCosts, type MessageCost, threadCpuMs } from './message-costs.ts'

/** What the parent says. */
export type NodeTask =
  | {
      readonly type: 'start'
      readonly genesisFile: string
      readonly dataDir: string
      /** Multiaddrs: its own, and those of all others with their ids. */
      readonly listen: readonly string[]
      readonly bootstrap: readonly string[]
    }
  | { readonly type: 'submit'; readonly txId: string; readonly bytes: Uint8Array }
  | { readonly type: 'measure' }
  | { readonly type: 'stop' }

/** What the process has used since it began. */
export interface NodeUsage {
  /** Of all its threads. */
  readonly cpuMs: number
  /** Of its own thread, and of those that check signatures. */
  readonly mainCpuMs: number
  readonly verifierCpuMs: number
  readonly signatures: number
  /** By kind of message (bench/message-costs.ts). */
  readonly costs: Readonly<Record<string, MessageCost>>
  readonly rssBytes: number
  /** Objects and buffers of the node's own thread; those that are garbage too, unless the process runs with --expose-gc. */
  readonly heapBytes: number
  /** Sockets of any kind that the process holds; null where the system does not tell. */
  readonly sockets: number | null
  /** Over all connections, as sent, encrypted. */
  readonly socketBytes: number
  readonly stats: WireStats
  readonly bans: readonly BanView[]
  /** What it holds against those that are connected. */
  readonly badScores: readonly { readonly id: string; readonly score: number }[]
  readonly round: number
  readonly commitIndex: number
  /** Proven validators that it is connected with, and all peers. */
  readonly validators: number
  readonly peers: number
}

/** What it answers. */
export type NodeAnswer =
  | { readonly type: 'started' }
  | { readonly type: 'ended'; readonly txId: string; readonly outcome: string }
  | { readonly type: 'measured'; readonly usage: NodeUsage }
  | { readonly type: 'failed'; readonly reason: string }

let node: Node | undefined
let network: NodeNetwork | undefined
/** Handed in here and not ended. */
const own = new Set<string>()
const messageCosts = createMessageCosts()
const verifier = createVerifierPool({ workers: 1, countsCpu: true })

const answer = (message: NodeAnswer): void => void process.send?.(message)

async function start({ genesisFile, dataDir, listen, bootstrap }: Extract<NodeTask, { type: 'start' }>): Promise<void> {
  const config = loadConfig({
    flags: {
      ...{ dataDir, network: genesisFile, apiPort: 0, mdns: 'no' },
      ...{ p2pListen: [...listen], bootstrap: [...bootstrap] },
    },
  })
  if (!config.ok) throw new Error(config.error.message)
  node = await createNode(config.value, {
    verifier: messageCosts.counted(verifier),
    meter: messageCosts.meter,
    onNetwork: (opened) => {
      network = opened
    },
  })
  void followEnds(node)
}

async function followEnds({ services }: Node): Promise<void> {
  const types = ['transaction.finalized', 'transaction.rejected'] as const
  const ending = new AbortController()
  for await (const delivery of services.events.subscribe({ types }, ending.signal)) {
    if (delivery.kind === 'gap') throw new Error('events were missed')
    const { subject, data } = delivery.event
    // It sees those of all others end, too.
    if (!own.delete(subject)) continue
    const outcome = 'outcome' in data && typeof data.outcome === 'string' ? data.outcome : 'rejected'
    answer({ type: 'ended', txId: subject, outcome })
  }
}

function heapBytes(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function measured(): Promise<NodeUsage> {
  const { user, system } = process.cpuUsage()
  const status = await node?.services.node.status()
  const peers = network?.views.peers() ?? []
  return {
    cpuMs: (user + system) / 1_000,
    mainCpuMs: threadCpuMs(),
    verifierCpuMs: verifier.stats().cpuMs,
    signatures: verifier.stats().checkedJobs,
    costs: messageCosts.costs(),
    rssBytes: process.memoryUsage.rss(),
    heapBytes: heapBytes(),
    sockets: openSockets('self'),
    socketBytes: network?.views.traffic().sentBytes ?? 0,
    stats: network?.stats() ?? {},
    bans: network?.views.bans() ?? [],
    badScores: peers.filter(({ score }) => score < 0).map(({ id, score }) => ({ id, score })),
    round: status?.round ?? 0,
    commitIndex: status?.commitIndex ?? 0,
    validators: peers.filter(({ validator }) => validator !== null).length,
    peers: peers.length,
  }
}

async function carryOut(task: NodeTask): Promise<void> {
  switch (task.type) {
    case 'start':
      await start(task)
      return answer({ type: 'started' })
    case 'submit':
      own.add(task.txId)
      await node?.services.transactions.submit(task.bytes)
      return
    case 'measure':
      return answer({ type: 'measured', usage: await measured() })
    case 'stop':
      await node?.stop()
      process.disconnect()
  }
}

process.on('message', (task: NodeTask) => {
  carryOut(task).catch((cause: unknown) => {
    answer({ type: 'failed', reason: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause) })
  })
})
// Nobody is left to tell it to stop.
process.on('disconnect', () => process.exit(0))
