/** Brings a node to where its network is, before it recovers, and tells meanwhile how far it has come. */
import type { Config } from './config/index.ts'
import type { Scheduler } from './core/clock.ts'
import {
  type CatchUpDeps,
  type CatchUpOptions,
  type CaughtUp,
  catchUp,
  parseAnchor,
  type SyncProgress,
  type SyncView,
} from './services/index.ts'

export interface ReachHeadOptions {
  readonly config: Pick<Config, 'trustCheckpoint'>
  /** This node makes the order alone: it is ahead of everybody, and waits for nobody. */
  readonly isOnly: boolean
  /** Told once a second. */
  readonly onCatchingUp?: ((view: SyncView) => void) | undefined
  /** Before what follows from the others: for tests. */
  readonly catchUp?: CatchUpOptions | undefined
}

/** Between two words of how far a node has come that is not ready yet, ms: as often as a person looks. */
const progressIntervalMs = 1_000

/** @throws NodeError TRUST_ANCHOR_*, SYNC_*, STATE_BEHIND */
export async function reachHead(options: ReachHeadOptions, deps: CatchUpDeps): Promise<CaughtUp> {
  const { config, isOnly, onCatchingUp } = options
  const anchor = config.trustCheckpoint === undefined ? undefined : parseAnchor(config.trustCheckpoint)
  const stopTelling = tellProgress(deps.progress, deps.scheduler, onCatchingUp)
  try {
    return await catchUp({ anchor, ...(isOnly ? { patienceMs: 0 } : {}), ...options.catchUp }, deps)
  } finally {
    stopTelling()
  }
}

/** The returned function ends it. */
function tellProgress(
  progress: SyncProgress,
  scheduler: Scheduler,
  tell: ((view: SyncView) => void) | undefined,
): () => void {
  if (tell === undefined) return () => undefined
  let cancel: () => void = () => undefined
  const next = (): void => {
    cancel = scheduler.after(progressIntervalMs, () => {
      tell(progress.view())
      next()
    })
  }
  next()
  return () => cancel()
}
