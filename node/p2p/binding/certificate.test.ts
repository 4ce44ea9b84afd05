import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import { needsRenewal, readCertificate, signCertificate, verifyCertificate } from './certificate.ts'
import { limits } from './limits.ts'
import { certificateOf, claimOf, dayMs, nowMs, testNetwork, testValidator, verifiers } from './test-support.ts'

const [alice, bob] = [testValidator(1), testValidator(2)]
const expected = { network: testNetwork, peerId: alice.peerId, nowMs }

async function codeOf(bytes: Uint8Array, changes: Partial<typeof expected> = {}): Promise<string> {
  const verified = await verifyCertificate(bytes, { ...expected, ...changes }, verifiers)
  return verified.ok ? 'OK' : verified.error.code
}

describe('a certificate', () => {
  it('says which validator a peer is, and has the size that the limit is made for', async () => {
    const bytes = await certificateOf(alice)
    const verified = await verifyCertificate(bytes, expected, verifiers)
    expect(verified.ok && equalBytes(verified.value.validator, alice.id)).toBe(true)
    expect(bytes.length).toBeGreaterThan(5_350)
    expect(bytes.length).toBeLessThan(limits.maxCertificateBytes)
  })

  it('of another network, another peer, or out of its time is refused', async () => {
    const bytes = await certificateOf(alice)
    expect(await codeOf(bytes, { network: new Uint8Array(32) })).toBe('CERTIFICATE_WRONG_NETWORK')
    expect(await codeOf(bytes, { peerId: bob.peerId })).toBe('CERTIFICATE_WRONG_PEER')
    expect(await codeOf(bytes, { nowMs: nowMs + dayMs - 1 })).toBe('OK')
    expect(await codeOf(bytes, { nowMs: nowMs + dayMs })).toBe('CERTIFICATE_EXPIRED')
    expect(await codeOf(bytes, { nowMs: nowMs - dayMs - limits.clockSkewMs })).toBe('OK')
    expect(await codeOf(bytes, { nowMs: nowMs - dayMs - limits.clockSkewMs - 1 })).toBe('CERTIFICATE_NOT_YET_VALID')
  })

  it('needs the signatures of both keys', async () => {
    const claim = claimOf(alice)
    const { sign, signAsPeer } = alice
    expect(await codeOf(await signCertificate(claim, { validator: bob.sign, peer: signAsPeer }))).toBe(
      'CERTIFICATE_SIGNATURE_INVALID',
    )
    expect(await codeOf(await signCertificate(claim, { validator: sign, peer: bob.signAsPeer }))).toBe(
      'CERTIFICATE_SIGNATURE_INVALID',
    )
    // Bob puts his peer under the key of Alice, with what he can sign himself.
    const hijacked = await signCertificate(claimOf(alice, { peerId: bob.peerId }), {
      validator: bob.sign,
      peer: bob.signAsPeer,
    })
    expect(await codeOf(hijacked, { peerId: bob.peerId })).toBe('CERTIFICATE_SIGNATURE_INVALID')
    // Alice puts the peer of Bob under her key: he has to agree.
    const taken = await signCertificate(claimOf(alice, { peerId: bob.peerId }), { validator: sign, peer: signAsPeer })
    expect(await codeOf(taken, { peerId: bob.peerId })).toBe('CERTIFICATE_SIGNATURE_INVALID')
  })

  it('cannot be made for longer than any is valid, and is refused if somebody does', async () => {
    const tooLong = claimOf(alice, { notAfterMs: nowMs - dayMs + limits.maxValidityMs + 1 })
    await expect(signCertificate(tooLong, { validator: alice.sign, peer: alice.signAsPeer })).rejects.toThrow(
      'invariant',
    )
    const longest = await certificateOf(alice, { notAfterMs: nowMs - dayMs + limits.maxValidityMs })
    expect(await codeOf(longest)).toBe('OK')
    // One more millisecond in its last byte, which is that of the time.
    const stretched = Uint8Array.from(longest)
    const claim = readCertificate(longest)!
    const at = findTime(longest, claim.notAfterMs)
    stretched[at + 7] = (stretched[at + 7] as number) + 1
    expect(readCertificate(stretched)?.notAfterMs).toBe(claim.notAfterMs + 1)
    expect(await codeOf(stretched)).toBe('CERTIFICATE_VALIDITY')
  })

  it('is to be renewed when a third of its time is left', () => {
    const claim = { notBeforeMs: 0, notAfterMs: 3_000 }
    expect([
      needsRenewal(claim, 1_999),
      needsRenewal(claim, 2_000),
      needsRenewal(claim, 2_001),
      needsRenewal(claim, 9_000),
    ]).toEqual([false, false, true, true])
  })
})

/** Index of the eight bytes of a time in an encoding. */
function findTime(bytes: Uint8Array, timeMs: number): number {
  const encoded = Buffer.alloc(8)
  encoded.writeBigUInt64BE(BigInt(timeMs))
  return Buffer.from(bytes).indexOf(encoded)
}

describe('bytes that claim to be a certificate', () => {
  it('are refused when cut off, longer, or too long', async () => {
    const bytes = await certificateOf(alice)
    expect(await codeOf(bytes.subarray(0, bytes.length - 1))).toBe('CERTIFICATE_MALFORMED')
    expect(await codeOf(concatBytes(bytes, Uint8Array.of(0)))).toBe('CERTIFICATE_MALFORMED')
    expect(await codeOf(new Uint8Array(limits.maxCertificateBytes + 1))).toBe('CERTIFICATE_MALFORMED')
    expect(await codeOf(new Uint8Array())).toBe('CERTIFICATE_MALFORMED')
  })

  it('are refused whatever bit of a good one is changed (property)', async () => {
    const bytes = await certificateOf(alice)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (index, bit) => {
        const changed = bytes.map((byte, at) => (at === index ? byte ^ (1 << bit) : byte))
        expect(await codeOf(changed)).toMatch(/^CERTIFICATE_/)
      }),
      { numRuns: 300 },
    )
  })

  it('never make it throw (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 6_000 }), async (bytes) => {
        expect(await codeOf(bytes)).toBe('CERTIFICATE_MALFORMED')
        expect(readCertificate(bytes)).toBeUndefined()
      }),
    )
  })
})
