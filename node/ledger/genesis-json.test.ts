import { describe, expect, it } from 'vitest'
import { maxU64 } from '../core/amount.ts'
import { toHex } from '../core/bytes.ts'
import { signatureSuites } from '../crypto/suites.ts'
import { accountIdBytes } from './address.ts'
import { chainIdOf } from './genesis.ts'
import { formatGenesis, parseGenesis } from './genesis-json.ts'
import { ledgerLimits } from './limits.ts'
import { testAccount, testGenesis } from './test-support.ts'

const genesis = testGenesis([
  [testAccount(1), 2n ** 60n],
  [testAccount(2), 0n],
])
const text = formatGenesis(genesis)

/** The code, for a file with one part replaced; the replacement must be there to be made. */
function codeWith(part: string, replacement: string): string {
  expect(text).toContain(part)
  const parsed = parseGenesis(text.replace(part, replacement))
  return parsed.ok ? 'ok' : parsed.error.code
}

describe('genesis file', () => {
  it('is read back as it was written', () => {
    expect(parseGenesis(text)).toEqual({ ok: true, value: genesis })
    expect(JSON.parse(text).chainId).toBe(toHex(chainIdOf(genesis)))
    expect(text.endsWith('}\n')).toBe(true)
  })

  it.each([
    ['a chain id of another genesis', toHex(chainIdOf(genesis)), '00'.repeat(32)],
    ['a chain id left out', '"chainId"', '"chain"'],
    ['an amount that was edited', `"${2n ** 60n}"`, `"${2n ** 60n + 1n}"`],
    ['an amount above u64', `"${2n ** 60n}"`, `"${maxU64 + 1n}"`],
    ['an amount as a number', '"bytePriceMicroRuv": "1"', '"bytePriceMicroRuv": 1'],
    ['a negative amount', '"bytePriceMicroRuv": "1"', '"bytePriceMicroRuv": "-1"'],
    ['an amount in hex', '"bytePriceMicroRuv": "1"', '"bytePriceMicroRuv": "0x1"'],
    ['a price left out', '"bytePriceMicroRuv": "1",', ''],
    ['a field nobody knows', '"kind"', '"faucet": true, "kind"'],
    ['a name that is a number', '"name": "test"', '"name": 7'],
    ['no name', '"name": "test",', ''],
    ['a name of 33 bytes', '"name": "test"', `"name": "${'n'.repeat(33)}"`],
    ['a name with half a surrogate pair', '"name": "test"', '"name": "\\ud800"'],
    ['an unknown kind', '"kind": "development"', '"kind": "constructor"'],
    ['a salt that is no hex', '"salt": "01', '"salt": "zz'],
    ['a salt cut short', '"salt": "0101', '"salt": "01'],
    ['a time that is a text', '"faucetWindowMs": 600000', '"faucetWindowMs": "600000"'],
    ['a time that is a fraction', '"faucetWindowMs": 600000', '"faucetWindowMs": 0.5'],
    ['validators that are no list', '"validators": [', '"validators": {}, "x": ['],
    ['half a file', text.slice(text.length / 2), ''],
    ['something else than an object', text, '[]'],
    ['null', text, 'null'],
    ['nothing', text, ''],
    ['a file of 13 MB', text, ' '.repeat(13_000_000)],
  ])('%s is GENESIS_FILE_INVALID', (_, part, replacement) => {
    expect(codeWith(part, replacement)).toBe('GENESIS_FILE_INVALID')
  })

  it('the largest genesis fits a file', () => {
    const publicKeyBytes = signatureSuites['ML-DSA-65'].publicKeyBytes
    const validators = Array.from({ length: ledgerLimits.maxGenesisValidators }, (_, index) => {
      const publicKey = new Uint8Array(publicKeyBytes)
      new DataView(publicKey.buffer).setUint32(0, index)
      return { publicKey, stakeMicroRuv: 1n }
    })
    const allocations = Array.from({ length: ledgerLimits.maxGenesisAllocations }, (_, index) => {
      const account = new Uint8Array(accountIdBytes)
      new DataView(account.buffer).setUint32(1, index)
      return { account, balanceMicroRuv: 2n ** 50n }
    })
    const largest = { ...genesis, validators, allocations }
    expect(parseGenesis(formatGenesis(largest))).toMatchObject({ ok: true })
  })

  it('says of a faucet where there may be none that the genesis is invalid', () => {
    expect(codeWith('"kind": "development"', '"kind": "main"')).toBe('GENESIS_INVALID')
  })
})
