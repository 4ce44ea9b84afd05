import { describe, expect, it } from 'vitest'
import { NodeError } from '../../core/node-error.ts'
import { seededRng } from '../../core/rng.ts'
import { knownAnswers } from './known-answers.ts'
import { noblePrimitives } from './noble-primitives.ts'
import { createNodePrimitives } from './node-primitives.ts'
import type { ChannelCipher, ChannelPrimitives } from './primitives.ts'
import { selectPrimitives } from './select-primitives.ts'
import { createWasmCipher } from './wasm-cipher.ts'

const names = Object.keys(knownAnswers) as (keyof ChannelPrimitives)[]
const nodePrimitives = createNodePrimitives() as ChannelPrimitives
const wasmCipher = createWasmCipher() as ChannelCipher

describe.each([
  { platform: 'node:crypto', primitives: nodePrimitives },
  { platform: 'noble', primitives: noblePrimitives },
  { platform: 'WebAssembly and noble', primitives: { ...noblePrimitives, ...wasmCipher } },
])('primitives of $platform', ({ primitives }) => {
  it.each(names)('%s gives the answer of its standard', (name) => {
    expect(knownAnswers[name](primitives)).toBe(true)
  })
})

describe('the implementations', () => {
  it('agree on what they seal, open and agree on', () => {
    const rng = seededRng(5)
    for (const length of [0, 1, 63, 64, 65, 1_200, 2_048, 2_049, 65_519]) {
      const [key, nonce, data, plaintext] = [
        rng.bytes(32),
        rng.bytes(12),
        rng.bytes(length % 2 === 0 ? 32 : 0),
        rng.bytes(length),
      ]
      const sealed = nodePrimitives.seal(key, nonce, data, plaintext)
      expect(Buffer.from(noblePrimitives.seal(key, nonce, data, plaintext)).equals(sealed)).toBe(true)
      expect(Buffer.from(noblePrimitives.open(key, nonce, data, sealed)!).equals(plaintext)).toBe(true)
      expect(Buffer.from(nodePrimitives.open(key, nonce, data, sealed)!).equals(plaintext)).toBe(true)
      expect(Buffer.from(wasmCipher.seal(key, nonce, data, plaintext)).equals(sealed)).toBe(true)
      expect(Buffer.from(wasmCipher.open(key, nonce, data, sealed)!).equals(plaintext)).toBe(true)
      expect(wasmCipher.open(key, nonce, rng.bytes(32), sealed)).toBeUndefined()
      for (const cipher of [nodePrimitives, noblePrimitives, wasmCipher]) {
        const roomy = cipher.seal(key, nonce, data, plaintext, 2)
        expect([roomy[0], roomy[1], Buffer.from(sealed).equals(roomy.subarray(2))]).toEqual([0, 0, true])
      }
      const [one, other] = [rng.bytes(32), rng.bytes(32)]
      const [a, b] = [nodePrimitives.openAgreementKey(one), noblePrimitives.openAgreementKey(other)]
      expect(Buffer.from(a.agree(b.publicKey)!).equals(b.agree(a.publicKey)!)).toBe(true)
    }
  })
})

describe('choosing', () => {
  it('takes all of node:crypto where it has all', () => {
    const { primitives, portable } = selectPrimitives({ node: nodePrimitives })
    expect(portable).toEqual([])
    expect(primitives.seal).toBe(nodePrimitives.seal)
  })

  it('takes the portable ones where a platform lacks or miscalculates some, and only those', () => {
    const broken: ChannelPrimitives = {
      ...nodePrimitives,
      seal: () => {
        throw new Error('Unknown cipher')
      },
      verifyEd25519: () => true,
    }
    const { primitives, portable } = selectPrimitives({ node: broken })
    expect(portable).toEqual(['seal', 'verifyEd25519'])
    expect(primitives.seal).toBe(noblePrimitives.seal)
    expect(primitives.sha256).toBe(nodePrimitives.sha256)
  })

  it('gives small frames to WebAssembly and large ones to node:crypto, or all where that has no cipher', () => {
    const calls: string[] = []
    const counted: ChannelCipher = {
      ...wasmCipher,
      seal: (...args) => {
        calls.push(`${args[3].length}`)
        return wasmCipher.seal(...args)
      },
    }
    const sealBoth = (primitives: ChannelPrimitives) => {
      calls.length = 0
      for (const length of [20, 5_000])
        primitives.seal(new Uint8Array(32), new Uint8Array(12), new Uint8Array(), new Uint8Array(length))
      return [...calls]
    }
    expect(sealBoth(selectPrimitives({ node: nodePrimitives, wasm: counted }).primitives)).toEqual(['20'])
    const browser = selectPrimitives({ wasm: counted })
    expect(sealBoth(browser.primitives)).toEqual(['20', '5000'])
    expect(browser.portable).not.toContain('seal')
  })

  it('leaves a WebAssembly alone that computes wrongly', () => {
    const wrong: ChannelCipher = { ...wasmCipher, open: () => new Uint8Array() }
    expect(selectPrimitives({ node: nodePrimitives, wasm: wrong }).primitives.seal).toBe(nodePrimitives.seal)
  })

  it.each(names)('notices a %s that computes wrongly', (name) => {
    const node = { ...nodePrimitives, [name]: () => new Uint8Array(32) } as unknown as ChannelPrimitives
    expect(selectPrimitives({ node }).portable).toEqual([name])
  })

  it('gives up where the portable one is wrong too', () => {
    const wrong = { ...noblePrimitives, sha256: () => new Uint8Array(32) }
    expect(() => selectPrimitives({ node: wrong, fallback: wrong })).toThrow(NodeError)
  })
})
