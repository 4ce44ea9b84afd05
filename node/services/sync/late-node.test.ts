/** Whole nodes: one that comes late, to a network that goes on meanwhile. */
import { afterEach, describe, expect, it } from 'vitest'
import { createTestNetwork, type TestNetwork, until } from '../network-test-support.ts'
import { ended, passwordBytes } from '../test-support.ts'

const ruv = 1_000_000n
/** Several nodes with threads of their own, on a machine that may be busy. */
const slow = { timeout: 240_000 }
/** Behind by anything is behind enough. */
const bySnapshot = { patienceMs: 5_000, replayWorthCommits: 0 }

let network: TestNetwork | undefined
afterEach(() => network?.stop())

describe('a node that comes late', slow, () => {
  it('joins four under load from an empty folder, reaches the head and serves the next', async () => {
    network = await createTestNetwork(4, { checkpointIntervalMs: 500 })
    const nodes = await Promise.all([0, 1, 2, 3].map((number) => (network as TestNetwork).start(number)))
    const [first] = nodes as [(typeof nodes)[number]]
    const { transactions, accounts, vault, node: process } = first.services
    await vault.init({ password: passwordBytes() })
    await accounts.create({ label: 'alice' })
    const bob = await accounts.create({ label: 'bob' })
    await ended(first, (await transactions.faucet({ account: 'alice', amountMicroRuv: 900n * ruv })).txId)
    const pay = () => transactions.pay({ from: 'alice', transfers: [{ to: bob.address, amountMicroRuv: ruv }] })
    const over = new AbortController()
    const load = (async () => {
      while (!over.signal.aborted) await ended(first, (await pay()).txId)
    })()
    await until(async () => (await process.status()).commitIndex > 60)
    await until(async () => ((await process.status()).checkpoint?.seq ?? 0) > 2)

    const late = await network.start(4, { catchUp: bySnapshot })
    // Nothing before its checkpoint was replayed: it has no commit from there.
    const joinedAt = (await late.services.node.status()).commitIndex
    expect(joinedAt).toBeGreaterThan(20)
    const own = await late.services.storage.status()
    expect(own.commits).toBeLessThan(joinedAt)
    const target = (await process.status()).commitIndex
    await until(async () => (await late.services.node.status()).commitIndex >= target)
    expect((await late.services.network.status()).sync.phase).toBe('live')
    // The same ledger: what it has executed since is certified by the others, root by root.
    const seq = ((await late.services.node.status()).checkpoint?.seq ?? 0) + 1
    await until(async () => ((await late.services.node.status()).checkpoint?.seq ?? 0) > seq)
    const mine = await late.services.network.checkpoint(seq)
    expect(mine.hash).toBe((await first.services.network.checkpoint(seq)).hash)
    expect((await late.services.storage.verify()).problems).toEqual([])

    // And it serves: whoever comes now may ask it alone.
    const next = await network.start(5, { catchUp: bySnapshot })
    const goal = (await late.services.node.status()).commitIndex
    await until(async () => (await next.services.node.status()).commitIndex >= goal)
    over.abort()
    await load
  })

  it('replays where peers have all that it lacks, and keeps a history without a gap', async () => {
    network = await createTestNetwork(2, { checkpointIntervalMs: 500 })
    const nodes = [await network.start(0), await network.start(1)]
    const [first] = nodes
    await until(async () => ((await first?.services.node.status())?.commitIndex ?? 0) > 4)
    const late = await network.start(2, { catchUp: { patienceMs: 5_000 } })
    const target = (await first?.services.node.status())?.commitIndex ?? 0
    await until(async () => (await late.services.node.status()).commitIndex >= target)
    const { commits } = await late.services.storage.status()
    expect(commits).toBeGreaterThanOrEqual(target)
  })
})
