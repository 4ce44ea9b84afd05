import { describe, expect, it } from 'vitest'
import type { Message } from '../consensus/messages.ts'
import { createChance } from './chance.ts'
import { createNetwork } from './network.ts'
import { type SimOptions, simOptions } from './options.ts'

const message: Message = { kind: 'fetch', epoch: 0, references: [], fromRound: 1 }

function sendMany(options: Partial<SimOptions>, from: number, to: number, nowMs = 0): number[][] {
  const network = createNetwork(simOptions(options), createChance(1, 'network'), null)
  return Array.from({ length: 1_000 }, () => [...(network.send(from, to, message, nowMs, 0, false) as number[])])
}

describe('a network', () => {
  it('delivers once, within its range of delays', () => {
    const delays = sendMany({}, 0, 1)
    expect(delays.every(({ length }) => length === 1)).toBe(true)
    expect([Math.min(...delays.flat()), Math.max(...delays.flat())]).toEqual([50, 100])
  })

  it('loses, doubles and delays in the shares asked for', () => {
    const lost = sendMany({ drop: 0.1 }, 0, 1).filter(({ length }) => length === 0).length
    const doubled = sendMany({ duplicate: 0.1 }, 0, 1).filter(({ length }) => length === 2).length
    const late = sendMany({ late: 0.1, maxLateMs: 100_000 }, 0, 1).filter(([delay]) => (delay as number) > 200).length
    for (const count of [lost, doubled, late]) expect([count > 60, count < 140]).toEqual([true, true])
  })

  it('keeps the groups of a partition apart while it holds, one way or both', () => {
    const at = (isOneWay: boolean, from: number, to: number, nowMs: number): number => {
      const partitions = [{ startMs: 1_000, durationMs: 500, groups: [1, 2], isOneWay }]
      return sendMany({ partitions }, from, to, nowMs).filter(({ length }) => length > 0).length
    }
    expect([at(false, 0, 1, 999), at(false, 0, 1, 1_000), at(false, 0, 1, 1_499), at(false, 0, 1, 1_500)]).toEqual([
      1_000, 0, 0, 1_000,
    ])
    // 1 and 2 are one group, 3 is the rest.
    expect([at(false, 1, 2, 1_200), at(false, 2, 3, 1_200), at(false, 3, 0, 1_200)]).toEqual([1_000, 0, 0])
    expect([at(true, 0, 1, 1_200), at(true, 1, 0, 1_200), at(true, 2, 3, 1_200)]).toEqual([0, 1_000, 1_000])
  })

  it('is sound again once it is healed', () => {
    const options = simOptions({ drop: 0.9, duplicate: 0.9, late: 0.9, maxLateMs: 10_000 })
    const network = createNetwork(options, createChance(1, 'network'), null)
    expect(network.isFaulty).toBe(true)
    network.heal()
    const delays = Array.from({ length: 100 }, () => network.send(0, 1, message, 0, 0, false) as number[])
    expect([network.isFaulty, delays.every(({ length }) => length === 1)]).toEqual([false, true])
    expect(Math.max(...delays.flat())).toBeLessThanOrEqual(100)
  })
})
