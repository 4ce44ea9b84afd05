import { describe, expect, it } from 'vitest'
import { testAddress, testTransfer } from '../test-support.ts'
import { otherAddress, readWatched } from './watch-input.ts'

const [a, b] = [testAddress(1), testAddress(2)]

describe('readWatched', () => {
  it('tells an address from a key, and the suite by its length', () => {
    expect(readWatched(` ${a.toUpperCase()} `, 'dev')).toEqual({ kind: 'address', address: a })
    const key = 'ab'.repeat(1_952)
    expect(readWatched(`${key.slice(0, 100)}\n${key.slice(100).toUpperCase()}`, 'dev')).toEqual({
      kind: 'key',
      publicKey: key,
      suite: 'ML-DSA-65',
    })
    expect(readWatched('cd'.repeat(2_592), 'dev')).toMatchObject({ suite: 'ML-DSA-87' })
  })

  it('says what is wrong', () => {
    expect(readWatched('', 'dev')).toEqual({ kind: 'empty' })
    expect(readWatched('ab'.repeat(1_951), 'dev')).toEqual({ kind: 'bad-key', bytes: 1_951 })
    expect(readWatched(`${'ab'.repeat(1_952)}a`, 'dev').kind).toBe('bad-key')
    expect(readWatched(testAddress(1, 'ruv'), 'dev')).toEqual({ kind: 'wrong-network', network: 'main' })
    expect(readWatched(`${a.slice(0, -1)}!`, 'dev')).toEqual({ kind: 'bad' })
  })
})

describe('otherAddress', () => {
  it('is never the account itself', () => {
    expect(otherAddress(a, [testTransfer({ n: 1, from: a, to: [a, b] })], [])).toBe(b)
    expect(otherAddress(a, [], [a, b])).toBe(b)
    expect(otherAddress(a, [], [a])).toBeUndefined()
  })
})
