/** Time as the shell uses it, so that a test can be the clock. */
export interface Timer {
  nowMs(): number
  /** Calls back once; the answer cancels. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemTimer: Timer = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
