/**
 * The signing cases of Wycheproof that give the message representative µ, which no interface of ours takes: straight to
 * the signer's core. They hold the keys and messages that need many attempts, and the ends of its bounds.
 */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../core/bytes.ts'
import { limits } from '../limits.ts'
import { signatureSuites } from '../suites.ts'
import { type LoadedParts, loadParts } from './testing/load-parts.ts'

interface VectorFile {
  readonly testGroups: readonly {
    readonly privateSeed: string
    readonly publicKey: string
    readonly tests: readonly {
      readonly tcId: number
      readonly mu?: string
      readonly msg?: string
      readonly sig: string
    }[]
  }[]
}

let loaded: LoadedParts
beforeAll(async () => {
  loaded = await loadParts()
})

describe.each([
  { level: 44, suite: 'ML-DSA-44', cases: 8 },
  { level: 65, suite: 'ML-DSA-65', cases: 17 },
  { level: 87, suite: 'ML-DSA-87', cases: 17 },
] as const)('$suite', ({ level, suite, cases }) => {
  it('signs every µ of the file as it says', () => {
    const { parts, bytesAt } = loaded
    const file = new URL(`../vectors/wycheproof/mldsa_${level}_sign_seed_test.json`, import.meta.url)
    const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as VectorFile
    const { publicKeyBytes, signatureBytes } = signatureSuites[suite]
    let run = 0
    for (const { privateSeed, publicKey, tests } of testGroups) {
      for (const { mu, msg, sig } of tests) {
        if (mu === undefined || msg !== undefined) continue
        parts.chooseParameters(level)
        bytesAt(parts.seedBuffer.value, 32).set(fromHex(privateSeed) as Uint8Array)
        parts.expandSeed()
        expect(toHex(bytesAt(parts.publicKeyBuffer.value, publicKeyBytes).slice())).toBe(publicKey)
        bytesAt(parts.mu.value, 64).set(fromHex(mu) as Uint8Array)
        bytesAt(parts.randomBuffer.value, 32).fill(0)
        expect(parts.signRepresentative(limits.maxSigningAttempts)).toBeGreaterThan(0)
        expect(toHex(bytesAt(parts.signatureBuffer.value, signatureBytes).slice())).toBe(sig)
        run += 1
      }
    }
    expect(run).toBe(cases)
  })
})
