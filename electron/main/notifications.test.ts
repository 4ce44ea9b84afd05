import { describe, expect, it } from 'vitest'
import type { NodeEventMessage } from '../../node/api/contract/index.ts'
import { shellLimits } from './limits.ts'
import { createNotificationBatch } from './notification-batch.ts'
import { happeningOf } from './notifications.ts'
import { manualTimer } from './testing/manual-timer.ts'
import { textsFor } from './texts.ts'

function batch(locale = 'en') {
  const shown: string[] = []
  const timer = manualTimer()
  const made = createNotificationBatch(
    () => textsFor(locale),
    timer,
    (text) => shown.push(text),
  )
  return { ...made, shown, pass: () => timer.advance(shellLimits.notificationWindowMs) }
}

describe('createNotificationBatch', () => {
  it('says what happened once, with what it adds up to', () => {
    const { add, shown, pass } = batch()
    for (let i = 0; i < 2_000; i++) add({ kind: 'received', amountMicroRuv: 1_500_000n })
    add({ kind: 'finalized' })
    expect(shown).toEqual([])
    pass()
    expect(shown).toEqual(['2000 payments received, 3000 rUv in all', 'A payment is final'])
  })

  it('starts anew after it has spoken', () => {
    const { add, shown, pass } = batch('de-AT')
    add({ kind: 'received', amountMicroRuv: 1n })
    pass()
    pass()
    add({ kind: 'failed' })
    add({ kind: 'rejected' })
    pass()
    expect(shown).toEqual([
      '0.000001 rUv erhalten',
      'Eine Zahlung ist fehlgeschlagen: nur ihre Gebühr wurde erhoben',
      'Eine Zahlung wurde abgelehnt; nichts wurde erhoben',
    ])
  })

  it('says nothing of what was dropped', () => {
    const { add, clear, shown, pass } = batch()
    add({ kind: 'received', amountMicroRuv: 1n })
    clear()
    pass()
    expect(shown).toEqual([])
  })
})

const event = (type: string, data: object): NodeEventMessage => ({ type, data }) as unknown as NodeEventMessage

describe('happeningOf', () => {
  const own = new Set(['mine'])
  it.each([
    ['money in', 'account.balance.changed', { address: 'mine', change: '5' }, { kind: 'received', amountMicroRuv: 5n }],
    ['money out', 'account.balance.changed', { address: 'mine', change: '-5' }, undefined],
    ['nothing', 'account.balance.changed', { address: 'mine', change: '0' }, undefined],
    ["others' money", 'account.balance.changed', { address: 'theirs', change: '5' }, undefined],
    ['a payment of ours', 'transaction.finalized', { account: 'mine', outcome: 'ok' }, { kind: 'finalized' }],
    ['one that failed', 'transaction.finalized', { account: 'mine', outcome: 'failed' }, { kind: 'failed' }],
    ["others' payment", 'transaction.finalized', { account: 'theirs', outcome: 'ok' }, undefined],
    ['a rejected one', 'transaction.rejected', { account: 'mine' }, { kind: 'rejected' }],
    ["others' rejected one", 'transaction.rejected', { account: 'theirs' }, undefined],
    ['a checkpoint', 'checkpoint.created', {}, undefined],
  ])('of %s', (_, type, data, expected) => {
    expect(happeningOf(event(type, data), own)).toEqual(expected)
  })
})
