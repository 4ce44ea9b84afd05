import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTurns } from './turns.ts'

function manualLoop() {
  const due: (() => void)[] = []
  return {
    nextTurn: (callback: () => void): void => void due.push(callback),
    async turn(): Promise<void> {
      for (const callback of due.splice(0)) callback()
      await new Promise((resolve) => setImmediate(resolve))
    },
    get isIdle() {
      return due.length === 0
    },
  }
}

describe('createTurns', () => {
  it('lets so many steps go on at once, and none is held up where the loop turns in between', async () => {
    const loop = manualLoop()
    const turns = createTurns(2, loop.nextTurn)
    for (let round = 0; round < 3; round++) {
      expect([turns.pass(), turns.pass()]).toEqual([undefined, undefined])
      await loop.turn()
    }
    await loop.turn()
    expect(loop.isIdle).toBe(true)
  })

  it('gives each step its turn, in order and no more of them in one than it may (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 }),
        async (stepsAtOnce, arrivals) => {
          const loop = manualLoop()
          const turns = createTurns(stepsAtOnce, loop.nextTurn)
          const done: number[] = []
          let started = 0
          const step = async (): Promise<void> => {
            const number = started++
            const wait = turns.pass()
            if (wait !== undefined) await wait
            done.push(number)
          }
          const steps: Promise<void>[] = []
          for (const count of [...arrivals, ...Array.from({ length: 70 }, () => 0)]) {
            const before = done.length
            for (let i = 0; i < count; i++) steps.push(step())
            await loop.turn()
            expect(done.length - before).toBeLessThanOrEqual(2 * stepsAtOnce)
          }
          await loop.turn()
          expect(done).toEqual(Array.from({ length: started }, (_, index) => index))
          await Promise.all(steps)
          expect(loop.isIdle).toBe(true)
        },
      ),
      { numRuns: 30 },
    )
  })
})
