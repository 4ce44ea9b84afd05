/** A fixed part of the fuzz; `qudag sim fuzz` runs a hundred thousand messages. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consensusLimits } from '../../consensus/limits.ts'
import { decodeMessage } from '../../consensus/messages.ts'
import { sha256 } from '../../crypto/hash.ts'
import { createChance } from '../chance.ts'
import { mutateBytes } from './byte-mutations.ts'
import { contentMutations } from './content-mutations.ts'
import { type FuzzResult, runFuzz } from './fuzz.ts'

const messages = 3_000

const ended = ({ refused, held, accepted, ignored }: Pick<FuzzResult, 'refused' | 'held' | 'accepted' | 'ignored'>) =>
  Object.values(refused).reduce((sum, count) => sum + count, held + accepted + ignored)

describe('a fuzz of the engine', { timeout: 240_000 }, () => {
  const result = runFuzz({ messages, seed: 2, nodes: 4, fuzzers: 1 })

  it('leaves the others in agreement, and their clients served', () => {
    expect(result).toMatchObject({ verdict: 'pass', violations: [], messages })
    expect(result.finalized).toBeGreaterThan(25)
    expect(result.finalityMs.max).toBeLessThan(2_000)
  })

  it('knows what became of every item, by mutation and in all', () => {
    expect(Object.keys(result.mutations)).toEqual(['bytes', ...Object.keys(contentMutations)].sort())
    const each = Object.values(result.mutations)
    for (const fates of [result, ...each]) expect(ended(fates)).toBe(fates.items)
    expect(each.reduce((sum, { items }) => sum + items, 0)).toBe(result.items)
    expect(each.reduce((sum, { messages: count }) => sum + count, 0)).toBe(messages)
    expect(result.items).toBeGreaterThan(messages)
  })

  it('is refused by the rule that each offence breaks', () => {
    const codesOf = (mutation: string): string[] => Object.keys(result.mutations[mutation]?.refused ?? {})
    const expected: Readonly<Record<string, readonly string[]>> = {
      bytes: ['ENCODING_MALFORMED', 'ENCODING_TOO_DEEP', 'ENCODING_SCHEMA', 'VERTEX_SIGNATURE'],
      'malformed-vertex': [
        ...['VERTEX_PARENTS', 'VERTEX_ROOT_MISMATCH', 'VERTEX_ROUND', 'VERTEX_AUTHOR_UNKNOWN'],
        'VERTEX_PARENT_MISMATCH',
      ],
      'future-round': ['VERTEX_ROUND', 'PENDING_LIMIT'],
      'wrong-epoch': ['VERTEX_EPOCH'],
      'unknown-parents': ['PENDING_LIMIT'],
      'bad-signature': ['VERTEX_SIGNATURE'],
      oversized: ['ENCODING_SCHEMA', 'ENCODING_TOO_LONG'],
      transactions: ['SIGNATURE_INVALID', 'ENCODING_MALFORMED'],
    }
    for (const [mutation, codes] of Object.entries(expected)) {
      expect(codesOf(mutation), mutation).toEqual(expect.arrayContaining([...codes]))
    }
    expect(result.mutations['skewed-timestamp']?.held).toBeGreaterThan(20)
    expect(result.mutations['unknown-parents']?.held).toBeGreaterThan(20)
    // Nothing of these can be true.
    for (const mutation of ['bad-signature', 'oversized', 'future-round', 'unknown-parents']) {
      expect(result.mutations[mutation]?.accepted, mutation).toBe(0)
    }
  })

  it('finds the one bad signature in five hundred, and takes the others', () => {
    const { refused, accepted } = result.mutations['one-bad-in-500'] as FuzzResult['mutations'][string]
    expect(accepted).toBeGreaterThan(400)
    expect(refused.SIGNATURE_INVALID).toBe(1)
    // Of these the seed draws a few.
    expect(refused.VERTEX_SIGNATURE).toBeGreaterThan(0)
  })

  it('keeps memory far within its bounds', () => {
    const { pending, pendingBytes, signatures, vertices } = result.maxMemory
    expect(vertices).toBeLessThan(2 * 4 * 200)
    expect(pending).toBeGreaterThan(50)
    expect(pending).toBeLessThan(2_000)
    expect(pendingBytes).toBeLessThan(consensusLimits.maxPendingBytesPerAuthor)
    expect(signatures).toBeLessThan(consensusLimits.maxWaitingSignaturesPerPeer)
  })

  it('is the same for the same seed, and another for another', () => {
    const small = { messages: 300, seed: 5, nodes: 4, fuzzers: 1 }
    const first = runFuzz(small)
    expect(runFuzz(small)).toEqual(first)
    expect(runFuzz({ ...small, seed: 6 }).traceHash).not.toBe(first.traceHash)
  })

  it('passes with two fuzzers of seven, and not where the honest are no quorum', () => {
    expect(runFuzz({ messages: 600, seed: 2, nodes: 7, fuzzers: 2 })).toMatchObject({ verdict: 'pass', violations: [] })
    // Two of four take no part in the order: the others cannot go on, and the verdict has to say so.
    expect(runFuzz({ messages: 60, seed: 2, nodes: 4, fuzzers: 2 }).verdict).toBe('no-progress')
  })
})

describe('bytes of any kind', () => {
  it('are refused with a code or decode to what encodes to the same bytes, and never throw (property)', () => {
    const chainId = sha256(Uint8Array.of(1))
    const chance = createChance(1, 'mutations')
    const codes = new Set<string>()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (bytes, other) => {
        const decoded = decodeMessage(chainId, mutateBytes(bytes, other, chance))
        if (!decoded.ok) codes.add(decoded.error.code)
      }),
      { seed: 3, numRuns: 2_000 },
    )
    expect(codes.has('ENCODING_MALFORMED')).toBe(true)
    expect(codes.has('ENCODING_TOO_DEEP')).toBe(true)
  })
})
