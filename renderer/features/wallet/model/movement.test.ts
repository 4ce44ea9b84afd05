import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Transaction } from '../../../../node/api/contract/index.ts'
import { testAddress, testTransfer } from '../test-support.ts'
import { movementOf, settledChange } from './movement.ts'

const [a, b, c, d] = [testAddress(1), testAddress(2), testAddress(3), testAddress(4)]

describe('movementOf', () => {
  it('sees a payment from either side', () => {
    const transfer = testTransfer({ n: 1, from: a, to: b, amount: 5n })
    expect(movementOf(transfer, new Set([a]))).toMatchObject({
      kind: 'sent',
      changeMicroRuv: -5n,
      feeMicroRuv: 4211n,
      counterparties: [b],
      effect: 'done',
    })
    expect(movementOf(transfer, new Set([b]))).toMatchObject({
      kind: 'received',
      changeMicroRuv: 5n,
      feeMicroRuv: 0n,
      counterparties: [a],
    })
    expect(movementOf(transfer, new Set([a, b]))).toMatchObject({
      kind: 'internal',
      changeMicroRuv: 0n,
      movedMicroRuv: 5n,
    })
    expect(movementOf(transfer, new Set([c]))).toBeUndefined()
  })

  it('takes what does not move anything for what it is', () => {
    const mine = new Set([a])
    const nothing: Transaction = { ...testTransfer({ n: 1, from: a, to: b }), operations: [] }
    expect(movementOf(nothing, mine)).toMatchObject({ kind: 'cancel', changeMicroRuv: 0n })
    const failed = testTransfer({ n: 1, from: a, to: b, outcome: 'failed', code: 'INSUFFICIENT_BALANCE' })
    expect(settledChange(movementOf(failed, mine)!)).toBe(-4211n)
    const pending = testTransfer({ n: 1, from: a, to: b, state: 'Voting' })
    expect(settledChange(movementOf(pending, mine)!)).toBe(0n)
  })

  it('tells stake that is bonded, asked back or reported from a cancellation', () => {
    const mine = new Set([a])
    const validator = '0'.repeat(64)
    const payment = testTransfer({ n: 1, from: a, to: b, amount: 5n })
    const of = (...operations: Transaction['operations']): Transaction => ({ ...payment, operations })
    const bond = { kind: 'stake.bond' as const, validator, amount: '7' }
    expect(movementOf(of(bond), mine)).toMatchObject({ kind: 'bond', changeMicroRuv: -7n, movedMicroRuv: 7n })
    expect(movementOf(of(bond, ...payment.operations), mine)).toMatchObject({ kind: 'sent', changeMicroRuv: -12n })
    const unbond = of({ kind: 'stake.unbond', validator, amount: '7' })
    expect(movementOf(unbond, mine)).toMatchObject({ kind: 'unbond', changeMicroRuv: 0n, movedMicroRuv: 7n })
    const evidence = of({ kind: 'evidence.submit', validator, amount: '0' })
    expect(movementOf(evidence, mine)).toMatchObject({ kind: 'evidence', changeMicroRuv: 0n, feeMicroRuv: 4211n })
    expect(movementOf(evidence, new Set([b]))).toBeUndefined()
  })

  it('tells a change of keys from a cancellation, and shows a recovery to the account it is about', () => {
    const mine = new Set([a])
    const payment = testTransfer({ n: 1, from: a, to: b, amount: 5n })
    const of = (...operations: Transaction['operations']): Transaction => ({ ...payment, operations })
    const update = of({ kind: 'account.update', change: 'limit', key: b, dailyLimit: '7', amount: '0' })
    expect(movementOf(update, mine)).toMatchObject({
      kind: 'policy',
      change: 'limit',
      changeMicroRuv: 0n,
      feeMicroRuv: 4211n,
    })
    expect(movementOf(update, new Set([b]))).toBeUndefined()
    const recover = of({ kind: 'account.recover', change: 'start', to: b, amount: '0' })
    expect(movementOf(recover, mine)).toMatchObject({ kind: 'policy', change: 'start', feeMicroRuv: 4211n })
    expect(movementOf(recover, new Set([b]))).toMatchObject({ kind: 'policy', change: 'start', feeMicroRuv: 0n })
  })

  it('counts test money as coming in, with its fee', () => {
    const faucet: Transaction = {
      ...testTransfer({ n: 1, from: a, to: b }),
      operations: [{ kind: 'faucet', amount: '9' }],
    }
    expect(movementOf(faucet, new Set([a]))).toMatchObject({ kind: 'faucet', changeMicroRuv: 9n, counterparties: [] })
    expect(movementOf(faucet, new Set([b]))).toBeUndefined()
  })

  it('adds up over all accounts to what the whole lost in fees (property)', () => {
    const everybody = [a, b, c, d]
    const anybody = fc.constantFrom(...everybody)
    const transfer = fc
      .tuple(anybody, fc.array(anybody, { minLength: 1, maxLength: 6 }), fc.bigInt({ min: 1n, max: 1_000n }))
      .filter(([from, to]) => !to.includes(from))
      .map(([from, to, amount]) => testTransfer({ n: 1, from, to, amount }))
    fc.assert(
      fc.property(transfer, (one) => {
        const changes = everybody.map((address) => movementOf(one, new Set([address])))
        const sum = changes.reduce((total, movement) => total + (movement ? settledChange(movement) : 0n), 0n)
        expect(sum).toBe(-4211n)
        expect(settledChange(movementOf(one, new Set(everybody))!)).toBe(-4211n)
      }),
    )
  })
})
