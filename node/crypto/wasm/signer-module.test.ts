/** What the signer leaves behind: nothing, and what it takes: no more memory than at the start. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { invariant } from '../../core/node-error.ts'
import { seededRng } from '../../core/rng.ts'
import { createNobleSignatureBackend } from '../backends/noble.ts'
import { type MlDsaSuite, mlDsaSuites } from '../suites.ts'
import { createSignerModule, type SignerModule } from './signer-module.ts'
import { expandedSeedOf, modulo, privatePolynomial, transformByDefinition } from './testing/by-definition.ts'
import { parameterSets } from './testing/load-parts.ts'
import { pageBytes, type WebAssemblyMemory, webAssembly } from './web-assembly.ts'

const noble = createNobleSignatureBackend()
const suites = mlDsaSuites
const noContext = new Uint8Array(0)
const message = seededRng(1).bytes(300)
const seed = seededRng(2).bytes(32)
const random = seededRng(3).bytes(32)
const memoryBytes = 3 * pageBytes

interface Watched {
  readonly module: SignerModule
  readonly memory: WebAssemblyMemory
  /** All memory as it was made, and as it was when each named function returned last. */
  readonly atStart: Uint8Array
  readonly during: Map<string, Uint8Array>
  /** Name of an exported function that fails once it has done its work. */
  failing: string | undefined
}

type Exports = Readonly<Record<string, unknown>>

/** A module whose memory can be looked at, between its steps too. */
function watchedModule(maxAttempts?: number): Watched {
  const real = webAssembly()
  invariant(real !== undefined, 'there is WebAssembly here')
  const during = new Map<string, Uint8Array>()
  const memories: WebAssemblyMemory[] = []
  const watched: { failing: string | undefined } = { failing: undefined }
  const contents = (): Uint8Array => new Uint8Array((memories[0] as WebAssemblyMemory).buffer)
  class WatchedMemory extends real.Memory {
    constructor(pages: { readonly initial: number; readonly maximum: number }) {
      super(pages)
      memories.push(this)
    }
  }
  class WatchedInstance {
    readonly exports: Exports
    constructor(module: object, imports: Readonly<Record<string, Exports>>) {
      invariant(real !== undefined, 'there is WebAssembly here')
      const { exports } = new real.Instance(module, imports)
      const named = Object.entries(exports).map(([name, value]): [string, unknown] => {
        if (typeof value !== 'function') return [name, value]
        const watching = (...values: unknown[]): unknown => {
          const result: unknown = Reflect.apply(value, undefined, values)
          during.set(name, contents().slice())
          if (watched.failing === name) throw new Error('a trap')
          return result
        }
        return [name, watching]
      })
      this.exports = Object.fromEntries(named)
    }
  }
  vi.stubGlobal('WebAssembly', Object.assign(Object.create(real), { Memory: WatchedMemory, Instance: WatchedInstance }))
  const created = createSignerModule(maxAttempts === undefined ? {} : { maxAttempts })
  if (!created.ok) throw new Error(created.error.reason)
  expect(memories).toHaveLength(1)
  return Object.assign(watched, {
    module: created.value,
    memory: memories[0] as WebAssemblyMemory,
    atStart: contents().slice(),
    during,
  })
}

function openModule(): SignerModule {
  const created = createSignerModule()
  if (!created.ok) throw new Error(created.error.reason)
  return created.value
}

/** What must not be found afterwards, by name. */
function secretsOf(suite: MlDsaSuite, bytes: Uint8Array): Map<string, boolean> {
  const parameters = parameterSets.find(({ level }) => suite === `ML-DSA-${level}`)
  invariant(parameters !== undefined, 'every suite has parameters')
  const { k, l, eta } = parameters
  const { privateSeed, signingSeed } = expandedSeedOf(seed, parameters)
  const found = new Map<string, boolean>()
  const memory = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const look = (name: string, secret: Uint8Array): void => {
    found.set(name, memory.includes(Buffer.from(secret)))
  }
  look('seed', seed)
  look('private seed', privateSeed)
  look('signing seed', signingSeed)
  look('random bytes', random)
  look('message', message)
  const words = new Int32Array(bytes.slice().buffer)
  for (let index = 0; index < l + k; index++) {
    const polynomial = privatePolynomial(privateSeed, index, eta)
    const transformed = transformByDefinition(polynomial)
    const name = index < l ? `s1[${index}]` : `s2[${index - l}]`
    const isAnywhere = (sought: readonly number[]): boolean =>
      // Sixteen coefficients are enough to know it by.
      words.some((_, at) => sought.slice(0, 16).every((value, offset) => modulo(words[at + offset] ?? -1) === value))
    found.set(name, isAnywhere(polynomial.map(modulo)) || isAnywhere(transformed))
  }
  return found
}

const namesFound = (found: Map<string, boolean>): string[] => [...found].flatMap(([name, is]) => (is ? [name] : []))

afterEach(() => vi.unstubAllGlobals())

describe.each(suites)('the memory of the signer, %s', (suite) => {
  it('holds seed, s1 and s2 while it signs, which the search finds, and nothing of them afterwards', () => {
    const { module, memory, atStart, during } = watchedModule()
    const signature = module.sign(suite, seed, message, { random, context: noContext })
    const publicKey = module.publicKeyOf(suite, seed)
    expect(noble.verify(suite, publicKey, message, signature)).toBe(true)

    const signing = secretsOf(suite, during.get('sign') as Uint8Array)
    expect([...signing].filter(([, is]) => !is)).toEqual([])
    const after = new Uint8Array(memory.buffer)
    expect(namesFound(secretsOf(suite, after))).toEqual([])
    expect(Buffer.compare(after, atStart)).toBe(0)
  })

  it('is as at the start when no attempt gave a signature', () => {
    const { module, memory, atStart, during } = watchedModule(1)
    const text = Uint8Array.from(message)
    let failures = 0
    for (let round = 0; round < 20; round++) {
      text[0] = round
      try {
        module.sign(suite, seed, text, { random, context: noContext })
      } catch (error) {
        expect(error).toMatchObject({ code: 'SIGNATURE_FAULT' })
        failures += 1
        expect(Buffer.from(during.get('sign') as Uint8Array).includes(Buffer.from(seed))).toBe(true)
      }
      expect(Buffer.compare(new Uint8Array(memory.buffer), atStart)).toBe(0)
    }
    expect(failures).toBeGreaterThan(0)
    expect(failures).toBeLessThan(20)
  })

  it.each(['expandSeed', 'beginMessage', 'absorbMessage', 'sign'])('is as at the start when %s fails', (name) => {
    const watched = watchedModule()
    watched.failing = name
    expect(() => watched.module.sign(suite, seed, message, { random, context: noContext })).toThrow('a trap')
    expect(Buffer.from(watched.during.get(name) as Uint8Array).includes(Buffer.from(seed))).toBe(true)
    expect(Buffer.compare(new Uint8Array(watched.memory.buffer), watched.atStart)).toBe(0)
  })

  it('does not grow, and cannot', () => {
    const { module, memory } = watchedModule()
    const { buffer } = memory
    for (let round = 0; round < 50; round++) {
      module.sign(suite, seed, message.subarray(round), { random, context: noContext })
    }
    expect(memory.buffer).toBe(buffer)
    expect(buffer.byteLength).toBe(memoryBytes)
    expect(() => memory.grow(1)).toThrow(RangeError)
  })
})

describe('createSignerModule', () => {
  it('takes messages and contexts of every length around its buffer of 16 KiB', () => {
    const module = openModule()
    const text = seededRng(4).bytes(40_000)
    const key = noble.openSigningKey('ML-DSA-44', seed)
    for (const contextBytes of [0, 1, 255]) {
      const context = text.subarray(0, contextBytes)
      const room = 16_384 - 2 - contextBytes
      for (const length of [0, 1, room - 1, room, room + 1, room + 16_384, room + 16_385, 40_000]) {
        const long = text.subarray(0, length)
        const signature = module.sign('ML-DSA-44', seed, long, { random: new Uint8Array(32), context })
        expect(Buffer.compare(signature, key.sign(long, { context, deterministic: true }))).toBe(0)
      }
    }
  })

  it('leaves what it is given untouched', () => {
    const module = openModule()
    const given = { seed: seed.slice(), message: message.slice(), random: random.slice() }
    module.sign('ML-DSA-65', given.seed, given.message, { random: given.random, context: noContext })
    expect(given).toEqual({ seed, message, random })
  })

  it('gives results that are copies', () => {
    const module = openModule()
    const first = module.sign('ML-DSA-65', seed, message, { random, context: noContext })
    const kept = first.slice()
    const publicKey = module.publicKeyOf('ML-DSA-65', seed)
    module.sign('ML-DSA-87', random, message, { random: seed, context: noContext })
    expect(first).toEqual(kept)
    expect(publicKey).toEqual(noble.keygen('ML-DSA-65', seed).publicKey)
  })

  it('stops at lengths that its caller must have refused', () => {
    const module = openModule()
    const options = { random, context: noContext }
    expect(() => module.publicKeyOf('ML-DSA-65', seed.subarray(1))).toThrow(/32 bytes/)
    expect(() => module.sign('ML-DSA-65', seed.subarray(1), message, options)).toThrow(/32 bytes/)
    expect(() => module.sign('ML-DSA-65', seed, message, { ...options, random: seed.subarray(1) })).toThrow(/random/)
    expect(() => module.sign('ML-DSA-65', seed, message, { ...options, context: new Uint8Array(256) })).toThrow(/255/)
  })

  it('is reported, not thrown, where the engine lacks something', () => {
    const reasonOf = (stub: object | undefined): string => {
      vi.stubGlobal('WebAssembly', stub)
      const created = createSignerModule()
      return created.ok ? 'available' : created.error.reason
    }
    const real = webAssembly() ?? null
    expect(reasonOf(undefined)).toBe('there is no WebAssembly here')
    expect(reasonOf(Object.assign(Object.create(real), { validate: () => false }))).toBe('WebAssembly has no SIMD here')
    const Module = class {
      constructor() {
        throw new Error('forbidden by the content policy')
      }
    }
    expect(reasonOf(Object.assign(Object.create(real), { Module }))).toMatch(/refused the signer: forbidden/)
  })
})
