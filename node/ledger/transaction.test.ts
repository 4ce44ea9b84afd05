import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxU64 } from '../core/amount.ts'
import { bytesKey, concatBytes, equalBytes, toHex } from '../core/bytes.ts'
import { randomBelow, seededRng } from '../core/rng.ts'
import { createNobleSignatureBackend } from '../crypto/backends/noble.ts'
import { joinComposite, splitCompositeKey, splitCompositeSignature } from '../crypto/composite.ts'
import { sha3 } from '../crypto/hash.ts'
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import { accountIdOf } from './address.ts'
import { ledgerLimits } from './limits.ts'
import { type AccountKey, checkRules, checkSignatureLength, signingKeyOf } from './rules.ts'
import { transactionToSign } from './signatures.ts'
import { faucet, noop, rulesOf, startTimeMs, testAccount, testGenesis, transfer, unsigned } from './test-support.ts'
import {
  type AccountChange,
  attachSignature,
  decodeSignedTransaction,
  type Operation,
  type SignedTransaction,
  signedSizeBytes,
  type Transaction,
  transactionId,
  transactionMessage,
} from './transaction.ts'

const chain = rulesOf(testGenesis([]))
const backend = createNobleSignatureBackend()

function ownerOf(suite: SignatureSuite, seed: number) {
  const key = backend.openSigningKey(suite, seededRng(seed).bytes(32))
  const { publicKey } = key
  const sign = (message: Uint8Array) => key.sign(message, { deterministic: true })
  return { suite, publicKey, id: accountIdOf(suite, publicKey), sign }
}
type Owner = ReturnType<typeof ownerOf>

function signedBy(
  owner: Owner,
  operations: readonly Operation[],
  overrides: Partial<Transaction> = {},
): SignedTransaction {
  const draft = unsigned(chain, owner, 3, operations, overrides)
  return attachSignature(draft, owner.sign(transactionToSign(owner.suite, draft)))
}

/** Where a transaction from outside is refused: at decoding, by a rule, for want of a key, or by its signature. */
function verdict(bytes: Uint8Array, stored: ReadonlyMap<string, AccountKey> = new Map()): string {
  const decoded = decodeSignedTransaction(bytes)
  if (!decoded.ok) return decoded.error.code
  const transaction = decoded.value
  const rules = checkRules(transaction, chain)
  if (!rules.ok) return rules.error.code
  const key = signingKeyOf(transaction, stored.get(bytesKey(transaction.account)) ?? null)
  if (!key.ok) return key.error.code
  const length = checkSignatureLength(transaction, key.value.suite)
  if (!length.ok) return length.error.code
  const { suite, publicKey } = key.value
  return backend.verify(suite, publicKey, transactionToSign(suite, transaction), transaction.signature)
    ? 'ok'
    : 'SIGNATURE_INVALID'
}

const bob = testAccount(2)
const mallory = ownerOf('ML-DSA-44', 9)
const bundle = [transfer(bob, 1_500_000n, 'rent'), transfer(testAccount(3), 1n), transfer(bob, 70_000n, 'é')]

const anyText = fc
  .string({ unit: 'binary', maxLength: 60 })
  .filter((text) => !text.startsWith('\ufeff') && new TextEncoder().encode(text).length <= 1_024)
const anyBytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const anyAmount = fc.bigInt({ min: 0n, max: maxU64 })
const anyConsenting = fc.record({
  suite: fc.nat(255),
  publicKey: fc.uint8Array({ maxLength: 60 }),
  proof: fc.uint8Array({ maxLength: 60 }),
})
const anyChange: fc.Arbitrary<AccountChange> = fc.oneof(
  fc.record({ kind: fc.constant('key' as const), key: anyConsenting }),
  fc.record({ kind: fc.constant('limit' as const), key: anyConsenting, dailyLimitMicroRuv: anyAmount }),
  fc.record({ kind: fc.constant('recovery' as const), key: anyConsenting, delayMs: fc.maxSafeNat() }),
  fc.record({ kind: fc.constantFrom('clearLimit' as const, 'clearRecovery' as const, 'cancelRecovery' as const) }),
)
const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    kind: fc.constant('transfer' as const),
    to: anyBytes(33),
    amountMicroRuv: anyAmount,
    memo: fc.option(anyText),
  }),
  fc.record({ kind: fc.constant('faucet' as const), amountMicroRuv: anyAmount }),
  fc.constant(noop),
  fc.record({ kind: fc.constant('account.update' as const), change: anyChange }),
  fc.record({ kind: fc.constant('account.recover' as const), account: anyBytes(33), key: fc.option(anyConsenting) }),
)
const anyTransaction: fc.Arbitrary<Transaction> = fc.record(
  {
    chainId: anyBytes(32),
    account: anyBytes(33),
    key: fc.option(fc.record({ suite: fc.nat(255), publicKey: fc.uint8Array({ maxLength: 2_000 }) })),
    nonce: fc.maxSafeNat(),
    operations: fc.array(anyOperation, { maxLength: 8 }),
    maxFeeMicroRuv: anyAmount,
    validUntilMs: fc.maxSafeNat(),
    coSigned: fc.constant(true as const),
  },
  { requiredKeys: ['chainId', 'account', 'key', 'nonce', 'operations', 'maxFeeMicroRuv', 'validUntilMs'] },
)
const anySignature = fc.uint8Array({ maxLength: 3_400, size: 'max' })

describe('signed transaction: encoding', () => {
  it('decode(encode(x)) = x, with the same id and message (property)', () => {
    fc.assert(
      fc.property(anyTransaction, anySignature, fc.uint8Array({ maxLength: 300 }), (transaction, signature, second) => {
        const signed = attachSignature(transaction, signature, second)
        expect(decodeSignedTransaction(signed.bytes)).toEqual({ ok: true, value: signed })
        expect(signed.bytes.length).toBe(signedSizeBytes(transaction, signature.length, second.length))
        expect(signed.signedMessage).toEqual(transactionMessage(transaction))
        expect(signed.txId).toEqual(transactionId(transaction))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it.each([0, 23, 24, 255, 256, 2_420, 3_309, 4_627, 8_192])(
    'finds the body before a signature of %i bytes',
    (length) => {
      const transaction = unsigned(chain, testAccount(1), 0, bundle)
      const signed = attachSignature(transaction, new Uint8Array(length).fill(7))
      expect(decodeSignedTransaction(signed.bytes)).toMatchObject({ ok: true, value: { txId: transaction.txId } })
      expect(signedSizeBytes(transaction, length)).toBe(signed.bytes.length)
    },
  )

  it('the id and the signed message do not depend on the signature', () => {
    fc.assert(
      fc.property(anyTransaction, anySignature, anySignature, (transaction, one, other) => {
        const [a, b] = [attachSignature(transaction, one), attachSignature(transaction, other)]
        expect(a.txId).toEqual(b.txId)
        expect(a.signedMessage).toEqual(b.signedMessage)
        expect(equalBytes(a.bytes, b.bytes)).toBe(equalBytes(one, other))
      }),
      { seed: 2, numRuns: 200 },
    )
  })

  it('the message is tag, chain id, canonical body; the id is its SHA3-256', () => {
    const signed = unsigned(chain, testAccount(1), 0, bundle)
    const tag = new TextEncoder().encode('qudag/v1/transaction\0')
    const body = signed.bytes.subarray(1, signed.bytes.length - 3 - signed.signature.length)
    expect(signed.signedMessage).toEqual(concatBytes(tag, chain.chainId, body))
    expect(signed.txId).toEqual(sha3(concatBytes(tag, chain.chainId, body)))
  })

  it('two bodies of one id are one body (property)', () => {
    fc.assert(
      fc.property(anyTransaction, anyTransaction, (a, b) => {
        if (toHex(transactionId(a)) === toHex(transactionId(b))) expect(a).toEqual(b)
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  it('TRANSACTION_TOO_LARGE: one byte over the limit, unread; at the limit it is read', () => {
    const maxBytes = ledgerLimits.maxTransactionBytes
    expect(decodeSignedTransaction(new Uint8Array(maxBytes + 1))).toEqual({
      ok: false,
      error: { code: 'TRANSACTION_TOO_LARGE', sizeBytes: maxBytes + 1, maxBytes },
    })
    expect(decodeSignedTransaction(new Uint8Array(maxBytes))).toMatchObject({ error: { code: 'ENCODING_MALFORMED' } })
  })

  it('leaves to the rules what only breaks a rule, so that their own code answers', () => {
    const alice = testAccount(1)
    const long = transfer(bob, 1n, 'm'.repeat(257))
    const many = Array.from({ length: 65 }, () => transfer(bob, 1n))
    const key = { suite: 77, publicKey: alice.publicKey }
    expect(verdict(unsigned(chain, alice, 0, [long]).bytes)).toBe('MEMO_TOO_LONG')
    expect(verdict(unsigned(chain, alice, 0, many).bytes)).toBe('OPERATION_COUNT')
    expect(verdict(unsigned(chain, alice, 0, []).bytes)).toBe('OPERATION_COUNT')
    expect(verdict(unsigned(chain, alice, 0, bundle, { key }).bytes)).toBe('SUITE_UNKNOWN')
    expect(verdict(attachSignature(unsigned(chain, alice, 0, bundle), new Uint8Array(7)).bytes)).toBe(
      'SIGNATURE_LENGTH',
    )
  })

  it.each([
    { name: 'transfers', operations: bundle, coSigned: false },
    {
      name: 'a change of policy with two signatures',
      operations: [
        {
          kind: 'account.update' as const,
          change: {
            kind: 'limit' as const,
            key: { suite: 1, publicKey: new Uint8Array(40), proof: new Uint8Array(30) },
            dailyLimitMicroRuv: 70_000n,
          },
        },
      ],
      coSigned: true,
    },
    {
      name: 'a recovery',
      operations: [{ kind: 'account.recover' as const, account: testAccount(4).id, key: null }],
      coSigned: false,
    },
  ])('never throws on random or damaged bytes of $name (property)', ({ operations, coSigned }) => {
    const { bytes } = unsigned(chain, testAccount(1), 0, operations, coSigned ? { coSigned } : {})
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(bytes.length), fc.nat(bytes.length), (noise, from, to) => {
        for (const input of [noise, bytes.slice(0, from), concatBytes(bytes.slice(0, from), noise, bytes.slice(to))]) {
          const decoded = decodeSignedTransaction(input)
          if (!decoded.ok) continue
          const { signature, coSignature } = decoded.value
          expect(attachSignature(decoded.value, signature, coSignature).bytes).toEqual(input)
        }
      }),
      { seed: 4, numRuns: 3_000 },
    )
  })
})

describe('signed transaction: no second encoding', () => {
  const { suite, publicKey } = { suite: 300 % 256, publicKey: testAccount(5).publicKey }
  const change = {
    kind: 'recovery',
    key: { suite, publicKey, proof: publicKey.subarray(0, 30) },
    delayMs: 70_000,
  } as const
  const more: Operation[] = [faucet(5n), { kind: 'account.update', change }]
  const { bytes } = unsigned(chain, testAccount(1), 300, [...bundle, ...more], {
    key: null,
    maxFeeMicroRuv: 70_000n,
    coSigned: true,
  })
  const heads = headsOf(bytes)

  it('every length and integer in a longer form is refused', () => {
    expect(heads.length).toBeGreaterThan(25)
    let tried = 0
    for (const { offset, major, argument, headBytes } of heads) {
      for (const [info, width] of [
        [24, 1],
        [25, 2],
        [26, 4],
        [27, 8],
      ] as const) {
        if (major === 7 || 1 + width <= headBytes) continue
        const wide = new Uint8Array(1 + width)
        wide[0] = (major << 5) | info
        let rest = BigInt(argument)
        for (let i = width; i >= 1; i--, rest >>= 8n) wide[i] = Number(rest & 0xffn)
        const variant = concatBytes(bytes.slice(0, offset), wide, bytes.slice(offset + headBytes))
        expect(decodeSignedTransaction(variant).ok).toBe(false)
        tried += 1
      }
    }
    expect(tried).toBeGreaterThan(60)
  })

  it('arrays and strings of indefinite length are refused, wherever they stand', () => {
    for (const { offset, major, headBytes, endOffset } of heads) {
      if (major !== 2 && major !== 3 && major !== 4) continue
      const head = Uint8Array.of((major << 5) | 31)
      const content = major === 4 ? bytes.slice(offset + headBytes, endOffset) : bytes.slice(offset, endOffset)
      const variant = concatBytes(bytes.slice(0, offset), head, content, Uint8Array.of(0xff), bytes.slice(endOffset))
      expect(decodeSignedTransaction(variant)).toMatchObject({ error: { code: 'ENCODING_MALFORMED' } })
    }
  })

  it('a byte before, behind or between is refused', () => {
    for (const extra of [0x00, 0x80, 0xf6, 0x40]) {
      expect(decodeSignedTransaction(concatBytes(bytes, Uint8Array.of(extra))).ok).toBe(false)
      expect(decodeSignedTransaction(concatBytes(Uint8Array.of(extra), bytes)).ok).toBe(false)
      for (const { offset } of heads.slice(1)) {
        const variant = concatBytes(bytes.slice(0, offset), Uint8Array.of(extra), bytes.slice(offset))
        expect(decodeSignedTransaction(variant).ok).toBe(false)
      }
    }
  })

  it('a field left out, or one more, is refused', () => {
    for (const { offset, headBytes, major, argument } of heads) {
      if (major !== 4) continue
      for (const count of [Number(argument) - 1, Number(argument) + 1]) {
        const head = Uint8Array.of(0x80 | count)
        const variant = concatBytes(bytes.slice(0, offset), head, bytes.slice(offset + headBytes))
        expect(decodeSignedTransaction(variant).ok).toBe(false)
      }
    }
  })
})

describe('signed transaction: what a signature holds together', () => {
  it.each(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'ML-DSA-65+P-256'] as const)(
    'one of %s is taken as it is',
    (suite) => {
      const owner = ownerOf(suite, 5)
      const { bytes } = signedBy(owner, bundle)
      expect(verdict(bytes)).toBe('ok')
      expect(bytes.length - signatureSuites[suite].signatureBytes).toBeGreaterThan(
        signatureSuites[suite].publicKeyBytes,
      )
    },
  )

  it('no byte of a transaction that carries its key can be another', { timeout: 60_000 }, () => {
    const { bytes } = signedBy(ownerOf('ML-DSA-65', 6), bundle)
    const seen = eachByteChanged(bytes, new Map(), 1)
    // Every door has had its share: form, rules, and the signature over what is left.
    for (const code of ['ENCODING_MALFORMED', 'PUBLIC_KEY_MISMATCH', 'CHAIN_MISMATCH', 'SIGNATURE_INVALID']) {
      expect(seen.get(code) ?? 0).toBeGreaterThan(0)
    }
    expect(seen.get('SIGNATURE_INVALID') ?? 0).toBeGreaterThan(signatureSuites['ML-DSA-65'].signatureBytes)
    expect(seen.get('ok')).toBeUndefined()
  })

  it('nor one of a transaction whose key the ledger has', { timeout: 60_000 }, () => {
    const owner = ownerOf('ML-DSA-44', 7)
    const stored = new Map<string, AccountKey>([
      [bytesKey(owner.id), owner],
      [bytesKey(mallory.id), mallory],
    ])
    const { bytes } = signedBy(owner, bundle, { key: null })
    expect(verdict(bytes, stored)).toBe('ok')
    const seen = eachByteChanged(bytes, stored, 2)
    expect(seen.get('ok')).toBeUndefined()
    expect(seen.get('PUBLIC_KEY_REQUIRED') ?? 0).toBe(32)
    expect(seen.get('SIGNATURE_INVALID') ?? 0).toBeGreaterThan(signatureSuites['ML-DSA-44'].signatureBytes)
  })

  it('a signature is good for its own body, account and chain alone', () => {
    const owner = ownerOf('ML-DSA-44', 7)
    const original = signedBy(owner, bundle)
    const replay = (change: Partial<Transaction>) =>
      verdict(attachSignature({ ...original, ...change }, original.signature).bytes)
    expect(replay({})).toBe('ok')
    expect(replay({ nonce: original.nonce + 1 })).toBe('SIGNATURE_INVALID')
    expect(replay({ maxFeeMicroRuv: original.maxFeeMicroRuv + 1n })).toBe('SIGNATURE_INVALID')
    expect(replay({ validUntilMs: startTimeMs })).toBe('SIGNATURE_INVALID')
    expect(replay({ operations: [...bundle].reverse() })).toBe('SIGNATURE_INVALID')
    expect(replay({ operations: bundle.slice(1) })).toBe('SIGNATURE_INVALID')
    expect(replay({ chainId: new Uint8Array(32) })).toBe('CHAIN_MISMATCH')
    expect(replay({ account: mallory.id })).toBe('PUBLIC_KEY_MISMATCH')
    const theirs = { suite: 1, publicKey: mallory.publicKey }
    expect(replay({ account: mallory.id, key: theirs })).toBe('SIGNATURE_INVALID')
  })

  describe('of a composite key', () => {
    const suite = 'ML-DSA-65+P-256'
    const owner = ownerOf(suite, 31)
    const original = signedBy(owner, bundle)
    const withSignature = (signature: Uint8Array) => verdict(attachSignature(original, signature).bytes)
    const halves = splitCompositeSignature(original.signature)
    const elsewhere = (message: Uint8Array) => splitCompositeSignature(owner.sign(message))

    it('covers suite, chain, account and id of the transaction, by both halves', () => {
      expect(verdict(original.bytes)).toBe('ok')
      expect(transactionToSign(suite, original)).toEqual(concatBytes(chain.chainId, owner.id, original.txId))
      const others: Partial<Transaction>[] = [{ nonce: 4 }, { account: mallory.id }, { chainId: new Uint8Array(32) }]
      for (const change of others) {
        const other = elsewhere(transactionToSign(suite, bodyOf({ ...original, ...change })))
        expect(withSignature(joinComposite(other))).toBe('SIGNATURE_INVALID')
        expect(withSignature(joinComposite({ ...halves, p256: other.p256 }))).toBe('SIGNATURE_INVALID')
        expect(withSignature(joinComposite({ ...halves, mlDsa: other.mlDsa }))).toBe('SIGNATURE_INVALID')
      }
    })

    it('cannot be stripped to one half, nor the suite lowered', () => {
      const half = splitCompositeKey(owner.publicKey).mlDsa
      expect(withSignature(halves.mlDsa)).toBe('SIGNATURE_LENGTH')
      expect(withSignature(halves.p256)).toBe('SIGNATURE_LENGTH')
      expect(withSignature(new Uint8Array())).toBe('SIGNATURE_LENGTH')
      const lowered = { ...original, key: { suite: signatureSuites['ML-DSA-65'].wire, publicKey: half } }
      // The account is bound to suite and both keys, so that a half is another account at best, and an empty one.
      expect(verdict(attachSignature(lowered, halves.mlDsa).bytes)).toBe('PUBLIC_KEY_MISMATCH')
      const own = { ...lowered, account: accountIdOf('ML-DSA-65', half) }
      expect(verdict(attachSignature(own, halves.mlDsa).bytes)).toBe('SIGNATURE_INVALID')
      const mislabelled = { ...original, key: { suite: signatureSuites['ML-DSA-65'].wire, publicKey: owner.publicKey } }
      expect(verdict(attachSignature(mislabelled, original.signature).bytes)).toBe('PUBLIC_KEY_LENGTH')
    })

    it('is no address of another order or half of the keys', () => {
      const keys = splitCompositeKey(owner.publicKey)
      const ids = [
        owner.id,
        accountIdOf('ML-DSA-65', keys.mlDsa),
        accountIdOf('ML-DSA-65', owner.publicKey),
        accountIdOf(suite, concatBytes(keys.p256, keys.mlDsa)),
        accountIdOf(suite, joinComposite({ ...keys, p256: splitCompositeKey(ownerOf(suite, 32).publicKey).p256 })),
      ]
      expect(new Set(ids.map(toHex)).size).toBe(ids.length)
    })

    it('no byte can be another: each of the ECDSA half, and every eleventh of the rest', { timeout: 60_000 }, () => {
      const { bytes } = original
      const seen = eachByteChanged(bytes, new Map(), 3, (at) => at % 11 === 0 || at >= bytes.length - 64)
      expect(seen.get('ok')).toBeUndefined()
      expect(seen.get('SIGNATURE_INVALID') ?? 0).toBeGreaterThan(64 + signatureSuites['ML-DSA-65'].signatureBytes / 12)
    })
  })

  it('a signature over the body alone, without tag and chain, is none', () => {
    const owner = ownerOf('ML-DSA-44', 7)
    const draft = unsigned(chain, owner, 3, bundle)
    const untagged = owner.sign(draft.signedMessage.slice('qudag/v1/transaction\0'.length))
    expect(verdict(attachSignature(draft, untagged).bytes)).toBe('SIGNATURE_INVALID')
  })

  it('a second signature over the same body is the same transaction', () => {
    const { publicKey, secretKey } = ml_dsa44.keygen(seededRng(8).bytes(32))
    const owner = { suite: 'ML-DSA-44', publicKey, id: accountIdOf('ML-DSA-44', publicKey) } as const
    const draft = unsigned(chain, owner, 0, bundle)
    const [one, other] = [1, 2].map((seed) =>
      attachSignature(
        draft,
        ml_dsa44.sign(draft.signedMessage, secretKey, { extraEntropy: seededRng(seed).bytes(32) }),
      ),
    ) as [SignedTransaction, SignedTransaction]
    expect(equalBytes(one.signature, other.signature)).toBe(false)
    expect([verdict(one.bytes), verdict(other.bytes)]).toEqual(['ok', 'ok'])
    expect(toHex(one.txId)).toBe(toHex(other.txId))
  })
})

/** Without what is derived from its bytes. */
function bodyOf({ chainId, account, key, nonce, operations, maxFeeMicroRuv, validUntilMs }: Transaction): Transaction {
  return { chainId, account, key, nonce, operations, maxFeeMicroRuv, validUntilMs }
}

/** What becomes of the transaction with each byte in turn replaced by another value: how often each code was met. */
function eachByteChanged(
  bytes: Uint8Array,
  stored: ReadonlyMap<string, AccountKey>,
  seed: number,
  isTried: (at: number) => boolean = () => true,
): Map<string, number> {
  const rng = seededRng(seed)
  const seen = new Map<string, number>()
  for (let at = 0; at < bytes.length; at++) {
    if (!isTried(at)) continue
    const changed = bytes.slice()
    changed[at] = (bytes[at] as number) ^ (1 + randomBelow(rng, 255))
    const code = verdict(changed, stored)
    seen.set(code, (seen.get(code) ?? 0) + 1)
  }
  return seen
}

interface Head {
  readonly offset: number
  readonly major: number
  readonly argument: number
  readonly headBytes: number
  /** Where the whole item ends. */
  readonly endOffset: number
}

/** All CBOR items of an encoding, in order (RFC 8949 §3): definite lengths, no maps and no tags. */
function headsOf(bytes: Uint8Array): Head[] {
  const heads: Head[] = []
  const walk = (offset: number): number => {
    const first = bytes[offset] as number
    const [major, info] = [first >> 5, first & 31]
    const width = info < 24 ? 0 : 2 ** (info - 24)
    let argument = width === 0 ? info : 0
    for (let i = 1; i <= width; i++) argument = argument * 256 + (bytes[offset + i] as number)
    const index = heads.push({ offset, major, argument, headBytes: 1 + width, endOffset: 0 }) - 1
    let endOffset = offset + 1 + width
    if (major === 2 || major === 3) endOffset += argument
    if (major === 4) for (let i = 0; i < argument; i++) endOffset = walk(endOffset)
    heads[index] = { ...(heads[index] as Head), endOffset }
    return endOffset
  }
  expect(walk(0)).toBe(bytes.length)
  return heads
}
