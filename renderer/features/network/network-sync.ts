/** Keeps the view of the network in step with the node, while it is looked at. */
import type { NodeEventMessage } from '../../../node/api/contract/index.ts'
import type { Session } from '../../rpc/index.ts'
import { checkpointPageSize, mergeCheckpoints, nextCheckpoints } from './checkpoints.ts'
import { limits } from './limits.ts'
import { applyPeerEvents } from './peer-events.ts'
import { type NetworkState, useNetworkStore } from './store.ts'

export interface NetworkSync {
  stop(): void
  /** The next page of older checkpoints. */
  loadOlder(): Promise<void>
}

export function followNetwork({ api, follow }: Pick<Session, 'api' | 'follow'>): NetworkSync {
  let isStopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let isDue = false
  const set = (part: Partial<NetworkState>): void => {
    if (!isStopped) useNetworkStore.setState(part)
  }

  /** What changes without an event: rounds, latencies, rates. */
  async function moving(): Promise<void> {
    const [status, peers, reachability, traffic] = await Promise.all([
      api.network.status(),
      api.network.peers(),
      api.network.reachability(),
      api.network.traffic(),
    ])
    set({ status, sync: status.sync, peers, reachability, traffic })
  }

  async function figures(): Promise<void> {
    const [stats, storage, audit, bootstrap] = await Promise.all([
      api.network.stats(),
      api.storage.status(),
      api.audit.show({ limit: limits.auditEntries }),
      api.network.bootstrap(),
      moving(),
    ])
    set({ stats, storage, audit: audit.entries.toReversed(), bootstrap: bootstrap.items })
  }

  async function fetchCheckpoints(seqs: readonly number[]): Promise<void> {
    const found = await Promise.all(seqs.map((seq) => api.network.checkpoint({ seq })))
    const { checkpoints } = useNetworkStore.getState()
    set({ checkpoints: mergeCheckpoints(checkpoints, found).slice(0, limits.maxCheckpoints) })
  }

  /** The latest page, as far as it is not there yet. */
  async function newCheckpoints(): Promise<void> {
    const { checkpoint } = await api.node.status()
    const known = new Set(useNetworkStore.getState().checkpoints.map(({ seq }) => seq))
    const page = nextCheckpoints(undefined, checkpoint?.seq)
    // A long absence: what lies between would leave a hole in the list.
    const newest = Math.max(0, ...known)
    if (checkpoint !== null && checkpoint.seq - newest > checkpointPageSize) set({ checkpoints: [] })
    await fetchCheckpoints(page.filter((seq) => !known.has(seq)))
  }

  const refresh = async (): Promise<void> => {
    await Promise.all([figures(), newCheckpoints()])
  }

  function plan(): void {
    isDue = true
    if (timer !== undefined || isStopped) return
    timer = setTimeout(() => {
      timer = undefined
      if (!isDue) return
      isDue = false
      // The next event asks again.
      refresh().catch(() => undefined)
    }, limits.refreshMs)
  }

  // A chain that stands still announces nothing: that it does is asked for.
  const poll = setInterval(() => {
    // What shows then is of before; the connection says for itself that it is lost.
    moving().catch(() => undefined)
  }, limits.pollMs)

  const stop = follow({
    snapshot: refresh,
    batch(events: readonly NodeEventMessage[]) {
      if (events.length === 0) return
      set(applyPeerEvents(useNetworkStore.getState(), events))
      plan()
    },
  })
  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
      clearInterval(poll)
      stop()
    },
    async loadOlder() {
      const { checkpoints } = useNetworkStore.getState()
      const lowest = checkpoints.at(-1)?.seq
      await fetchCheckpoints(nextCheckpoints(lowest, lowest))
    },
  }
}
