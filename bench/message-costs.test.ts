import { describe, expect, it } from 'vitest'
import type { VerifierPool } from '../node/crypto/verifier-pool.ts'
import { createMessageCosts, threadCpuMs } from './message-costs.ts'

const burn = (ms: number): void => {
  const endMs = threadCpuMs() + ms
  while (threadCpuMs() < endMs);
}

describe('costs of messages', () => {
  it('count what is done in the course of other work once, for the inner kind', () => {
    const { meter, costs } = createMessageCosts()
    const given = meter.around('outer', () => {
      burn(5)
      return meter.around('inner', () => {
        burn(20)
        return 'given back'
      })
    })
    expect(given).toBe('given back')
    expect(costs().inner?.cpuMs).toBeGreaterThanOrEqual(20)
    expect(costs().outer?.cpuMs).toBeGreaterThanOrEqual(5)
    // Both together are what passed, not the inner twice.
    expect(costs().outer?.cpuMs).toBeLessThan(20)
  })

  it('count signatures for the kind that asked for them, however late, and none twice', async () => {
    const { meter, counted, costs } = createMessageCosts()
    const verify = async (jobs: readonly unknown[]): Promise<boolean[]> => jobs.map(() => true)
    const verifier = counted({ verify } as unknown as VerifierPool)
    const job = {
      suite: 'ML-DSA-65',
      publicKey: new Uint8Array(),
      message: new Uint8Array(),
      signature: new Uint8Array(),
    } as const
    const later = meter.around('vertices', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      return verifier.verify([job, job])
    })
    await verifier.verify([job])
    expect(await later).toEqual([true, true])
    const signatures = Object.entries(costs()).map(([kind, cost]) => [kind, cost.signatures])
    expect(signatures).toEqual(
      expect.arrayContaining([
        ['vertices', 2],
        ['', 1],
      ]),
    )
  })

  it('pass on what the work throws, and count on', () => {
    const { meter, costs } = createMessageCosts()
    expect(() =>
      meter.around('bad', () => {
        throw new Error('of the work')
      }),
    ).toThrow('of the work')
    meter.around('bad', () => burn(2))
    expect(costs().bad?.cpuMs).toBeGreaterThanOrEqual(2)
  })
})
