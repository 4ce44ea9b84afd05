/** Nodes without a seat: they follow, serve, and sign once the ledger has let them in. */
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestNetwork, type TestNetwork, until } from './network-test-support.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'

const ruv = 1_000_000n
/** Several nodes with threads of their own, on a machine that may be busy. */
const slow = { timeout: 120_000 }

let network: TestNetwork | undefined
afterEach(() => network?.stop())

describe('a node without a seat', slow, () => {
  it('finalizes what others order, and has its own payments ordered by them', async () => {
    network = await createTestNetwork(2)
    const nodes = [await network.start(0), await network.start(1)]
    const follower = await network.start(2)
    expect((await follower.services.node.status()).role).toBe('full')
    expect((await nodes[0]?.services.node.status())?.role).toBe('validator')
    await follower.services.vault.init({ password: passwordBytes() })
    await follower.services.accounts.create({ label: 'alice' })
    const bob = await follower.services.accounts.create({ label: 'bob' })
    const { txId } = await follower.services.transactions.faucet({ account: 'alice', amountMicroRuv: 50n * ruv })
    expect(await ended(follower, txId)).toMatchObject({ state: 'Finalized', outcome: 'ok' })
    const paid = await follower.services.transactions.pay({
      from: 'alice',
      transfers: [{ to: bob.address, amountMicroRuv: 7n * ruv }],
    })
    const view = await ended(follower, paid.txId)
    expect(view).toMatchObject({ state: 'Finalized', outcome: 'ok' })
    expect(view.states.map(({ state }) => state)).toContain('Confirmed')
    expect((await follower.services.accounts.show('bob')).balance.availableMicroRuv).toBe(7n * ruv)
    // It has the certificates, too, and proves by them.
    await until(async () => (await follower.services.node.status()).checkpoint !== null)
    const first = await follower.services.network.checkpoint('latest')
    expect(first.certificate).toHaveLength(2)
  })

  it('catches up after it was away, over the ends of epochs', async () => {
    network = await createTestNetwork(1, { epochMs: 5_000, unbondingMs: 3_600_000, checkpointIntervalMs: 500 })
    const validator = await network.start(0)
    const follower = await network.start(1)
    await until(async () => (await follower.services.validators.list()).epoch >= 1)
    await follower.stop()
    const { epoch } = await validator.services.validators.list()
    await until(async () => (await validator.services.validators.list()).epoch > epoch)
    const again = await network.start(1)
    const target = (await validator.services.node.status()).commitIndex
    await until(async () => (await again.services.node.status()).commitIndex >= target)
    expect((await again.services.node.status()).role).toBe('full')
  })

  it('signs from the epoch on in which its bond counts', async () => {
    const parameters = { epochMs: 4_000, unbondingMs: 60_000, checkpointIntervalMs: 500 }
    network = await createTestNetwork(1, parameters)
    const validator = await network.start(0)
    const follower = await network.start(1)
    await follower.services.vault.init({ password: passwordBytes() })
    await follower.services.accounts.create({ label: 'alice' })
    const faucet = await follower.services.transactions.faucet({ account: 'alice', amountMicroRuv: 500n * ruv })
    await ended(follower, faucet.txId)
    const bond = await follower.services.validators.bond({ from: 'alice', amountMicroRuv: 200n * ruv })
    expect(await ended(follower, bond.txId)).toMatchObject({ outcome: 'ok' })
    const own = async () => (await follower.services.network.validators()).items.find(({ isSelf }) => isSelf)
    await until(async () => ((await own())?.round ?? 0) > 0)
    expect((await follower.services.node.status()).role).toBe('validator')
    // The other has its vertices.
    const id = (await own())?.id
    const seen = async () => (await validator.services.network.validators()).items.find((item) => item.id === id)
    await until(async () => ((await seen())?.round ?? 0) > 0)
  })

  it('is none where there is nobody to follow', async () => {
    const folder = temporaryDataDir()
    const other = temporaryDataDir()
    const node = await startTestNode(folder.path)
    await node.stop()
    const flags = { network: join(folder.path, 'genesis.json') }
    expect(await codeOf(startTestNode(other.path, {}, flags))).toBe('VALIDATOR_NOT_IN_GENESIS')
    folder.remove()
    other.remove()
  })
})
