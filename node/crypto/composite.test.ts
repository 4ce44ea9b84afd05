/** The composite suite on every backend: both halves or nothing, no half of use elsewhere, one form of each signature. */
import { p256 } from '@noble/curves/nist.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { seededRng } from '../core/rng.ts'
import { createNobleSignatureBackend } from './backends/noble.ts'
import { createNodeSignatureBackend } from './backends/node-crypto.ts'
import { createNobleP256 } from './backends/p256-noble.ts'
import { createNodeP256 } from './backends/p256-node.ts'
import { createWasmSignatureBackend, createWasmSigningBackend } from './backends/wasm.ts'
import {
  compositeMessage,
  compositeSecrets,
  joinComposite,
  splitCompositeKey,
  splitCompositeSignature,
} from './composite.ts'
import { createInlineVerifier } from './inline-verifier.ts'
import { hasPointForm, hasSignatureForm, p256Order, withLowS } from './p256.ts'
import { compositeHalf, compositeSuite, signatureSuites } from './suites.ts'
import type { SignatureBackend } from './types.ts'

const noble = createNobleSignatureBackend()
const backends: { name: string; backend: SignatureBackend }[] = [
  { name: 'noble', backend: noble },
  // What a browser has: nothing of node:crypto in either half.
  { name: 'noble, P-256 too', backend: createNobleSignatureBackend(createNobleP256()) },
]
for (const [name, created] of [
  ['node-crypto', createNodeSignatureBackend()],
  ['wasm over noble', createWasmSignatureBackend(noble)],
  ['wasm', createWasmSigningBackend()],
] as const) {
  if (created.ok) backends.push({ name, backend: created.value })
}

const rng = seededRng(41)
const message = rng.bytes(97)
const sample = () => {
  const key = noble.openSigningKey(compositeSuite, rng.bytes(32))
  return { publicKey: key.publicKey, signature: key.sign(message), key }
}
const [one, two] = [sample(), sample()]

describe.each(backends)('the composite suite of $name', ({ backend }) => {
  const verify = (publicKey: Uint8Array, signature: Uint8Array, text = message): boolean =>
    backend.verify(compositeSuite, publicKey, text, signature)

  it('takes what any backend signed, and signs what any backend takes', () => {
    expect(verify(one.publicKey, one.signature)).toBe(true)
    const seed = rng.bytes(32)
    const { publicKey } = backend.keygen(compositeSuite, seed)
    expect(publicKey).toEqual(noble.keygen(compositeSuite, seed).publicKey)
    for (const other of backends) {
      const signature = backend.sign(compositeSuite, seed, message)
      expect(other.backend.verify(compositeSuite, publicKey, message, signature)).toBe(true)
    }
  })

  it('refuses halves of two signatures, or of two keys, put together', () => {
    const [a, b] = [splitCompositeSignature(one.signature), splitCompositeSignature(two.signature)]
    const [k, l] = [splitCompositeKey(one.publicKey), splitCompositeKey(two.publicKey)]
    expect(verify(one.publicKey, joinComposite({ mlDsa: a.mlDsa, p256: b.p256 }))).toBe(false)
    expect(verify(one.publicKey, joinComposite({ mlDsa: b.mlDsa, p256: a.p256 }))).toBe(false)
    expect(verify(joinComposite({ mlDsa: k.mlDsa, p256: l.p256 }), one.signature)).toBe(false)
    // A mixed key with the matching mixed signature is a key of its own, with its own address: sound, and nobody's account.
    const mixed = { key: { mlDsa: k.mlDsa, p256: l.p256 }, signature: { mlDsa: a.mlDsa, p256: b.p256 } }
    expect(verify(joinComposite(mixed.key), joinComposite(mixed.signature))).toBe(true)
    expect(verify(one.publicKey, joinComposite({ mlDsa: a.p256, p256: a.mlDsa }))).toBe(false)
  })

  it('refuses one half alone, and nothing in place of the other', () => {
    const { mlDsa, p256: ecdsa } = splitCompositeSignature(one.signature)
    for (const stripped of [mlDsa, ecdsa, new Uint8Array(0)]) expect(verify(one.publicKey, stripped)).toBe(false)
    for (const fill of [0, 1, 0xff]) {
      expect(verify(one.publicKey, joinComposite({ mlDsa, p256: new Uint8Array(64).fill(fill) }))).toBe(false)
      expect(verify(one.publicKey, joinComposite({ mlDsa: new Uint8Array(3_309).fill(fill), p256: ecdsa }))).toBe(false)
    }
  })

  it('makes no half that is good as a signature of a single suite, nor takes one that is', () => {
    const { mlDsa } = splitCompositeKey(one.publicKey)
    const half = splitCompositeSignature(one.signature)
    expect(backend.verify(compositeHalf, mlDsa, message, half.mlDsa)).toBe(false)
    // A single-suite signature by the very same ML-DSA key, beside an ECDSA half that is good.
    const seed = rng.bytes(32)
    const { xi, scalar } = compositeSecrets(seed)
    const { publicKey } = noble.keygen(compositeSuite, seed)
    const plain = noble.sign(compositeHalf, xi, message)
    const point = createNobleP256().openSigningKey(scalar).sign(compositeMessage(message))
    expect(backend.verify(compositeHalf, splitCompositeKey(publicKey).mlDsa, message, plain)).toBe(true)
    expect(verify(publicKey, joinComposite({ mlDsa: plain, p256: point }))).toBe(false)
    expect(
      verify(
        publicKey,
        joinComposite({ mlDsa: noble.sign(compositeHalf, xi, compositeMessage(message)), p256: point }),
      ),
    ).toBe(true)
  })

  it('refuses the higher s, and points off the curve or in another form', () => {
    const { mlDsa, p256: ecdsa } = splitCompositeSignature(one.signature)
    expect(verify(one.publicKey, joinComposite({ mlDsa, p256: otherS(ecdsa) }))).toBe(false)
    const halves = splitCompositeKey(one.publicKey)
    const compressed = p256.Point.fromBytes(halves.p256).toBytes(true)
    const hybrid = concatBytes(Uint8Array.of(6 + ((halves.p256[64] as number) & 1)), halves.p256.subarray(1))
    const offCurve = Uint8Array.from(halves.p256)
    offCurve[64] = (offCurve[64] as number) ^ 1
    for (const point of [
      compressed,
      hybrid,
      offCurve,
      Uint8Array.from({ length: 65 }, (_, at) => (at === 0 ? 4 : 0)),
    ]) {
      expect(
        backend.importPublicKey(compositeSuite, joinComposite({ mlDsa: halves.mlDsa, p256: point })),
      ).toBeUndefined()
    }
  })

  it('refuses every change of a bit, in key, message and signature (property)', () => {
    fc.assert(
      fc.property(fc.constantFrom('key', 'message', 'signature'), fc.nat(0xff_ffff), (what, pick) => {
        const flip = (bytes: Uint8Array, wanted: string): Uint8Array => {
          const changed = Uint8Array.from(bytes)
          // Every second change in the last 64 bytes: the classical half is a fiftieth of the whole.
          const at = pick & 8 ? bytes.length - 1 - ((pick >> 4) % 64) : (pick >> 4) % bytes.length
          if (what === wanted) changed[at] = (changed[at] as number) ^ (1 << (pick & 7))
          return changed
        }
        expect(verify(flip(one.publicKey, 'key'), flip(one.signature, 'signature'), flip(message, 'message'))).toBe(
          false,
        )
      }),
      { seed: 5, numRuns: 60 },
    )
  })

  it('keeps a context apart, and signs no more once destroyed', () => {
    const key = backend.openSigningKey(compositeSuite, rng.bytes(32))
    const context = Uint8Array.of(1)
    const signature = key.sign(message, { context })
    expect(backend.verify(compositeSuite, key.publicKey, message, signature, context)).toBe(true)
    expect(backend.verify(compositeSuite, key.publicKey, message, signature)).toBe(false)
    expect(backend.verify(compositeSuite, key.publicKey, concatBytes(context, message), signature)).toBe(false)
    key.destroy()
    expect(() => key.sign(message)).toThrow(NodeError)
  })
})

describe('the verifier in quantity', () => {
  it('checks composite jobs among others, and answers false for what is malformed', async () => {
    const verifier = createInlineVerifier()
    const seed = rng.bytes(32)
    const plain = {
      publicKey: noble.keygen('ML-DSA-65', seed).publicKey,
      signature: noble.sign('ML-DSA-65', seed, message),
    }
    const good = { suite: compositeSuite, publicKey: one.publicKey, message, signature: one.signature }
    const answers = await verifier.verify([
      good,
      { suite: 'ML-DSA-65', message, ...plain },
      { ...good, suite: 'ML-DSA-65' },
      { ...good, suite: 'ML-DSA-65', ...plain, signature: splitCompositeSignature(one.signature).mlDsa },
      { ...good, publicKey: two.publicKey },
      { ...good, publicKey: new Uint8Array(signatureSuites[compositeSuite].publicKeyBytes) },
      { ...good, signature: one.signature.subarray(1) },
    ])
    expect(answers).toEqual([true, true, false, false, false, false, false])
  })
})

describe('the secrets of the halves', () => {
  it('are those of no single-suite account of the same seed, and scalars of the group (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const { xi, scalar } = compositeSecrets(seed)
        expect(xi).not.toEqual(seed)
        expect(scalar).not.toEqual(seed)
        expect(xi).not.toEqual(scalar)
        const number = scalar.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
        expect(number > 0n && number < p256Order).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the form of points and signatures', () => {
  it('never throws, and takes one s of two (property)', () => {
    const implementations = [createNobleP256(), ...[createNodeP256()].flatMap((made) => (made.ok ? [made.value] : []))]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 80 }), (key, signature) => {
        const pointLike = key.length === 65 ? Uint8Array.from(key).fill(4, 0, 1) : key
        const answers = implementations.map(
          (curve) => curve.importPublicKey(pointLike)?.verify(message, signature) ?? null,
        )
        expect(new Set(answers).size).toBe(1)
        expect(hasPointForm(key)).toBe(key.length === 65 && key[0] === 4)
        if (signature.length !== 64) expect(hasSignatureForm(signature)).toBe(false)
        else if (hasSignatureForm(signature)) {
          expect(hasSignatureForm(otherS(signature))).toBe(false)
          expect(withLowS(otherS(signature))).toEqual(signature)
          expect(withLowS(signature)).toEqual(signature)
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** r ‖ n − s. */
function otherS(signature: Uint8Array): Uint8Array {
  const s = signature.subarray(32).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  const changed = Uint8Array.from(signature)
  for (let at = 63, rest = p256Order - s; at >= 32; at--, rest >>= 8n) changed[at] = Number(rest & 0xffn)
  return changed
}
