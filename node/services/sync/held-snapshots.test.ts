import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { minuteMs, startTimeMs } from '../../ledger/test-support.ts'
import type { ProvableState } from '../provable-state.ts'
import { codeOf } from '../test-support.ts'
import { createTestChain, historyOf } from './chain-test-support.ts'
import { createHeldSnapshots } from './held-snapshots.ts'
import { syncLimits } from './limits.ts'

const test = createTestChain(1, 3, 100_000)
/** The newest state after so many checkpoints. */
const at = (count: number): ProvableState =>
  historyOf(
    test,
    Array.from({ length: count }, (_, index) => ({
      ...{ epoch: 0, afterMs: (index + 1) * minuteMs, signers: test.keys, next: test.keys },
    })),
  ).provable

function setUp() {
  const clock = new ManualClock(startTimeMs)
  let newest: ProvableState | null = null
  const held = createHeldSnapshots({ provable: { get: () => newest }, clock, nextTurn: async () => undefined })
  return {
    clock,
    held,
    go: (state: ProvableState) => {
      newest = state
    },
  }
}

describe('states held for joiners', () => {
  it('are none before the first checkpoint', async () => {
    const { held } = setUp()
    expect(await codeOf(held.begin())).toBe('SNAPSHOT_NONE')
    expect(await codeOf(held.at(new Uint8Array(32)))).toBe('SNAPSHOT_GONE')
  })

  it('stay as they were for those who began, and are shared by those who begin soon after', async () => {
    const { held, go, clock } = setUp()
    const [first, second] = [at(1), at(2)]
    go(first)
    expect((await held.begin()).state).toBe(first)
    go(second)
    clock.advance(syncLimits.shareSnapshotMs - 1)
    expect((await held.begin()).state).toBe(first)
    clock.advance(1)
    expect((await held.begin()).state).toBe(second)
    expect((await held.at(first.row.hash)).state).toBe(first)
    expect(held.count).toBe(2)
  })

  it('are two at most: a third takes the place of one that is not in use, else waits', async () => {
    const { held, go, clock } = setUp()
    const states = [at(1), at(2), at(3)] as const
    for (const state of states.slice(0, 2)) {
      go(state)
      await held.begin()
      clock.advance(syncLimits.shareSnapshotMs)
    }
    for (const { row } of states.slice(0, 2)) await held.at(row.hash)
    go(states[2])
    // Both are being downloaded: whoever begins is given the newer of them.
    expect((await held.begin()).state).toBe(states[1])
    clock.advance(syncLimits.shareSnapshotMs)
    await held.at(states[1].row.hash)
    expect((await held.begin()).state).toBe(states[2])
    expect(await codeOf(held.at(states[0].row.hash))).toBe('SNAPSHOT_GONE')
    expect(held.count).toBe(syncLimits.maxHeldSnapshots)
  })

  it('go when nobody asks for them, and after their time', async () => {
    const { held, go, clock } = setUp()
    go(at(1))
    const { state } = await held.begin()
    go(at(2))
    clock.advance(syncLimits.heldIdleMs)
    expect(held.count).toBe(0)
    expect(await codeOf(held.at(state.row.hash))).toBe('SNAPSHOT_GONE')
    const { state: second } = await held.begin()
    go(at(3))
    for (let ms = 0; ms < syncLimits.heldLifeMs; ms += minuteMs) {
      clock.advance(minuteMs)
      if (ms + minuteMs < syncLimits.heldLifeMs) await held.at(second.row.hash)
    }
    expect(await codeOf(held.at(second.row.hash))).toBe('SNAPSHOT_GONE')
  })

  it('are those of the newest checkpoint, too, for who began at another peer', async () => {
    const { held, go } = setUp()
    const state = at(1)
    go(state)
    expect((await held.at(state.row.hash)).state).toBe(state)
  })
})
