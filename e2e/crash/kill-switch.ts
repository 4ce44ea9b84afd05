/**
 * Ends this process by SIGKILL at the planned passing of the planned place, from whichever thread passes it. Nothing of
 * the process gets to run after that: no handler, no flush.
 */
import { writeSync } from 'node:fs'
import type { KillPlace } from './kill-plan.ts'

/** What the main thread hands to the storage worker. */
export interface KillOrder {
  readonly place: KillPlace | 'never'
  readonly nth: number
  /** One Int32: passings of the place so far, over both threads. */
  readonly passed: SharedArrayBuffer
  /** One byte a journal record in the order of writing: 1 for a checkpoint's. */
  readonly journalKinds: SharedArrayBuffer
  /** One Int32: bits of the kinds of writes whose acknowledgement is on its way (ackBits). */
  readonly acked: SharedArrayBuffer
}

/** Kinds of writes whose acknowledgement is a boundary of its own. */
export const ackBits = { admit: 1, signIntent: 2, commit: 4 } as const

/** Most journal records of one run: rounds of 100 ms for more than a day. */
const maxJournalRecords = 1_000_000

export function createKillOrder(place: KillPlace | 'never', nth: number): KillOrder {
  return {
    place,
    nth,
    passed: new SharedArrayBuffer(4),
    journalKinds: new SharedArrayBuffer(maxJournalRecords),
    acked: new SharedArrayBuffer(4),
  }
}

export interface KillSwitch {
  /** Whether the next pass() of this place would be the last. */
  isDue(place: KillPlace): boolean
  pass(place: KillPlace): void
}

export function createKillSwitch(order: KillOrder): KillSwitch {
  const passed = new Int32Array(order.passed)
  return {
    isDue: (place) => place === order.place && Atomics.load(passed, 0) + 1 >= order.nth,
    pass(place) {
      if (place !== order.place) return
      if (Atomics.add(passed, 0, 1) + 1 < order.nth) return
      writeSync(1, `killed at ${place}\n`)
      process.kill(process.pid, 'SIGKILL')
      // The signal ends this thread on its way back from the kernel at the latest; nothing may happen before it does.
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    },
  }
}
