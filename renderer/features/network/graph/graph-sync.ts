/** Keeps the vertex graph in step with the node while it is looked at: a snapshot, then its events. */
import type { NodeEventMessage } from '../../../../node/api/contract/index.ts'
import type { Session } from '../../../rpc/index.ts'
import { graphAfter, graphOf } from './graph-state.ts'
import { useGraphStore } from './graph-store.ts'
import { graphLimits as limits } from './limits.ts'

export interface GraphSyncDeps {
  readonly session: Pick<Session, 'follow'> & {
    readonly api: { readonly network: Pick<Session['api']['network'], 'graph'> }
  }
  readonly after: (delayMs: number, callback: () => void) => () => void
}

/** @returns ends it */
export function followGraph({ session, after }: GraphSyncDeps): () => void {
  let isStopped = false
  let cancel: (() => void) | undefined

  async function snapshot(): Promise<void> {
    const graph = await session.api.network.graph({ limit: limits.maxVertices })
    if (!isStopped) useGraphStore.setState({ live: graphOf(graph), isLoaded: true })
  }

  /** Once in a while at most: a network too busy to tell all of it would be asked all the time. */
  function refreshSoon(): void {
    cancel ??= after(limits.refreshMs, () => {
      cancel = undefined
      // The next event that leaves something out asks again.
      if (!isStopped) snapshot().catch(() => undefined)
    })
  }

  const stop = session.follow(
    {
      snapshot,
      batch(events: readonly NodeEventMessage[]) {
        const { state, isStale } = graphAfter(useGraphStore.getState().live, events)
        useGraphStore.setState({ live: state })
        if (isStale) refreshSoon()
      },
    },
    ['network.vertex', 'network.vertex.state', 'network.commit'],
  )
  return () => {
    isStopped = true
    cancel?.()
    stop()
    useGraphStore.setState(useGraphStore.getInitialState())
  }
}
