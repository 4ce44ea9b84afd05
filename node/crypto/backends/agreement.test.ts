/** All backends give the same answer to every signature, and the right one: valid, changed anywhere, cut, malleated. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRng } from '../../core/rng.ts'
import { hintMalleations } from '../hint-malleations.ts'
import { type MlDsaSuite, mlDsaSuites, signatureSuites } from '../suites.ts'
import type { SignatureBackend } from '../types.ts'
import { createNobleSignatureBackend } from './noble.ts'
import { createNodeSignatureBackend } from './node-crypto.ts'
import { createWasmSignatureBackend } from './wasm.ts'

const noble = createNobleSignatureBackend()
const backends: SignatureBackend[] = [noble]
for (const created of [createNodeSignatureBackend(), createWasmSignatureBackend(noble)]) {
  if (created.ok) backends.push(created.value)
}
const suites = mlDsaSuites

interface Signed {
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** A change, by numbers that pick where and what. */
type Change = (signed: Signed, pick: number, suite: MlDsaSuite) => Signed

const flipped = (bytes: Uint8Array, pick: number): Uint8Array => {
  const changed = Uint8Array.from(bytes)
  const at = (pick >> 3) % bytes.length
  changed[at] = (changed[at] as number) ^ (1 << (pick & 7))
  return changed
}
const replaced = (bytes: Uint8Array, from: number, length: number, pick: number): Uint8Array => {
  const changed = Uint8Array.from(bytes)
  changed.set(seededRng(pick).bytes(length), from)
  return changed
}
/** ω + k: bytes of the encoded hint. */
const hintBytes = { 'ML-DSA-44': 84, 'ML-DSA-65': 61, 'ML-DSA-87': 83 } as const
const challengeBytes = { 'ML-DSA-44': 32, 'ML-DSA-65': 48, 'ML-DSA-87': 64 } as const

const changes: Readonly<Record<string, Change>> = {
  'a bit of the signature': (signed, pick) => ({ ...signed, signature: flipped(signed.signature, pick) }),
  'a bit of the key': (signed, pick) => ({ ...signed, publicKey: flipped(signed.publicKey, pick) }),
  'a bit of the message': (signed, pick) => ({ ...signed, message: flipped(signed.message, pick) }),
  'the end of the signature': (signed, pick) => ({
    ...signed,
    signature: signed.signature.subarray(0, pick % signed.signature.length),
  }),
  'a byte after the signature': (signed, pick) => ({
    ...signed,
    signature: Uint8Array.of(...signed.signature, pick & 255),
  }),
  'the end of the key': (signed, pick) => ({
    ...signed,
    publicKey: signed.publicKey.subarray(0, pick % signed.publicKey.length),
  }),
  'the challenge, any other': (signed, pick, suite) => ({
    ...signed,
    signature: replaced(signed.signature, 0, challengeBytes[suite], pick),
  }),
  'four bytes of the response': (signed, pick, suite) => ({
    ...signed,
    signature: replaced(
      signed.signature,
      challengeBytes[suite] + (pick % (signed.signature.length - hintBytes[suite] - challengeBytes[suite] - 4)),
      4,
      pick,
    ),
  }),
  'a byte of the hint': (signed, pick, suite) => {
    const { signature } = signed
    const at = signature.length - hintBytes[suite] + (pick % hintBytes[suite])
    // Other than it was, small for the most part: so are positions and ends.
    const changed = Uint8Array.from(signature)
    changed[at] = ((signature[at] as number) + 1 + ((pick >> 8) % 16)) & 255
    return { ...signed, signature: changed }
  },
  'the hint, none': (signed, _pick, suite) => ({
    ...signed,
    signature: Uint8Array.from(signed.signature).fill(0, signed.signature.length - hintBytes[suite]),
  }),
}

describe.each(suites)('%s', (suite) => {
  const rng = seededRng(signatureSuites[suite].wire)
  const signed: Signed[] = Array.from({ length: 12 }, (_, index) => {
    const key = noble.openSigningKey(suite, rng.bytes(32))
    const message = rng.bytes(1 + 40 * index)
    return { publicKey: key.publicKey, message, signature: key.sign(message) }
  })
  const answers = ({ publicKey, message, signature }: Signed): Record<string, boolean> =>
    Object.fromEntries(backends.map((backend) => [backend.name, backend.verify(suite, publicKey, message, signature)]))
  const all = (answer: boolean): Record<string, boolean> =>
    Object.fromEntries(backends.map(({ name }) => [name, answer]))

  it('is compared between three backends where node:crypto has it, and never without WebAssembly', () => {
    expect(backends.map(({ name }) => name)).toEqual(expect.arrayContaining(['noble', 'wasm']))
  })

  it('valid signatures are valid to all', () => {
    for (const sample of signed) expect(answers(sample)).toEqual(all(true))
  })

  it('of another key, or over another message, to none', () => {
    signed.forEach((sample, index) => {
      const other = signed[(index + 1) % signed.length] as Signed
      expect(answers({ ...sample, publicKey: other.publicKey })).toEqual(all(false))
      expect(answers({ ...sample, message: other.message })).toEqual(all(false))
    })
  })

  it.each(Object.entries(changes))('with %s changed, to none (property)', (_name, change) => {
    fc.assert(
      fc.property(fc.nat(signed.length - 1), fc.nat(0xff_ffff), (index, pick) => {
        const sample = signed[index] as Signed
        const changed = change(sample, pick, suite)
        expect(answers(changed)).toEqual(all(false))
      }),
      { seed: 17, numRuns: 40 },
    )
  })

  it('other encodings of the hint, to none', () => {
    const malleated = signed.flatMap((sample) =>
      hintMalleations(suite, sample.signature).map(({ signature }) => ({ ...sample, signature })),
    )
    expect(malleated.length).toBeGreaterThan(signed.length)
    for (const sample of malleated) expect(answers(sample)).toEqual(all(false))
  })
})
