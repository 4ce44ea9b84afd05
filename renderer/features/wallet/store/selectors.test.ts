import { describe, expect, it } from 'vitest'
import { testAccount, testAddress, testId } from '../test-support.ts'
import { networkOf, selectLookAlikes, selectNames, selectNotes, totalsOf } from './selectors.ts'
import { initialState } from './wallet-state.ts'

const [a, b, c] = [testAddress(1), testAddress(2), testAddress(3)]
const balance = { available: '5', escrowed: '3', pending: '2', staked: '1' }

describe('totalsOf', () => {
  const accounts = [testAccount(a, { balance }), testAccount(b, { kind: 'watched', balance })]
  it('adds the parts up, and says what of it is only watched', () => {
    expect(totalsOf(accounts)).toEqual({
      available: 10n,
      escrowed: 6n,
      pending: 4n,
      staked: 2n,
      total: 22n,
      watched: 11n,
    })
    expect(totalsOf(accounts, a)).toMatchObject({ total: 11n, watched: 0n })
  })
})

describe('selectors', () => {
  const state = { ...initialState, accounts: [testAccount(a)] }

  it('keep their answer while balances change, and not when a name does', () => {
    const names = selectNames(state)
    const paid = { ...state, accounts: [testAccount(a, { balance })] }
    expect(selectNames(paid)).toBe(names)
    const renamed = { ...state, accounts: [testAccount(a, { label: 'Rent' })] }
    expect(selectNames(renamed).of(a)?.name).toBe('Rent')
    const labelled = { ...renamed, labels: [{ type: 'address' as const, ref: b, label: 'Studio' }] }
    expect(selectNames(labelled).of(b)?.name).toBe('Studio')
  })

  it('compares with whoever was paid as soon as they were', () => {
    const near = `${c.slice(0, 20)}${c.slice(20).replace(/[qp]/, (letter) => (letter === 'q' ? 'p' : 'q'))}`
    expect(selectLookAlikes(state).of(near)).toEqual([])
    expect(selectLookAlikes({ ...state, paid: new Set([c]) }).of(near)).toEqual([c])
  })

  it('has notes by transaction', () => {
    const labels = [
      { type: 'tx' as const, ref: testId(1), label: 'rent' },
      { type: 'address' as const, ref: b, label: 'Studio' },
    ]
    expect([...selectNotes({ labels })]).toEqual([[testId(1), 'rent']])
  })

  it('takes the network from own addresses before the name of it', () => {
    expect(networkOf([testAccount(testAddress(1, 'ruvt'))], 'dev')).toBe('test')
    expect(networkOf([], 'main')).toBe('main')
    expect(networkOf([], '/home/genesis.json')).toBeUndefined()
  })
})
