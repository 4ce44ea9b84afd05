import { describe, expect, it } from 'vitest'
import type { PaymentIntent, Transaction } from '../../../../node/api/contract/index.ts'
import { testAddress, testTransfer } from '../test-support.ts'
import { createSendFlow, isCertain, type Preview, type SendPhase } from './send-flow.ts'

const [from, to] = [testAddress(1), testAddress(2)]
const intent = { from, transfers: [{ to, amount: '5' }] }
const preview: Preview = { from, nonce: 3, fee: '4211', amount: '5', total: '4216', remaining: '9', to: [to] }
const paid = testTransfer({ n: 1, from, to })

/** Answers come when the test gives them; codes stand for errors. */
function setUp(answers: readonly (Transaction | string)[], unlocks = true) {
  const asked: PaymentIntent[] = []
  const waits: unknown[] = []
  let keys = 0
  let unlockings = 0
  const tokens: string[] = []
  const flow = createSendFlow({
    create: async (request) => {
      const answer = answers[asked.length]
      asked.push(request)
      if (answer === undefined) throw new Error('asked more often than the test allows')
      if (typeof answer === 'string') throw new Error(answer)
      return answer
    },
    unlock: async () => {
      unlockings += 1
      return unlocks
    },
    unlockToken: async (pairing) => {
      tokens.push(pairing)
      return unlocks
    },
    newKey: () => `key-${++keys}`,
    failureOf: (error) => ({ code: (error as Error).message, message: '', details: { pairing: 'aa' } }),
    onPhase: (phase: SendPhase) => phase.kind === 'sending' && waits.push(phase.waitsFor),
  })
  return { flow, asked, waits, tokens, unlockings: () => unlockings }
}

describe('createSendFlow', () => {
  it('sends what was reviewed, for the fee that was reviewed at most', async () => {
    const { flow, asked } = setUp([paid])
    flow.review(intent, preview)
    await flow.send()
    expect(flow.phase()).toMatchObject({ kind: 'sent', txId: paid.txId })
    expect(asked).toEqual([{ ...intent, maxFee: '4211', idempotencyKey: 'key-1' }])
  })

  it('goes on with the same payment once the token is unlocked', async () => {
    const { flow, asked, tokens, unlockings, waits } = setUp(['HSM_PIN_REQUIRED', paid])
    flow.review(intent, preview)
    await flow.send()
    expect(flow.phase()).toMatchObject({ kind: 'sent', txId: paid.txId })
    expect(tokens).toEqual(['aa'])
    expect(waits).toEqual([null, 'token', null])
    expect(unlockings()).toBe(0)
    expect(asked.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['key-1', 'key-1'])
  })

  it('has sent nothing where the token stays locked', async () => {
    const { flow, asked } = setUp(['HSM_PIN_REQUIRED'], false)
    flow.review(intent, preview)
    await flow.send()
    expect(flow.phase()).toMatchObject({ kind: 'reviewing', failure: { code: 'HSM_PIN_REQUIRED' } })
    expect(asked).toHaveLength(1)
  })

  it('pays once for a double click', async () => {
    const { flow, asked } = setUp([paid])
    flow.review(intent, preview)
    await Promise.all([flow.send(), flow.send(), flow.send()])
    await flow.send()
    expect(asked).toHaveLength(1)
  })

  it('asks again under the same key after a lost connection, and lets nobody start over meanwhile', async () => {
    const { flow, asked } = setUp(['CONNECTION_LOST', 'NODE_NOT_REACHABLE', paid])
    flow.review(intent, preview)
    await flow.send()
    expect(flow.phase().kind).toBe('uncertain')
    expect(flow.back()).toBe(false)
    flow.review({ ...intent, transfers: [{ to, amount: '6' }] }, preview)
    expect(flow.phase().kind).toBe('uncertain')
    // Not reached at all this time: what became of the first attempt is as open as before.
    await flow.send()
    expect(flow.phase().kind).toBe('uncertain')
    await flow.send()
    expect(flow.phase().kind).toBe('sent')
    expect(new Set(asked.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(['key-1']))
    expect(new Set(asked.map(({ transfers }) => transfers[0]?.amount))).toEqual(new Set(['5']))
  })

  it('believes a refusal of the ledger after a lost connection, and no limit before it', async () => {
    const { flow } = setUp(['CONNECTION_LOST', 'RATE_LIMITED', 'INSUFFICIENT_BALANCE'])
    flow.review(intent, preview)
    await flow.send()
    await flow.send()
    expect(flow.phase().kind).toBe('uncertain')
    await flow.send()
    expect(flow.phase()).toMatchObject({ kind: 'reviewing', failure: { code: 'INSUFFICIENT_BALANCE' } })
    expect(flow.back()).toBe(true)
  })

  it('has the vault unlocked and goes on with the same key', async () => {
    const { flow, asked, unlockings, waits } = setUp(['VAULT_LOCKED', paid])
    flow.review(intent, preview)
    await flow.send()
    expect(flow.phase().kind).toBe('sent')
    expect(unlockings()).toBe(1)
    expect(waits).toEqual([null, 'password', null])
    expect(asked.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['key-1', 'key-1'])
  })

  it('stays at the review where the owner does not unlock', async () => {
    const { flow, asked } = setUp(['VAULT_LOCKED'], false)
    flow.review(intent, preview)
    await flow.send()
    expect(flow.phase()).toMatchObject({ kind: 'reviewing', failure: { code: 'VAULT_LOCKED' } })
    expect(asked).toHaveLength(1)
  })

  it('takes another key for another review', async () => {
    const { flow, asked } = setUp(['MAX_FEE_TOO_LOW', paid])
    flow.review(intent, preview)
    await flow.send()
    expect(flow.back()).toBe(true)
    flow.review(intent, preview)
    await flow.send()
    expect(asked.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['key-1', 'key-2'])
  })
})

describe('isCertain', () => {
  it.each(['INSUFFICIENT_BALANCE', 'VAULT_LOCKED', 'NODE_NOT_REACHABLE', 'RATE_LIMITED'])(
    'is certain of %s',
    (code) => {
      expect(isCertain(code)).toBe(true)
    },
  )
  it.each(['CONNECTION_LOST', 'INTERNAL', 'NODE_STOPPING', 'STORAGE_FAILED', 'A_CODE_OF_THE_FUTURE'])(
    'is not certain of %s',
    (code) => {
      expect(isCertain(code)).toBe(false)
    },
  )
})
