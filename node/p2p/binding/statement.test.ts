import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, toHex } from '../../core/bytes.ts'
import { limits } from './limits.ts'
import type { BindingSession } from './proof.ts'
import { checkStatement, makeStatement } from './statement.ts'
import { certificateOf, dayMs, nowMs, sessionsBetween, testNetwork, testValidator, verifiers } from './test-support.ts'

const [alice, bob, mallory] = [testValidator(1), testValidator(2), testValidator(3)]
const certificate = await certificateOf(alice)
const own = { certificate, sign: alice.sign }
const [asAlice, asBob] = sessionsBetween(alice, bob)

async function answerTo(
  bytes: Uint8Array,
  session: BindingSession = asBob,
  { chainId = testNetwork, now = nowMs } = {},
): Promise<string> {
  const checked = await checkStatement(bytes, { chainId, session, nowMs: now }, verifiers)
  if (!checked.ok) return checked.error.code
  return checked.value === null ? 'NONE' : toHex(checked.value.validator)
}

describe('what a validator says of itself', () => {
  it('is believed on the connection that it was said on, in both roles', async () => {
    expect(await answerTo(await makeStatement(testNetwork, asAlice, own))).toBe(toHex(alice.id))
    const bobs = { certificate: await certificateOf(bob), sign: bob.sign }
    expect(await answerTo(await makeStatement(testNetwork, asBob, bobs), asAlice)).toBe(toHex(bob.id))
  })

  it('may be nothing', async () => {
    expect(await answerTo(await makeStatement(testNetwork, asAlice, null))).toBe('NONE')
  })

  it('is refused on another connection of the same two (replay)', async () => {
    const statement = await makeStatement(testNetwork, asAlice, own)
    const [, later] = sessionsBetween(alice, bob, new Uint8Array(32).fill(0x12))
    expect(await answerTo(statement, later)).toBe('BINDING_PROOF_INVALID')
  })

  it('is refused where it is shown by another peer (relayed certificate)', async () => {
    const [, malloryToBob] = sessionsBetween(mallory, bob)
    // Mallory, connected to both, passes on what Alice told her.
    const [toMallory] = sessionsBetween(alice, mallory)
    expect(await answerTo(await makeStatement(testNetwork, toMallory, own), malloryToBob)).toBe(
      'CERTIFICATE_WRONG_PEER',
    )
    // She puts the certificate of Alice beside a proof of her own.
    const forged = await makeStatement(testNetwork, sessionsBetween(mallory, bob)[0], {
      certificate,
      sign: mallory.sign,
    })
    expect(await answerTo(forged, malloryToBob)).toBe('CERTIFICATE_WRONG_PEER')
    // Even where the peer is right, the proof must be of the key of the certificate.
    const stolen = await makeStatement(testNetwork, asAlice, { certificate, sign: mallory.sign })
    expect(await answerTo(stolen)).toBe('BINDING_PROOF_INVALID')
  })

  it('is refused when it is sent back to who made it (reflection)', async () => {
    // The certificate names the other peer, which is what a reflection meets first; with that aside, the role does it.
    const statement = await makeStatement(testNetwork, asAlice, own)
    expect(await answerTo(statement, asAlice)).toBe('CERTIFICATE_WRONG_PEER')
    const toSelf: BindingSession = { ...asAlice, remotePeerId: alice.peerId }
    const reflected = await makeStatement(testNetwork, toSelf, own)
    expect(await answerTo(reflected, toSelf)).toBe('BINDING_PROOF_INVALID')
  })

  it('is refused where anything that it is over differs', async () => {
    const statement = await makeStatement(testNetwork, asAlice, own)
    for (const session of [
      { ...asBob, role: 'initiator' as const },
      { ...asBob, ownPeerId: mallory.peerId },
      { ...asBob, handshakeHash: new Uint8Array(32) },
    ]) {
      expect(await answerTo(statement, session)).toBe('BINDING_PROOF_INVALID')
    }
    // A proof made for one certificate does not serve with another of the same keys.
    const other = await certificateOf(alice, { notAfterMs: nowMs + 2 * dayMs })
    const swapped = await makeStatement(testNetwork, asAlice, {
      certificate: other,
      sign: () => statement.slice(-3_309),
    })
    expect(await answerTo(swapped)).toBe('BINDING_PROOF_INVALID')
  })

  it('is refused when its certificate has expired, or is for another network', async () => {
    const statement = await makeStatement(testNetwork, asAlice, own)
    expect(await answerTo(statement, asBob, { now: nowMs + dayMs })).toBe('CERTIFICATE_EXPIRED')
    const elsewhere = new Uint8Array(32).fill(0xdd)
    expect(await answerTo(statement, asBob, { chainId: elsewhere })).toBe('CERTIFICATE_WRONG_NETWORK')
    // A certificate of this network under a proof for another.
    expect(await answerTo(await makeStatement(elsewhere, asAlice, own))).toBe('BINDING_PROOF_INVALID')
  })
})

describe('bytes that claim to be such a statement', () => {
  it('are refused when cut off, longer, or too long', async () => {
    const statement = await makeStatement(testNetwork, asAlice, own)
    expect(statement.length).toBeLessThan(limits.maxMessageBytes)
    for (const bytes of [
      statement.subarray(0, statement.length - 1),
      concatBytes(statement, Uint8Array.of(0)),
      new Uint8Array(limits.maxMessageBytes + 1),
      new Uint8Array(),
    ]) {
      expect(await answerTo(bytes)).toBe('BINDING_MALFORMED')
    }
  })

  it('are refused whatever bit of a good one is changed (property)', async () => {
    const statement = await makeStatement(testNetwork, asAlice, own)
    await fc.assert(
      fc.asyncProperty(fc.nat(statement.length - 1), fc.nat(7), async (index, bit) => {
        const changed = statement.map((byte, at) => (at === index ? byte ^ (1 << bit) : byte))
        expect(await answerTo(changed)).toMatch(/^(CERTIFICATE|BINDING)_/)
      }),
      { numRuns: 300 },
    )
  })

  it('never make it throw, nor be believed (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 9_200 }), async (bytes) => {
        expect(await answerTo(bytes)).toMatch(/^BINDING_MALFORMED$|^NONE$/)
      }),
    )
  })
})
