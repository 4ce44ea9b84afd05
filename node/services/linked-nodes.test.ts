import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { type LinkedNetwork, type LinkedNode, startLinkedNetwork } from './linked-network-test-support.ts'
import { ended, passwordBytes } from './test-support.ts'

const ruv = 1_000_000n

const openVault = async ({ node }: LinkedNode): Promise<string> => {
  await node.services.vault.init({ password: passwordBytes() })
  return (await node.services.accounts.create({ label: 'own' })).address
}

/** Resolves once this node has executed as many commits. */
const reaches = async ({ node }: LinkedNode, commitIndex: number): Promise<void> => {
  while ((await node.services.node.status()).commitIndex < commitIndex) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('four validators and their links', () => {
  let network: LinkedNetwork
  beforeAll(async () => {
    network = await startLinkedNetwork(4)
  })
  afterAll(() => network.stop())

  it('finalize payments between their users, and come to the same state', async () => {
    const [first, second] = network.nodes as [LinkedNode, LinkedNode]
    const [from, to] = [await openVault(first), await openVault(second)]
    const faucet = await first.node.services.transactions.faucet({ account: 'own', amountMicroRuv: 500n * ruv })
    expect((await ended(first.node, faucet.txId)).outcome).toBe('ok')
    const sent = await Promise.all(
      Array.from({ length: 20 }, () =>
        first.node.services.transactions.pay({ from: 'own', transfers: [{ to, amountMicroRuv: ruv }] }),
      ),
    )
    const views = await Promise.all(sent.map(({ txId }) => ended(first.node, txId)))
    expect(views.map(({ outcome }) => outcome)).toEqual(sent.map(() => 'ok'))
    const { commitIndex } = await first.node.services.node.status()
    await Promise.all(network.nodes.map((one) => reaches(one, commitIndex)))
    const balances = await Promise.all(
      network.nodes.map(async ({ node }) => (await node.services.accounts.show(to)).balance.availableMicroRuv),
    )
    expect(balances).toEqual(network.nodes.map(() => 20n * ruv))
    expect(from).not.toBe(to)
    for (const { faults, links } of network.nodes) {
      expect(faults).toEqual([])
      expect(links.list().map(({ role }) => role)).toEqual(['validator', 'validator', 'validator'])
    }
  })

  it('count what went over the wire, by kind of message', () => {
    const stats = network.nodes[0]?.links.stats() ?? {}
    expect(stats.vertices?.sentMessages).toBeGreaterThan(0)
    expect(stats['checkpoint-signature']?.receivedMessages).toBeGreaterThan(0)
    expect(stats['gossip:transactions']?.sentMessages).toBeGreaterThan(0)
    expect(Object.keys(stats)).not.toContain('unknown')
  })

  it('go on with three when one is away, which catches up when it is back', async () => {
    const [first] = network.nodes as [LinkedNode]
    const host = network.nodes[3]?.host
    await Promise.all(host?.getConnections().map((connection) => connection.close()) ?? [])
    const faucet = await first.node.services.transactions.faucet({ account: 'own', amountMicroRuv: ruv })
    expect((await ended(first.node, faucet.txId)).outcome).toBe('ok')
    await Promise.all(network.nodes.slice(0, 3).map((one) => host?.dial(one.host.getMultiaddrs())))
    const { commitIndex } = await first.node.services.node.status()
    await reaches(network.nodes[3] as LinkedNode, commitIndex)
  })
})

describe('a node without a seat', () => {
  let network: LinkedNetwork
  beforeAll(async () => {
    // Of five in the genesis four make vertices, which is a quorum; the fifth follows, and knows the first alone.
    network = await startLinkedNetwork(5, {
      seated: 4,
      connect: [
        [0, 1],
        [0, 2],
        [0, 3],
        [1, 2],
        [1, 3],
        [2, 3],
        [4, 0],
      ],
    })
  })
  afterAll(() => network.stop())

  it('follows by gossip, and gets its user’s transactions into the order through a validator', async () => {
    const follower = network.nodes[4] as LinkedNode
    const account = await openVault(follower)
    const faucet = await follower.node.services.transactions.faucet({ account: 'own', amountMicroRuv: 5n * ruv })
    const view = await ended(follower.node, faucet.txId)
    expect(view.outcome).toBe('ok')
    expect(view.states.map(({ state }) => state).slice(-4)).toEqual(['Voting', 'Confirming', 'Confirmed', 'Finalized'])
    expect((await network.nodes[2]?.node.services.accounts.show(account))?.balance.availableMicroRuv).toBeGreaterThan(
      0n,
    )
    const stats = follower.links.stats()
    expect(stats['gossip:vertices']?.receivedMessages).toBeGreaterThan(0)
    expect(stats.transactions?.sentMessages).toBeGreaterThan(0)
    expect(follower.links.list()).toEqual([expect.objectContaining({ role: 'validator' })])
    for (const { faults } of network.nodes) expect(faults).toEqual([])
  })

  it('says again after a restart what nobody had heard', async () => {
    const { host, node } = network.nodes[4] as LinkedNode
    await Promise.all(host.getConnections().map((connection) => connection.close()))
    const { txId } = await node.services.transactions.faucet({ account: 'own', amountMicroRuv: 3n * ruv })
    const restarted = await network.restart(4)
    await host.dial((network.nodes[0] as LinkedNode).host.getMultiaddrs())
    expect((await ended(restarted.node, txId)).outcome).toBe('ok')
  })

  it('has the checkpoints of its network', async () => {
    const [first, follower] = [network.nodes[0] as LinkedNode, network.nodes[4] as LinkedNode]
    const latest = () => first.node.services.network.checkpoint('latest').catch(() => null)
    let newest = await latest()
    for (; newest === null; newest = await latest()) await new Promise((resolve) => setTimeout(resolve, 20))
    const { seq } = newest
    for (;;) {
      const found = await follower.node.services.network.checkpoint(seq).catch(() => null)
      if (found !== null) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const own = await follower.node.services.network.checkpoint(seq)
    expect(own.hash).toBe((await first.node.services.network.checkpoint(seq)).hash)
    expect(toHex(network.chainId)).toBe(follower.node.info.chainId)
  })
})
