import { describe, expect, it } from 'vitest'
import { type ConsensusBenchReport, runConsensusBench } from './consensus.ts'

describe('runConsensusBench', () => {
  it('finalizes every payment over real links and says what that cost', { timeout: 600_000 }, async () => {
    let output = ''
    const report = await runConsensusBench({
      nodes: 4,
      seconds: 0.2,
      json: true,
      write: (text) => {
        output += text
      },
    })
    expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(report)))
    const [figure] = (JSON.parse(output) as ConsensusBenchReport).figures
    if (figure === undefined) throw new Error('one network was measured')
    expect(figure).toMatchObject({ nodes: 4, transactions: 10, faults: [] })
    expect(figure.finalityMs.p50).toBeGreaterThan(50)
    expect(figure.finalityMs.p95).toBeGreaterThanOrEqual(figure.finalityMs.p50)
    expect(figure.finalityMs.max).toBeGreaterThanOrEqual(figure.finalityMs.p95)
    expect(figure.cpuMsPerTransaction).toBeGreaterThan(0)
    const { messages, rest, signatures, otherThreads } = figure.cpuShares
    for (const share of [messages, rest, signatures, otherThreads]) expect(share).toBeGreaterThan(0)
    expect(messages + rest + signatures + otherThreads).toBeCloseTo(figure.cpuMsPerTransaction, 6)
    // Each payment is checked at the door of one node, and with the vertex that carries it at the three others.
    const checked = (kind: string): number =>
      figure.traffic.find((one) => one.kind === kind)?.signaturesPerTransaction ?? 0
    expect(checked('')).toBeGreaterThanOrEqual(1)
    expect(checked('vertices')).toBeGreaterThan(3)
    const of = (kind: string): number => figure.traffic.find((one) => one.kind === kind)?.bytesPerTransaction ?? 0
    // Each validator sends its payments to three others, in a vertex and by gossip.
    expect(of('vertices')).toBeGreaterThan(3 * figure.transactionBytes)
    expect(of('gossip:transactions')).toBeGreaterThan(2 * figure.transactionBytes)
    const counted = figure.traffic.reduce((sum, { bytesPerTransaction }) => sum + bytesPerTransaction, 0)
    expect(figure.socketBytesPerTransaction).toBeGreaterThan(counted / 2)
  })
})
