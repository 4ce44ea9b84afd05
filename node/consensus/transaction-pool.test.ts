import { describe, expect, it } from 'vitest'
import { consensusLimits } from './limits.ts'
import { testProposals } from './test-support.ts'
import { createTransactionPool } from './transaction-pool.ts'

describe('transactions of others', () => {
  const [proposal] = testProposals(0, 1)
  const { gossipProposalRounds } = consensusLimits

  it('are proposed once they have stayed out of the graph for so many rounds, and once', () => {
    const pool = createTransactionPool(() => true)
    pool.addGossip(proposal === undefined ? [] : [proposal], 5)
    // Rounds go on, so that ten of them pass soon.
    expect([pool.isWaiting, pool.take(5 + gossipProposalRounds - 1)]).toEqual([true, []])
    expect(pool.take(5 + gossipProposalRounds)).toEqual([proposal])
    expect(pool.take(5 + 2 * gossipProposalRounds)).toEqual([])
  })

  it('wait no longer where an epoch ends meanwhile and rounds begin at 1 again', () => {
    const pool = createTransactionPool(() => true)
    pool.addGossip(proposal === undefined ? [] : [proposal], 6_000)
    pool.restart()
    expect(pool.take(gossipProposalRounds - 1)).toEqual([])
    expect(pool.take(gossipProposalRounds)).toEqual([proposal])
  })
})
