/** What an account has in flight, as admission asks for it: amounts that its key signed alone, and a change of that key. */
import { describe, expect, it } from 'vitest'
import type { Operation, SignedTransaction } from '../ledger/index.ts'
import { consenting, noop, rulesOf, testAccount, testGenesis, transfer, unsigned } from '../ledger/test-support.ts'
import { createInFlightRegistry, type InFlightEntry } from './in-flight.ts'

const rules = rulesOf(testGenesis([]))
const [alice, bob, next] = [testAccount(1), testAccount(2), testAccount(3)]

function entryOf(transaction: SignedTransaction, held = false): InFlightEntry {
  return {
    transaction,
    verifiedUnder: alice.publicKey,
    createdAtMs: null,
    signedAtMs: null,
    broadcastAtMs: null,
    admittedAtMs: 0,
    admissionSeq: 0,
    durable: Promise.resolve(),
    parties: [alice.id],
    steps: [],
    executed: false,
    held,
    overtakes: false,
  }
}

const paying = (nonce: number, amount: bigint, coSigned = false) =>
  entryOf(unsigned(rules, alice, nonce, [transfer(bob, amount)], coSigned ? { coSigned } : {}))

describe('what is in flight', () => {
  it('sums what the key signed alone, of two with one nonce the larger', () => {
    const registry = createInFlightRegistry()
    const alone = () => registry.of(alice.id).aloneMicroRuv ?? 0n
    expect(alone()).toBe(0n)
    const [first, larger, both, last] = [paying(0, 5n), paying(0, 9n), paying(1, 100n, true), paying(2, 3n)]
    for (const entry of [first, both, last]) registry.add(entry)
    expect(alone()).toBe(8n)
    larger.held = true
    registry.add(larger)
    expect(alone()).toBe(12n)
    registry.markExecuted(first)
    registry.markExecuted(first)
    expect(alone()).toBe(12n)
    registry.remove(larger)
    registry.remove(last)
    expect(alone()).toBe(0n)
  })

  it('knows the first nonce from which another key signs, and that of no other change', () => {
    const registry = createInFlightRegistry()
    const pending = () => registry.of(alice.id).keyChangeNonce ?? null
    const changing = (nonce: number, kind: 'key' | 'recovery') => {
      const key = consenting(rules, next, { account: alice.id, role: kind, nonce })
      const change = kind === 'key' ? ({ kind, key } as const) : ({ kind, key, delayMs: 60_000 } as const)
      const operation: Operation = { kind: 'account.update', change }
      return entryOf(unsigned(rules, alice, nonce, [operation]))
    }
    registry.add(entryOf(unsigned(rules, alice, 0, [noop])))
    registry.add(changing(1, 'recovery'))
    expect(pending()).toBeNull()
    const [later, sooner] = [changing(5, 'key'), changing(3, 'key')]
    registry.add(later)
    expect(pending()).toBe(5)
    registry.add(sooner)
    expect(pending()).toBe(3)
    registry.markExecuted(sooner)
    expect(pending()).toBe(5)
    registry.remove(later)
    expect(pending()).toBeNull()
  })
})
