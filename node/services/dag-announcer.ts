/**
 * Tells of changes of the vertex graph in batches: a busy network has hundreds a second. A vertex that changes more than
 * once between two batches is told as it is at the second; what a batch has no room for is counted.
 */
import type { Clock, Scheduler } from '../core/clock.ts'
import { type DagRecord, fitting, vertexChange, vertexView } from './dag-record.ts'
import type { NodeEventHub } from './events.ts'
import { serviceLimits as limits } from './limits.ts'
import type { GraphCommitView } from './types.ts'

export interface DagAnnouncer {
  added(record: DagRecord): void
  changed(record: DagRecord): void
  committed(commit: GraphCommitView): void
  /** It is not kept any more: nothing is told of it. */
  forgotten(record: DagRecord): void
  /** Tells at once what has not been told. */
  flush(): void
  stop(): void
}

export function createDagAnnouncer(deps: {
  readonly hub: Pick<NodeEventHub, 'publish'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** The one that all of it is of. */
  readonly epoch: () => number
}): DagAnnouncer {
  const { hub, clock, scheduler, epoch } = deps
  const added = new Set<DagRecord>()
  const changed = new Set<DagRecord>()
  let commits: GraphCommitView[] = []
  let leftCommits = 0
  let cancel: (() => void) | undefined
  let isStopped = false

  const schedule = (): void => {
    if (!isStopped) cancel ??= scheduler.after(limits.graphTickMs, flush)
  }

  const flush = (): void => {
    cancel?.()
    cancel = undefined
    const about = { atMs: clock.nowMs(), epoch: epoch() }
    if (added.size > 0) {
      const shown = fitting([...added], limits.maxEventVertices, limits.maxEventParents)
      const left = added.size - shown.length
      hub.publish({ type: 'graph-vertices', ...about, vertices: shown.map(vertexView), left })
    }
    if (changed.size > 0) {
      const shown = [...changed].slice(0, limits.maxEventChanges)
      hub.publish({
        type: 'graph-states',
        ...about,
        changes: shown.map(vertexChange),
        left: changed.size - shown.length,
      })
    }
    if (commits.length > 0) hub.publish({ type: 'graph-commits', ...about, commits, left: leftCommits })
    added.clear()
    changed.clear()
    commits = []
    leftCommits = 0
  }

  return {
    added(record) {
      added.add(record)
      schedule()
    },
    changed(record) {
      if (!added.has(record)) changed.add(record)
      schedule()
    },
    committed(commit) {
      commits.push(commit)
      if (commits.length > limits.maxEventCommits) {
        commits.shift()
        leftCommits += 1
      }
      schedule()
    },
    forgotten(record) {
      added.delete(record)
      changed.delete(record)
    },
    flush,
    stop() {
      isStopped = true
      cancel?.()
      cancel = undefined
    },
  }
}
