import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxU64 } from '../core/amount.ts'
import { toHex } from '../core/bytes.ts'
import { signatureSuites } from '../crypto/suites.ts'
import {
  chainIdOf,
  checkGenesis,
  decodeGenesis,
  encodeGenesis,
  type Genesis,
  genesisSupply,
  validatorIdOf,
} from './genesis.ts'
import { ledgerLimits } from './limits.ts'
import type { NetworkParameters } from './parameters.ts'
import { accountOf, genesisState, isConserved, stateRoot } from './state.ts'
import { testAccount, testGenesis } from './test-support.ts'

const [alice, bob] = [testAccount(1), testAccount(2)]
const genesis = testGenesis([
  [alice, 5_000_000n],
  [bob, 7n],
])
const [validator] = genesis.validators as [Genesis['validators'][number]]

function withParameters(parameters: Partial<NetworkParameters>, overrides: Partial<Genesis> = {}): Genesis {
  return { ...genesis, ...overrides, parameters: { ...genesis.parameters, ...parameters } }
}

function codeOf(candidate: Genesis): string {
  const decoded = decodeGenesis(encodeGenesis(candidate))
  const code = decoded.ok ? 'ok' : decoded.error.code
  const checked = checkGenesis(candidate)
  if (code !== 'ENCODING_SCHEMA') expect(checked.ok ? 'ok' : checked.error.code).toBe(code)
  return code
}

describe('genesis', () => {
  it('is read back as it was written, under the same chain id', () => {
    const decoded = decodeGenesis(encodeGenesis(genesis))
    expect(decoded).toEqual({ ok: true, value: genesis })
    expect(decoded.ok && toHex(chainIdOf(decoded.value))).toBe(toHex(chainIdOf(genesis)))
  })

  it('another chain id with any field changed', () => {
    const variants: readonly Genesis[] = [
      genesis,
      { ...genesis, kind: 'test' },
      { ...genesis, kind: 'main' },
      { ...genesis, name: 'test ' },
      { ...genesis, salt: new Uint8Array(32).fill(9) },
      { ...genesis, startTimeMs: genesis.startTimeMs + 1 },
      { ...genesis, validators: [{ ...validator, stakeMicroRuv: validator.stakeMicroRuv + 1n }] },
      { ...genesis, validators: [{ ...validator, publicKey: validator.publicKey.map((byte) => byte ^ 1) }] },
      { ...genesis, validators: [validator, { ...validator, publicKey: validator.publicKey.map((byte) => byte ^ 1) }] },
      { ...genesis, allocations: [] },
      { ...genesis, allocations: [...genesis.allocations].reverse() },
      { ...genesis, allocations: genesis.allocations.map((one) => ({ ...one, balanceMicroRuv: 1n })) },
      {
        ...genesis,
        allocations: genesis.allocations.map((one, i) => (i === 0 ? { ...one, account: testAccount(3).id } : one)),
      },
      ...(Object.keys(genesis.parameters) as (keyof NetworkParameters)[]).map((name) => {
        const value = genesis.parameters[name]
        return withParameters({ [name]: typeof value === 'bigint' ? value + 1n : value + 1 })
      }),
    ]
    const ids = variants.map((variant) => toHex(chainIdOf(variant)))
    expect(new Set(ids).size).toBe(variants.length)
  })

  it('any changed byte of the file is refused or gives another chain id (property)', () => {
    const bytes = encodeGenesis(genesis)
    const chainId = toHex(chainIdOf(genesis))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
        const changed = bytes.map((byte, index) => (index === at ? byte ^ difference : byte))
        const decoded = decodeGenesis(changed)
        if (decoded.ok) expect(toHex(chainIdOf(decoded.value))).not.toBe(chainId)
      }),
      { seed: 1, numRuns: 2_000 },
    )
  })

  it.each<[string, Genesis]>([
    ['a faucet on a test network', { ...genesis, kind: 'test' }],
    ['a faucet on the main network', withParameters({ faucetCapMicroRuv: 1n }, { kind: 'main' })],
    ['no time between checkpoints', withParameters({ checkpointIntervalMs: 0 })],
    ['a validator without stake', { ...genesis, validators: [{ ...validator, stakeMicroRuv: 0n }] }],
    ['a validator named twice', { ...genesis, validators: [validator, { ...validator, stakeMicroRuv: 9n }] }],
    [
      'an account named twice',
      { ...genesis, allocations: [...genesis.allocations, { account: bob.id, balanceMicroRuv: 1n }] },
    ],
    [
      'an allocation to an account nobody can own',
      { ...genesis, allocations: [{ account: new Uint8Array(33).fill(1), balanceMicroRuv: 1n }] },
    ],
    ['one µrUv more than 2^64 − 1', withParameters({ faucetCapMicroRuv: maxU64 - genesisSupply(genesis) + 1n })],
  ])('%s is GENESIS_INVALID', (_, candidate) => expect(codeOf(candidate)).toBe('GENESIS_INVALID'))

  it('takes 2^64 − 1 µrUv in all, and a network without a faucet', () => {
    expect(codeOf(withParameters({ faucetCapMicroRuv: maxU64 - genesisSupply(genesis) }))).toBe('ok')
    expect(codeOf(withParameters({ faucetCapMicroRuv: 0n }, { kind: 'main' }))).toBe('ok')
  })

  it.each<[string, Genesis]>([
    ['no validator', { ...genesis, validators: [] }],
    [
      'a validator key of another length',
      { ...genesis, validators: [{ ...validator, publicKey: new Uint8Array(1_951) }] },
    ],
    ['a name of 33 bytes', { ...genesis, name: 'n'.repeat(33) }],
    ['a salt of 31 bytes', { ...genesis, salt: new Uint8Array(31) }],
    ['an account of 32 bytes', { ...genesis, allocations: [{ account: new Uint8Array(32), balanceMicroRuv: 1n }] }],
    ['one allocation too many', { ...genesis, allocations: manyAllocations(ledgerLimits.maxGenesisAllocations + 1) }],
  ])('%s is ENCODING_SCHEMA', (_, candidate) => expect(codeOf(candidate)).toBe('ENCODING_SCHEMA'))

  it('takes as many validators and allocations as it may', () => {
    const validators = Array.from({ length: ledgerLimits.maxGenesisValidators }, (_, index) => {
      const publicKey = new Uint8Array(signatureSuites['ML-DSA-65'].publicKeyBytes)
      new DataView(publicKey.buffer).setUint32(0, index)
      return { publicKey, stakeMicroRuv: 1n }
    })
    const allocations = manyAllocations(ledgerLimits.maxGenesisAllocations)
    const largest = { ...genesis, name: 'n'.repeat(32), validators, allocations }
    expect(encodeGenesis(largest).length).toBeLessThanOrEqual(ledgerLimits.maxGenesisBytes)
    expect(codeOf(largest)).toBe('ok')
  })

  it('a file over the limit is refused unread', () => {
    expect(decodeGenesis(new Uint8Array(ledgerLimits.maxGenesisBytes + 1))).toMatchObject({
      error: { code: 'ENCODING_TOO_LONG' },
    })
  })
})

describe('the state a genesis gives', () => {
  it('holds its allocations and stakes, and balances', () => {
    const state = genesisState(genesis)
    expect(accountOf(state, alice.id).balanceMicroRuv).toBe(5_000_000n)
    expect(state.totals).toEqual({
      genesisMicroRuv: 6_000_007n,
      mintedMicroRuv: 0n,
      burnedMicroRuv: 0n,
      stakedMicroRuv: 1_000_000n,
    })
    expect([state.commitIndex, state.commitTimeMs, isConserved(state)]).toEqual([0, genesis.startTimeMs, true])
  })

  it('does not depend on the order of allocations, and has no entry for an empty one', () => {
    const reversed = { ...genesis, allocations: [...genesis.allocations].reverse() }
    const padded = {
      ...genesis,
      allocations: [...genesis.allocations, { account: testAccount(3).id, balanceMicroRuv: 0n }],
    }
    const root = toHex(stateRoot(genesisState(genesis)))
    expect(toHex(stateRoot(genesisState(reversed)))).toBe(root)
    expect(toHex(stateRoot(genesisState(padded)))).toBe(root)
    expect(toHex(stateRoot(genesisState(testGenesis([[alice, 5_000_001n]]))))).not.toBe(root)
  })
})

it('a validator id is the hash of its suite and key', () => {
  const other = validator.publicKey.map((byte) => byte ^ 1)
  expect(toHex(validatorIdOf(validator.publicKey))).not.toBe(toHex(validatorIdOf(other)))
  expect(validatorIdOf(validator.publicKey).length).toBe(32)
})

function manyAllocations(count: number): Genesis['allocations'] {
  return Array.from({ length: count }, (_, index) => {
    const account = new Uint8Array(33)
    new DataView(account.buffer).setUint32(1, index)
    return { account, balanceMicroRuv: 1n }
  })
}
