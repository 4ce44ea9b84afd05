import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, fromHex, toHex, utf8 } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { accountIdOf, transactionMessage } from '../ledger/index.ts'
import { testAccount } from '../ledger/test-support.ts'
import { signedMessageBytes } from './signed-message.ts'

const chainId = new Uint8Array(32).fill(7)
const account = testAccount(1).id
const bytesOf = (text: string, over: Partial<{ chainId: Uint8Array; account: Uint8Array }> = {}): Uint8Array => {
  const bytes = signedMessageBytes(over.chainId ?? chainId, { account: over.account ?? account, text })
  if (!bytes.ok) throw new Error(bytes.error.code)
  return bytes.value
}

describe('a message that a person signs', () => {
  it('is the tag, the chain id, and the canonical array of account and text, byte for byte', () => {
    const text = 'Grüße'
    const expected = concatBytes(
      utf8('qudag/v1/message\0'),
      chainId,
      // An array of two, a byte string of 33 bytes, a text of 7 bytes (RFC 8949 §3).
      Uint8Array.of(0x82, 0x58, 33),
      account,
      Uint8Array.of(0x67),
      utf8(text),
    )
    expect(toHex(bytesOf(text))).toBe(toHex(expected))
  })

  it('differs where account, chain or text differ (property)', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.startsWith('\ufeff'))
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(toHex(bytesOf(one)) === toHex(bytesOf(other))).toBe(one === other)
        expect(toHex(bytesOf(one, { account: testAccount(2).id }))).not.toBe(toHex(bytesOf(one)))
        expect(toHex(bytesOf(one, { chainId: new Uint8Array(32) }))).not.toBe(toHex(bytesOf(one)))
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  it('begins otherwise than anything else that is signed, so that it never stands for a transaction', () => {
    const transaction = {
      chainId,
      account,
      key: null,
      nonce: 0,
      operations: [],
      maxFeeMicroRuv: 0n,
      validUntilMs: 0,
    }
    const prefix = (bytes: Uint8Array): string => toHex(bytes.subarray(0, 13))
    expect(prefix(bytesOf('pay'))).not.toBe(prefix(transactionMessage(transaction)))
  })

  it('MESSAGE_INVALID: half of a surrogate pair, or a byte order mark at the start', () => {
    for (const text of ['x\ud800', '\udc00', '\ufeffhello']) {
      expect(signedMessageBytes(chainId, { account, text })).toEqual({ ok: false, error: { code: 'MESSAGE_INVALID' } })
    }
    expect(toHex(bytesOf('in the \ufeff midst'))).toContain('efbbbf')
  })

  it('MESSAGE_TOO_LONG: counts bytes of UTF-8, not characters; takes none and all there may be', () => {
    expect(bytesOf('').length).toBe(17 + 32 + 1 + 2 + 33 + 1)
    expect(bytesOf('a'.repeat(8_192)).length).toBeGreaterThan(8_192)
    const error = { ok: false, error: { code: 'MESSAGE_TOO_LONG', maxBytes: 8_192 } }
    expect(signedMessageBytes(chainId, { account, text: 'a'.repeat(8_193) })).toEqual(error)
    expect(signedMessageBytes(chainId, { account, text: 'ü'.repeat(4_097) })).toEqual(error)
    expect(bytesOf('ü'.repeat(4_096)).length).toBeGreaterThan(8_192)
  })

  it('verifies with nothing of ours but these bytes', () => {
    const { publicKey, secretKey } = ml_dsa44.keygen(seededRng(3).bytes(32))
    const id = accountIdOf('ML-DSA-44', publicKey)
    const signature = ml_dsa44.sign(bytesOf('it is me', { account: id }), secretKey)
    const byHand = concatBytes(
      utf8('qudag/v1/message\0'),
      chainId,
      fromHex('825821') as Uint8Array,
      id,
      fromHex('68') as Uint8Array,
      utf8('it is me'),
    )
    expect(ml_dsa44.verify(signature, byHand, publicKey)).toBe(true)
    expect(ml_dsa44.verify(signature, bytesOf('it is me'), publicKey)).toBe(false)
  })
})
