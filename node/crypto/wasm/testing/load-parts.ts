/** The parts of the verifier and the signer (assembly/testing/parts.ts), compiled and with memory to try them on. */
import { fileURLToPath } from 'node:url'
import { webAssembly } from '../web-assembly.ts'
import { compileAssembly } from './compile-assembly.ts'

export interface Parts {
  chooseParameters(level: number): void
  expandMatrix(rho: number, matrix: number): void
  isHintCanonical(encoded: number): number
  applyHints(w: number, w1: number, encoded: number, row: number): void
  absorb(from: number, bytes: number): void
  finish(): void
  permute(): void
  reset(): void
  inverseTransform(polynomial: number): void
  transform(polynomial: number): void
  packW1(polynomial: number, to: number): number
  unpackT1(from: number, polynomial: number): void
  unpackZ(from: number, polynomial: number): number
  sampleInBall(seed: number, polynomial: number): void
  approximateRow(key: number, row: number): void
  multiplyOne(a: number, b: number, to: number): void
  multiplyRow(row: number, vector: number, columns: number, to: number): void
  packT1(polynomial: number, to: number): void
  packZ(polynomial: number, to: number): void
  addSmall(to: number, product: number, bound: number): number
  addToProduct(product: number, w: number, bound: number): number
  makeHints(r: number, w1: number, positions: number, count: number): number
  roundPowerOfTwo(product: number, secret: number, low: number): void
  subtractAndSplit(w: number, product: number, w1: number, bound: number): number
  sampleMask(index: number, polynomial: number): void
  samplePrivate(seed: number, index: number, polynomial: number): void
  expandSeed(): void
  signRepresentative(maxAttempts: number): number
  readonly mu: { readonly value: number }
  readonly publicKeyBuffer: { readonly value: number }
  readonly randomBuffer: { readonly value: number }
  readonly seedBuffer: { readonly value: number }
  readonly signatureBuffer: { readonly value: number }
  readonly maskSeed: { readonly value: number }
  readonly sponge: { readonly value: number }
  readonly challenge: { readonly value: number }
  readonly wPolynomial: { readonly value: number }
  readonly zVector: { readonly value: number }
  readonly heapStart: { readonly value: number }
}

export const q = 8_380_417
export const n = 256

/** FIPS 204 §4, table 1. */
export const parameterSets = [
  { level: 44, k: 4, l: 4, tau: 39, eta: 2, gamma1: 1 << 17, gamma2: (q - 1) / 88, omega: 80, challengeBytes: 32 },
  { level: 65, k: 6, l: 5, tau: 49, eta: 4, gamma1: 1 << 19, gamma2: (q - 1) / 32, omega: 55, challengeBytes: 48 },
  { level: 87, k: 8, l: 7, tau: 60, eta: 2, gamma1: 1 << 19, gamma2: (q - 1) / 32, omega: 75, challengeBytes: 64 },
] as const

export interface LoadedParts {
  readonly parts: Parts
  /** Addresses with room for a polynomial each, and for a whole expanded key. */
  readonly a: number
  readonly b: number
  readonly c: number
  readonly key: number
  polynomialAt(address: number): Int32Array
  bytesAt(address: number, length: number): Uint8Array
}

export async function loadParts(): Promise<LoadedParts> {
  const root = fileURLToPath(new URL('../../../..', import.meta.url))
  const binary = await compileAssembly('node/crypto/wasm/assembly/testing/parts.ts', root)
  const api = webAssembly()
  if (api === undefined) throw new Error('there is no WebAssembly here')
  const memory = new api.Memory({ initial: 8, maximum: 8 })
  const parts = new api.Instance(new api.Module(binary), { env: { memory } }).exports as unknown as Parts
  const a = parts.heapStart.value
  // A polynomial and what a load may reach past it.
  const roomBytes = 1_040
  return {
    parts,
    a,
    b: a + roomBytes,
    c: a + 2 * roomBytes,
    key: a + 3 * roomBytes,
    polynomialAt: (address) => new Int32Array(memory.buffer, address, n),
    bytesAt: (address, length) => new Uint8Array(memory.buffer, address, length),
  }
}
