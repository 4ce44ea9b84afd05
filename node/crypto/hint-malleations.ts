/**
 * Other encodings of a signature's hint that a careless decoder reads as the same hint. A verifier that accepts one
 * lets anybody change a valid signature without its key, so each must be refused (FIPS 204 §7.1, algorithm 21).
 *
 * The hint stands at the end: ω bytes of positions, those of one polynomial after those of the one before, each run
 * strictly increasing, zeros after the last; then k bytes with the end of each polynomial's run.
 */
import type { MlDsaSuite } from './suites.ts'

/** ω and k of FIPS 204 §4, table 1. */
const hintShapes: Readonly<Record<MlDsaSuite, { readonly maxHints: number; readonly polynomials: number }>> = {
  'ML-DSA-44': { maxHints: 80, polynomials: 4 },
  'ML-DSA-65': { maxHints: 55, polynomials: 6 },
  'ML-DSA-87': { maxHints: 75, polynomials: 8 },
}

export interface Malleation {
  readonly name: 'out of order' | 'repeated' | 'with bytes after the last'
  readonly signature: Uint8Array
}

/** @param signature valid, with two positions in one polynomial and two unused bytes at least (most are so); else fewer come back */
export function hintMalleations(suite: MlDsaSuite, signature: Uint8Array): Malleation[] {
  const { maxHints, polynomials } = hintShapes[suite]
  const start = signature.length - maxHints - polynomials
  const endOf = (polynomial: number): number => signature[start + maxHints + polynomial] as number
  const used = endOf(polynomials - 1)
  const malleations: Malleation[] = []
  const add = (name: Malleation['name'], change: (hint: Uint8Array) => void): void => {
    const changed = Uint8Array.from(signature)
    change(changed.subarray(start))
    malleations.push({ name, signature: changed })
  }

  for (let polynomial = 0, from = 0; polynomial < polynomials; from = endOf(polynomial), polynomial++) {
    if (endOf(polynomial) - from < 2) continue
    add('out of order', (hint) => hint.subarray(from, from + 2).reverse())
    break
  }
  if (used < maxHints && used > 0) {
    const last = used - 1
    add('repeated', (hint) => {
      hint[used] = hint[last] as number
      // The runs that end with the last position now end one later.
      for (let i = 0; i < polynomials; i++) if (hint[maxHints + i] === used) hint[maxHints + i] = used + 1
    })
    add('with bytes after the last', (hint) => {
      hint[maxHints - 1] = 1
    })
  }
  return malleations
}
