import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from './hash.ts'
import { type SignatureSuite, signatureSuites } from './suites.ts'
import { packedBytes, packJobs, unpackJobs } from './verify-batch.ts'

const suite = fc.constantFrom(...(Object.keys(signatureSuites) as SignatureSuite[]))
const bytes = (length: number) =>
  fc.uint8Array({ maxLength: 8 }).map((start) => {
    const filled = new Uint8Array(length)
    filled.set(start)
    return filled
  })
const entry = suite.chain((name) =>
  fc
    .record({
      publicKey: bytes(signatureSuites[name].publicKeyBytes),
      signature: bytes(signatureSuites[name].signatureBytes),
      message: fc.uint8Array({ maxLength: 700 }),
    })
    .map((parts) => ({ job: { suite: name, ...parts }, keyDigest: sha256(parts.publicKey) })),
)

describe('packJobs and unpackJobs', () => {
  it('give back what went in (property)', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const packed = packJobs(entries)
        expect(packed.byteLength).toBe(entries.reduce((sum, { job }) => sum + packedBytes(job), 0))
        expect(unpackJobs(packed)).toEqual(entries.map(({ job, keyDigest }) => ({ ...job, keyDigest })))
      }),
      { seed: 4, numRuns: 60 },
    )
  })

  it('stops at a buffer that is cut off or names no suite', () => {
    const [sample] = fc.sample(entry, { seed: 1, numRuns: 1 })
    if (sample === undefined) throw new Error('no sample')
    const packed = packJobs([sample])
    expect(() => unpackJobs(packed.slice(0, packed.byteLength - 1))).toThrow(/cut off/)
    new Uint8Array(packed)[0] = 99
    expect(() => unpackJobs(packed)).toThrow(/suite/)
  })
})
