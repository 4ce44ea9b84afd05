/**
 * Time comes in from outside: pure layers read a Clock and own no timer; services schedule through a Scheduler.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
}

export interface Scheduler {
  /** Calls back once after delayMs; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void
}

/** A clock that stands still until told otherwise, and runs what was scheduled in order of time. For tests and simulation. */
export class ManualClock implements Clock, Scheduler {
  #nowMs: number
  #sequence = 0
  readonly #pending = new Map<number, { atMs: number; callback: () => void }>()

  constructor(startMs = 1_750_000_000_000) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, callback: () => void): () => void {
    const id = this.#sequence++
    this.#pending.set(id, { atMs: this.#nowMs + delayMs, callback })
    return () => this.#pending.delete(id)
  }

  /** Moves time forward, running what falls due on the way. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      let next: { id: number; atMs: number; callback: () => void } | undefined
      for (const [id, entry] of this.#pending) {
        if (entry.atMs <= endMs && (next === undefined || entry.atMs < next.atMs)) next = { id, ...entry }
      }
      if (next === undefined) break
      this.#pending.delete(next.id)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.callback()
    }
    this.#nowMs = endMs
  }

  /** Sets the clock, backwards too: what a wall clock does when somebody corrects it. */
  set(nowMs: number): void {
    this.#nowMs = nowMs
  }
}
