/**
 * Work in slices: of steps that come all at once, so many go on in one turn of the event loop, and the rest in those that
 * follow, in order. Timers, and whoever else waits for the loop, have theirs in between.
 */
export interface Turns {
  /** Asked before each step. Undefined where it may go on at once, else a promise of its turn. */
  pass(): Promise<void> | undefined
}

/**
 * Keeps a place for each step that waits; whoever asks bounds how many those are.
 *
 * @param stepsAtOnce in one turn
 * @param nextTurn calls back in the next turn of the loop: setImmediate
 */
export function createTurns(stepsAtOnce: number, nextTurn: (callback: () => void) => void): Turns {
  const waiting: (() => void)[] = []
  let passed = 0
  let isTurnKnown = false

  const begin = (): void => {
    if (isTurnKnown) return
    isTurnKnown = true
    nextTurn(() => {
      isTurnKnown = false
      const due = waiting.splice(0, stepsAtOnce)
      passed = due.length
      if (due.length > 0) begin()
      for (const goOn of due) goOn()
    })
  }

  return {
    pass() {
      begin()
      if (waiting.length === 0 && passed < stepsAtOnce) {
        passed += 1
        return undefined
      }
      return new Promise((resolve) => waiting.push(resolve))
    },
  }
}
