import { describe, expect, it } from 'vitest'
import { type Validator, validatorSetHash } from '../consensus/index.ts'
import { validatorIdOf } from '../ledger/index.ts'
import { keepValidatorSet, keptValidatorSet } from './validator-sets.ts'

const validator = (seed: number, stakeMicroRuv: bigint): Validator => {
  const publicKey = new Uint8Array(1_952).fill(seed)
  return { id: validatorIdOf(publicKey), publicKey, stakeMicroRuv }
}

function memory() {
  const values = new Map<string, Uint8Array>()
  return {
    values,
    write: { setMeta: async (key: string, value: Uint8Array) => void values.set(key, value) },
    read: { meta: async (key: string) => values.get(key) ?? null },
  }
}

describe('sets of validators', () => {
  const set = [validator(1, 5n), validator(2, 7n)]
  const hash = validatorSetHash(set)

  it('come back by the hash that checkpoints name, in any order they were given', async () => {
    const { read, write, values } = memory()
    await keepValidatorSet(write, set)
    await keepValidatorSet(write, set)
    expect(values.size).toBe(1)
    const kept = await keptValidatorSet(read, hash)
    expect(kept).toEqual(set)
    expect(validatorSetHash([...(kept ?? [])].reverse())).toEqual(hash)
  })

  it('are nothing where they were not kept, or are damaged', async () => {
    const { read, write, values } = memory()
    expect(await keptValidatorSet(read, hash)).toBeNull()
    await keepValidatorSet(write, set)
    for (const key of values.keys()) values.set(key, Uint8Array.of(0x80))
    expect(await keptValidatorSet(read, hash)).toBeNull()
  })
})
