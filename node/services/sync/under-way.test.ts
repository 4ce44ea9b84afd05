/** What was under way here while the ledger went on without this node, and how it is told of after a snapshot. */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import type { SignedTransaction } from '../../ledger/index.ts'
import { dayMs, minuteMs, startTimeMs, testAccount, transfer, unsigned } from '../../ledger/test-support.ts'
import { createStorage, type DurableStorage } from '../../storage/index.ts'
import { recover } from '../recovery.ts'
import { temporaryDataDir } from '../test-support.ts'
import { createTestChain, historyOf, serveHistory } from './chain-test-support.ts'
import { joinNetwork } from './join-network.ts'
import { createLocalRequests } from './local-requests.ts'

let folder: { path: string; remove(): void }
let storage: DurableStorage
beforeEach(async () => {
  folder = temporaryDataDir()
  storage = await createStorage({ file: join(folder.path, 'qudag.db') })
})
afterEach(async () => {
  await storage.close()
  folder.remove()
})

describe('what was under way when the node went away', { timeout: 60_000 }, () => {
  it('is told of as far as the state tells, and proposed again where its nonce is free', async () => {
    const test = createTestChain(4, 5, 4 * dayMs)
    const [alice, bob] = [testAccount(1), testAccount(2)]
    const checkpointMs = 10 * minuteMs
    const make = (nonce: number, amount: bigint, validUntilMs: number): SignedTransaction =>
      unsigned(test.chain.rules, alice, nonce, [transfer(bob, amount)], { validUntilMs })
    const soon = startTimeMs + checkpointMs + minuteMs
    const taken = make(0, 1n, soon)
    const sibling = make(0, 2n, soon)
    const forgotten = make(1, 3n, startTimeMs + checkpointMs - minuteMs)
    const free = make(2, 4n, soon)
    for (const { txId, account, nonce, bytes, validUntilMs } of [taken, sibling, forgotten, free]) {
      const times = { createdAtMs: 1, signedAtMs: 1, broadcastAtMs: 1, admittedAtMs: 1 }
      await storage.write.admit({ txId, account, nonce, bytes, validUntilMs, ...times })
    }
    const account = {
      nonce: 2,
      balanceMicroRuv: 5_000n,
      key: { suite: alice.suite, publicKey: alice.publicKey },
      faucet: null,
      parked: [],
    }
    const plan = { epoch: 0, afterMs: checkpointMs, signers: test.keys, next: test.keys }
    const accounts = [{ id: alice.id, account }]
    const history = historyOf(test, [{ ...plan, accounts, paid: [{ txId: taken.txId, validUntilMs: soon }] }])
    const network = createLocalRequests()
    const clock = new ManualClock(startTimeMs + checkpointMs)
    serveHistory(network.join('peer'), history, clock)
    const { chain } = test
    await joinNetwork({ patienceMs: 0 }, { chain, source: network.join('self'), storage, clock, scheduler: clock })
    const { read } = storage
    const recovered = await recover({
      ...{ chain, read, storage, clock, self: new Uint8Array(32) },
      // What is under way here is not signed for real.
      verify: async (jobs) => jobs.map(() => true),
    })
    const endOf = async ({ txId }: SignedTransaction) => {
      const final = await read.final(txId)
      return final === null ? null : [final.outcome, final.code]
    }
    expect(await endOf(taken)).toEqual(['unseen', 'OUTCOME_UNSEEN'])
    expect(await endOf(sibling)).toEqual(['rejected', 'SIBLING_WON'])
    expect(await endOf(forgotten)).toEqual(['unseen', 'OUTCOME_UNSEEN'])
    expect(await endOf(free)).toBeNull()
    expect(recovered.waiting.map(({ transaction }) => transaction.txId)).toEqual([free.txId])
    expect(recovered.underWay).toEqual([])
  })
})
