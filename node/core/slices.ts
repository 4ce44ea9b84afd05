/**
 * Work that hands control back between its slices, so that whoever shares the thread with it has a turn. Each slice takes a few
 * milliseconds; what it reads must stay as it is until the end, or be its own.
 */
export type Slices<T> = Generator<undefined, T>

/** All of it in this turn. */
export function runAtOnce<T>(work: Slices<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

/**
 * A slice a turn.
 *
 * @param nextTurn resolves in the next turn of the event loop
 */
export async function runInTurns<T>(work: Slices<T>, nextTurn: () => Promise<void>): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    await nextTurn()
  }
}
