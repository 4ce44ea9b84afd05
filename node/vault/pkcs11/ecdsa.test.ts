import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lowS } from './ecdsa.ts'

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const sOf = (signature: Uint8Array): bigint => BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`)

describe('lowS', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const dsaEncoding = 'ieee-p1363' as const

  it('gives the smaller of the two, and it verifies (property)', () => {
    let changed = 0
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        const signature = sign('sha256', message, { key: privateKey, dsaEncoding })
        const low = lowS(signature)
        expect(low && sOf(low) <= order / 2n).toBe(true)
        expect(verify('sha256', message, { key: publicKey, dsaEncoding }, low as Uint8Array)).toBe(true)
        expect(lowS(low as Uint8Array)).toEqual(low)
        if (sOf(signature) > order / 2n) changed += 1
      }),
    )
    expect(changed).toBeGreaterThan(0)
  })

  it('refuses what is no signature', () => {
    const zero = new Uint8Array(64)
    const big = new Uint8Array(64).fill(0xff)
    for (const bytes of [zero, big, createHash('sha256').digest(), new Uint8Array(0)]) {
      expect(lowS(bytes)).toBeUndefined()
    }
  })
})
