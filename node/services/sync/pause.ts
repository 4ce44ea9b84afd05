/** Waiting between two looks at the peers, which the node's end cuts short. */
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { pause } from '../../core/pause.ts'

/** Resolves after so many ms. @throws NodeError NODE_STOPPING as soon as the signal is given */
export async function pauseUnlessStopped(
  delayMs: number,
  { scheduler, signal }: { readonly scheduler: Scheduler; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await pause(delayMs, scheduler, signal)
  if (signal?.aborted === true) throw nodeStops()
}

/** Told to end before it serves. */
export function nodeStops(): NodeError {
  return new NodeError('NODE_STOPPING', 'the node was told to stop before it served')
}
