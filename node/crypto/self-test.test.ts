import { readFileSync } from 'node:fs'
import { base64 } from '@scure/base'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../core/bytes.ts'
import { createNobleKemBackend, createNobleSignatureBackend } from './backends/noble.ts'
import { createNodeKemBackend, createNodeSignatureBackend } from './backends/node-crypto.ts'
import { createWasmSignatureBackend, createWasmSigningBackend } from './backends/wasm.ts'
import { hintMalleations } from './hint-malleations.ts'
import { testKemBackend, testSignatureBackend } from './self-test.ts'
import { signatureSuites } from './suites.ts'
import type { KemBackend, SignatureBackend } from './types.ts'
import { compositeKnownAnswer } from './vectors/composite-vector.ts'
import { kemKnownAnswer, kemRejectionKnownAnswer, signatureKnownAnswers } from './vectors/self-test-vectors.ts'

const noble = createNobleSignatureBackend()
const nobleKem = createNobleKemBackend()

describe('the known answers', () => {
  const casesOf = (file: string): Record<string, unknown>[] => {
    const text = readFileSync(new URL(`./vectors/wycheproof/${file}`, import.meta.url), 'utf8')
    const { testGroups } = JSON.parse(text) as { testGroups: { tests: Record<string, unknown>[] }[] }
    return testGroups.flatMap(({ tests, ...group }) => tests.map((test) => ({ ...group, ...test })))
  }

  it('are what the Wycheproof files say', () => {
    for (const { source, seed, message, publicKey, signature } of signatureKnownAnswers) {
      expect(casesOf(source.file).find(({ tcId }) => tcId === source.tcId)).toMatchObject({
        privateSeed: seed,
        msg: message,
        publicKey: toHex(base64.decode(publicKey)),
        sig: toHex(base64.decode(signature)),
        result: 'valid',
      })
    }
    for (const { source, seed, encapsulationKey, ciphertext, sharedSecret } of [
      kemKnownAnswer,
      kemRejectionKnownAnswer,
    ]) {
      expect(casesOf(source.file).find(({ tcId }) => tcId === source.tcId)).toMatchObject({
        seed,
        ek: toHex(base64.decode(encapsulationKey)),
        c: toHex(base64.decode(ciphertext)),
        K: sharedSecret,
        result: 'valid',
      })
    }
  })

  it('cover every suite and give every malleation of the hint', () => {
    const suites = [...signatureKnownAnswers, compositeKnownAnswer].map(({ suite }) => suite)
    expect(suites).toEqual(Object.keys(signatureSuites))
    for (const { suite, signature } of signatureKnownAnswers) {
      expect(hintMalleations(suite, base64.decode(signature)).map(({ name }) => name)).toEqual([
        'out of order',
        'repeated',
        'with bytes after the last',
      ])
    }
  })
})

describe('testSignatureBackend', () => {
  const failedCheck = (changes: Partial<SignatureBackend>): string => {
    const tested = testSignatureBackend({ ...noble, ...changes })
    return tested.ok ? `passed ${tested.value.checks}` : tested.error.check
  }

  it('passes the portable backend with every check', () => {
    expect(testSignatureBackend(noble)).toEqual({ ok: true, value: { checks: 90 } })
  })

  it('passes node:crypto where it is there', (context) => {
    const node = createNodeSignatureBackend()
    if (!node.ok) return context.skip(node.error.reason)
    expect(testSignatureBackend(node.value)).toMatchObject({ ok: true })
  })

  it('passes the WebAssembly verifier over the portable signer with every check', () => {
    const wasm = createWasmSignatureBackend(noble)
    expect(wasm.ok && testSignatureBackend(wasm.value)).toEqual({ ok: true, value: { checks: 90 } })
  })

  it('passes the WebAssembly signer with every check', () => {
    const wasm = createWasmSigningBackend()
    expect(wasm.ok && testSignatureBackend(wasm.value)).toEqual({ ok: true, value: { checks: 90 } })
  })

  it('finds a verifier that accepts everything', () => {
    expect(failedCheck({ verify: () => true })).toMatch(/refuses/)
  })

  it('finds a verifier that accepts nothing', () => {
    expect(failedCheck({ verify: () => false })).toBe('ML-DSA-44 verification')
  })

  it.each([
    { lax: 'short', change: (length: number, bytes: Uint8Array) => bytes.length < length && bytes.length > 0 },
    { lax: 'long', change: (length: number, bytes: Uint8Array) => bytes.length > length },
  ])('finds a verifier that takes $lax signatures', ({ lax, change }) => {
    expect(
      failedCheck({
        verify: (suite, publicKey, message, signature, context) =>
          change(signatureSuites[suite].signatureBytes, signature) ||
          noble.verify(suite, publicKey, message, signature, context),
      }),
    ).toBe(`ML-DSA-44 refuses a ${lax} signature`)
  })

  it.each(['out of order', 'repeated', 'with bytes after the last'] as const)(
    'finds a verifier that accepts hints %s',
    (name) => {
      // Accepts exactly what a decoder without the check would: the malleations of the known answers.
      const accepted = new Set(
        signatureKnownAnswers.flatMap(({ suite, signature }) =>
          hintMalleations(suite, base64.decode(signature))
            .filter((malleation) => malleation.name === name)
            .map((malleation) => toHex(malleation.signature)),
        ),
      )
      expect(
        failedCheck({
          verify: (suite, publicKey, message, signature, context) =>
            accepted.has(toHex(signature)) || noble.verify(suite, publicKey, message, signature, context),
        }),
      ).toBe(`ML-DSA-44 refuses hints ${name}`)
    },
  )

  it.each([
    { half: 'ML-DSA', found: 'no ECDSA half', at: 3_309, bytes: 64 },
    { half: 'ECDSA', found: 'no ML-DSA half', at: 0, bytes: 3_309 },
  ])('finds a composite verifier that looks at the $half half only', ({ found, at, bytes }) => {
    const good = base64.decode(compositeKnownAnswer.signature)
    const blanked = Uint8Array.from(good)
    blanked.fill(0, at, at + bytes)
    expect(
      failedCheck({
        verify: (suite, publicKey, message, signature, context) =>
          (suite === compositeKnownAnswer.suite && toHex(signature) === toHex(blanked)) ||
          noble.verify(suite, publicKey, message, signature, context),
      }),
    ).toBe(`ML-DSA-65+P-256 refuses ${found}`)
  })

  it('finds a verifier that ignores the context', () => {
    expect(
      failedCheck({
        verify: (suite, publicKey, message, signature) => noble.verify(suite, publicKey, message, signature),
      }),
    ).toBe('ML-DSA-44 refuses another context')
  })

  it('finds wrong keys, a signer without randomness, and an exception', () => {
    expect(failedCheck({ keygen: (suite) => noble.keygen(suite, new Uint8Array(32)) })).toBe('ML-DSA-44 key generation')
    expect(
      failedCheck({ sign: (suite, seed, message) => noble.sign(suite, seed, message, { deterministic: true }) }),
    ).toBe('ML-DSA-44 hedged signing')
    expect(
      failedCheck({
        keygen: () => {
          throw new Error('out of order')
        },
      }),
    ).toBe('ML-DSA-44 key generation')
  })
})

describe('testKemBackend', () => {
  const failedCheck = (changes: Partial<KemBackend>): string => {
    const tested = testKemBackend({ ...nobleKem, ...changes })
    return tested.ok ? `passed ${tested.value.checks}` : tested.error.check
  }

  it('passes both backends', (context) => {
    expect(testKemBackend(nobleKem)).toEqual({ ok: true, value: { checks: 8 } })
    const node = createNodeKemBackend()
    if (!node.ok) return context.skip(node.error.reason)
    expect(testKemBackend(node.value)).toEqual({ ok: true, value: { checks: 8 } })
  })

  it('finds a backend without implicit rejection', () => {
    const rejected = kemRejectionKnownAnswer.seed
    expect(
      failedCheck({
        decapsulate: (seed, ciphertext) =>
          toHex(seed) === rejected ? new Uint8Array(32) : nobleKem.decapsulate(seed, ciphertext),
      }),
    ).toBe('ML-KEM-768 implicit rejection')
  })

  it('finds a backend without the modulus check', () => {
    const key = base64.decode(kemKnownAnswer.encapsulationKey)
    expect(
      failedCheck({
        encapsulate: (encapsulationKey) =>
          nobleKem.encapsulate(encapsulationKey[0] === 0xff && encapsulationKey[1] === 0xff ? key : encapsulationKey),
      }),
    ).toBe('ML-KEM-768 refuses an unreduced key')
  })

  it('finds an encapsulation without randomness', () => {
    const fixed = nobleKem.encapsulate(nobleKem.keygen(fromHex(kemKnownAnswer.seed) as Uint8Array).encapsulationKey)
    expect(failedCheck({ encapsulate: () => fixed })).toBe('ML-KEM-768 encapsulation')
  })
})
