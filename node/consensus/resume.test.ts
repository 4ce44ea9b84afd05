import { describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { chainId, createTestHost, testProposals, testResume } from './test-support.ts'
import type { Vertex } from './vertex.ts'
import { decodeVertex } from './vertex.ts'

function journalledBy(host: ReturnType<typeof createTestHost>): Vertex[] {
  const vertices: Vertex[] = []
  for (const effect of host.effects) {
    if (effect.type !== 'journal' || effect.kind !== 'vertex') continue
    const vertex = decodeVertex(chainId, effect.bytes)
    if (vertex.ok) vertices.push(vertex.value)
  }
  return vertices
}

describe('a restart between the journal and the commit', () => {
  it('tells every state of the vertices it finds before it commits them', () => {
    const before = createTestHost()
    before.feed({ type: 'tick' })
    for (let burst = 0; burst < 6; burst++) {
      before.feed({ type: 'transactions', proposals: testProposals(burst, 1) })
      before.run(100)
    }
    const vertices = journalledBy(before)
    // All vertices are on the disk and not one commit: the process died before the first was written.
    expect(vertices.length).toBeGreaterThan(4)
    const after = createTestHost(
      {
        startTimeMs: 1_750_000_000_000,
        resume: testResume(vertices, []),
      },
      { clock: new ManualClock(before.clock.nowMs()) },
    )
    after.feed({ type: 'tick' })
    const told = new Map<string, string[]>()
    let committed = 0
    for (const effect of after.effects) {
      if (effect.type === 'progress') {
        const hash = toHex(effect.vertex.hash)
        told.set(hash, [...(told.get(hash) ?? []), effect.state])
      } else if (effect.type === 'commit') {
        for (const { hash, transactionCount } of effect.vertices) {
          if (transactionCount === 0) continue
          committed += 1
          expect(told.get(toHex(hash))).toEqual(['Voting', 'Confirming', 'Confirmed'])
        }
      }
    }
    expect(committed).toBeGreaterThan(2)
  })
})
