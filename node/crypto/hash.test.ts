import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { sha3_256 as nobleSha3 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../core/bytes.ts'
import { hashLengthBytes, sha3, sha256 } from './hash.ts'

/** NIST CSRC example values for FIPS 180-4 and FIPS 202: the empty string, one block, two blocks. */
const twoBlocks = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'
const knownAnswers = [
  {
    message: '',
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    sha3: 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a',
  },
  {
    message: 'abc',
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    sha3: '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532',
  },
  {
    message: twoBlocks,
    sha256: '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    sha3: '41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376',
  },
]

describe.each([
  { name: 'SHA-256', hash: sha256, noble: nobleSha256, field: 'sha256' as const },
  { name: 'SHA3-256', hash: sha3, noble: nobleSha3, field: 'sha3' as const },
])('$name', ({ hash, noble, field }) => {
  it('gives the known answers, and so does the portable implementation', () => {
    for (const answer of knownAnswers) {
      expect(toHex(hash(utf8(answer.message)))).toBe(answer[field])
      expect(toHex(noble(utf8(answer.message)))).toBe(answer[field])
    }
  })

  it('equals the portable implementation on any bytes (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
        expect(toHex(hash(bytes))).toBe(toHex(noble(bytes)))
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('hashes parts as their concatenation, views included (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(600), fc.nat(600), (bytes, a, b) => {
        const first = Math.min(a, b, bytes.length)
        const second = Math.min(Math.max(a, b), bytes.length)
        const parts = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]
        expect(toHex(hash(...parts))).toBe(toHex(hash(bytes)))
      }),
      { seed: 2, numRuns: 200 },
    )
  })

  it('returns plain bytes whose slice is a copy', () => {
    const digest = hash(utf8('abc'))
    expect(digest.length).toBe(hashLengthBytes)
    expect(digest.constructor).toBe(Uint8Array)
    digest.slice().fill(0)
    expect(toHex(digest)).toBe(knownAnswers[1]?.[field])
  })
})
