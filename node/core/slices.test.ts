import { describe, expect, it } from 'vitest'
import { runAtOnce, runInTurns, type Slices } from './slices.ts'

function* counting(seen: number[], slices: number): Slices<string> {
  for (let slice = 1; slice <= slices; slice++) {
    seen.push(slice)
    yield
  }
  return 'done'
}

describe('work in slices', () => {
  it('comes to the same at once and in turns, and turns lie between the slices', async () => {
    const seen: number[] = []
    expect(runAtOnce(counting(seen, 3))).toBe('done')
    expect(seen).toEqual([1, 2, 3])

    const order: string[] = []
    const slices: number[] = []
    const nextTurn = async () => void order.push(`turn after ${slices.at(-1)}`)
    expect(await runInTurns(counting(slices, 2), nextTurn)).toBe('done')
    expect([slices, order]).toEqual([
      [1, 2],
      ['turn after 1', 'turn after 2'],
    ])
  })
})
