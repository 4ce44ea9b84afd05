/**
 * Events come one by one and as fast as the node makes them; views change once a frame. Events are kept until the next
 * frame and handed over together; where more come than a frame takes, all are dropped and said to be missing.
 */
import type { NodeEventMessage } from '../../node/api/contract/index.ts'

/** Calls once, soon: at the next frame, or after a while where no frames are drawn. Returns a cancel function. */
export type FrameScheduler = (callback: () => void) => () => void

export interface EventBatches {
  add(event: NodeEventMessage): void
  clear(): void
}

export function createEventBatches(
  handOver: (events: readonly NodeEventMessage[]) => void,
  onOverflow: () => void,
  { nextFrame, maxEvents }: { readonly nextFrame: FrameScheduler; readonly maxEvents: number },
): EventBatches {
  let waiting: NodeEventMessage[] = []
  let cancel: (() => void) | undefined
  const clear = (): void => {
    waiting = []
    cancel?.()
    cancel = undefined
  }
  return {
    add(event) {
      if (waiting.length >= maxEvents) {
        clear()
        onOverflow()
        return
      }
      waiting.push(event)
      cancel ??= nextFrame(() => {
        cancel = undefined
        const events = waiting
        waiting = []
        handOver(events)
      })
    },
    clear,
  }
}

/** Whichever comes first: the frame, or the time after which a hidden page gets its events all the same. */
export function pageFrames(hiddenFlushMs: number): FrameScheduler {
  return (callback) => {
    const done = (): void => {
      cancel()
      callback()
    }
    const frame = requestAnimationFrame(done)
    const timer = setTimeout(done, hiddenFlushMs)
    const cancel = (): void => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
    return cancel
  }
}
