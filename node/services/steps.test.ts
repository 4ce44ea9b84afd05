import { describe, expect, it } from 'vitest'
import type { Vertex, VertexProgress } from '../consensus/index.ts'
import { progressSteps } from './steps.ts'
import { createVertexTimes } from './vertex-times.ts'

const hash = (digit: number): Uint8Array => new Uint8Array(32).fill(digit)
const vertex = { hash: hash(1), epoch: 2, round: 9 } as Vertex
const progress = (state: VertexProgress['state'], by: number, supportMicroRuv: bigint): VertexProgress => ({
  vertex,
  state,
  by: hash(by),
  supportMicroRuv,
  totalStakeMicroRuv: 4n,
})
const support = (supporters: number) => ({
  supportMicroRuv: BigInt(supporters),
  totalStakeMicroRuv: 4n,
  supporters,
  validators: 4,
})

describe('the states of a vertex, kept and shown again', () => {
  it('have the votes they came with', () => {
    const times = createVertexTimes(10)
    times.note(progress('Voting', 1, 0n), 100, support(0))
    times.note(progress('Confirming', 2, 2n), 200, support(2))
    times.note(progress('Confirmed', 3, 3n), 300, support(3))
    expect(progressSteps(times.take(vertex))).toMatchObject([
      { state: 'Voting', atMs: 100, support: support(0) },
      { state: 'Confirming', atMs: 200, support: support(2) },
      { state: 'Confirmed', atMs: 300, support: support(3) },
    ])
  })

  it('have none where they were recorded without', () => {
    const times = createVertexTimes(10)
    for (const state of ['Voting', 'Confirming', 'Confirmed'] as const) times.note(progress(state, 1, 0n), 1)
    for (const step of progressSteps(times.take(vertex))) expect(step.support).toBeUndefined()
  })
})
