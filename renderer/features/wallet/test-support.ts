/** Values for tests of the wallet views: addresses that check out, transactions, accounts. Deterministic. */
import { bech32m } from '@scure/base'
import type { Account, Transaction, TransactionStateName } from '../../../node/api/contract/index.ts'
import { transactionState } from '../../../node/api/contract/index.ts'

/** A valid address whose hash begins with the bytes given. */
export function testAddress(seed: number | readonly number[], prefix: 'ruv' | 'ruvt' | 'ruvd' = 'ruvd'): string {
  const payload = new Uint8Array(33)
  if (typeof seed === 'number')
    for (let at = 1; at < 33; at += 1) payload[at] = (seed * 31 + at * 17 + seed ** 2) & 0xff
  else payload.set(seed.slice(0, 32), 1)
  return bech32m.encode(prefix, bech32m.toWords(payload))
}

export function testId(n: number): string {
  return n.toString(16).padStart(64, '0')
}

export function testTime(ms: number): string {
  return new Date(Date.UTC(2026, 0, 1) + ms).toISOString()
}

export function testAccount(address: string, change: Partial<Account> = {}): Account {
  return {
    address,
    kind: 'vault',
    label: 'Everyday',
    suite: 'ML-DSA-65',
    signer: 'software',
    nonce: 0,
    balance: { available: '0', escrowed: '0', pending: '0', staked: '0' },
    ...change,
  }
}

/** A transfer that got as far as `state`, one step every 10 ms. */
export function testTransfer(input: {
  n: number
  from: string
  to: string | readonly string[]
  amount?: bigint
  memo?: string
  state?: TransactionStateName
  outcome?: 'ok' | 'failed'
  code?: string
  commitIndex?: number
}): Transaction {
  const { n, from, to, amount = 1_000_000n, memo, state = 'Finalized', code } = input
  const order = transactionState.options
  const reached =
    state === 'Rejected'
      ? (['Created', 'Signed', 'Broadcast', 'Validating', 'Rejected'] as const)
      : order.slice(0, order.indexOf(state) + 1)
  const commit = `commit:${input.commitIndex ?? n}`
  return {
    txId: testId(n),
    state,
    ...(state === 'Finalized' ? { outcome: input.outcome ?? 'ok' } : {}),
    ...(code === undefined ? {} : { code }),
    account: from,
    nonce: n,
    fee: '4211',
    states: reached.map((name, index) => ({
      state: name,
      at: testTime(n * 1_000 + index * 10),
      record: name === 'Finalized' ? commit : `admission:${n}`,
    })),
    operations: (typeof to === 'string' ? [to] : to).map((address) => ({
      kind: 'transfer' as const,
      to: address,
      amount: amount.toString(),
      ...(memo === undefined ? {} : { memo }),
    })),
    size: 3_400,
    validUntil: testTime(n * 1_000 + 86_400_000),
  }
}
