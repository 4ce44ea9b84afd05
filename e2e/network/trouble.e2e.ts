/**
 * Four validators on a network that fails: one is killed, one is cut off, two are parted from two, all are far apart and lose
 * packets. Nothing that was acknowledged is lost in any of it, there is never a second ledger, and it goes on by itself.
 */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NetworkStatus } from '../../node/api/contract/index.ts'
import { createNetworkLab, type NetworkLab, whyNoNamespaces } from './namespaces.ts'
import { createPaymentLanes, microRuvEach, type PaymentLanes } from './payment-lanes.ts'
import { createRoutedNetwork, type RoutedNetwork } from './routed-network.ts'
import { agreement, password, pause } from './run-network.ts'
import { signedVertices } from './signed-vertices.ts'

const reason = await whyNoNamespaces()
const everyone = [1, 2, 3, 4] as const
/** How long one is cut off, seconds; QUDAG_CUT_SECONDS=60 for the full one. */
const cutSeconds = Number(process.env.QUDAG_CUT_SECONDS ?? 20)

describe('a network of four in trouble', () => {
  let lab: NetworkLab
  let network: RoutedNetwork | undefined

  beforeEach((test) => {
    if (reason !== undefined) test.skip(reason)
  })
  afterEach(async () => {
    for (const node of network?.running() ?? []) await node.end('SIGTERM')
    network?.close()
    await lab?.close()
    network = undefined
  })
  afterAll(() => network?.close())

  interface Wallet {
    readonly payments: PaymentLanes
    /** Pays through this node until the returned function is called. */
    start(): Promise<() => Promise<void>>
    paidMicroRuv(): Promise<string>
  }

  const walletAt = async (index: number, lanes: number): Promise<Wallet> => {
    const { qudag, connect } = network as RoutedNetwork
    await qudag(index, ['vault', 'init', '--password-fd', '3'], [password])
    await qudag(index, ['account', 'create', '--label', 'spending'])
    const { address } = (await qudag(index, ['account', 'create', '--label', 'saving'])) as { address: string }
    await qudag(index, ['faucet', 'spending', '1000', '--wait', 'finalized'])
    const payments = createPaymentLanes({ name: `from-${index}`, from: 'spending', to: address, lanes, pauseMs: 50 })
    return {
      payments,
      async start() {
        const connection = await connect(index)
        let isOver = false
        const sending = payments.run(connection, () => isOver)
        return async () => {
          isOver = true
          await sending
          await payments.settle(connection)
          connection.close()
        }
      },
      async paidMicroRuv() {
        const saved = (await qudag(index, ['account', 'show', 'saving'])) as { balance: { available: string } }
        return saved.balance.available
      },
    }
  }

  const open = async (options: { readonly delayMs?: number } = {}): Promise<RoutedNetwork> => {
    lab = await createNetworkLab()
    const made = await createRoutedNetwork(lab, everyone.length, options)
    network = made
    await Promise.all(everyone.map((index) => made.start(index)))
    return made
  }

  const commitsOf = async (index: number): Promise<number> =>
    ((await (network as RoutedNetwork).qudag(index, ['node', 'status'])) as { commitIndex: number }).commitIndex

  /** All agree, every payment was executed once, and no validator has signed two vertices of a round. */
  const expectOneLedger = async (wallets: readonly Wallet[]): Promise<void> => {
    const { running, dataDirOf } = network as RoutedNetwork
    await agreement(network as RoutedNetwork, everyone)
    for (const { payments, paidMicroRuv } of wallets) {
      const { acknowledged } = payments
      expect(acknowledged.size).toBeGreaterThan(0)
      expect(new Set(acknowledged.values()).size).toBe(acknowledged.size)
      expect(await paidMicroRuv()).toBe(String(microRuvEach * acknowledged.size))
    }
    for (const node of running()) await node.end('SIGTERM')
    const signed = signedVertices(everyone.map(dataDirOf))
    expect([...signed].filter(([, hashes]) => hashes.size > 1)).toEqual([])
  }

  /** Waits until something is so; throws where it is not in time. */
  const eventually = async (what: string, timeoutMs: number, isSo: () => Promise<boolean>): Promise<number> => {
    const startedAtMs = performance.now()
    while (!(await isSo())) {
      if (performance.now() - startedAtMs > timeoutMs) throw new Error(`${what}: not within ${timeoutMs} ms`)
      await pause(100)
    }
    return performance.now() - startedAtMs
  }

  it('goes on without a validator that is killed, which catches up and votes again', async () => {
    const { start, running, qudag } = await open()
    const wallet = await walletAt(1, 2)
    const stop = await wallet.start()
    await pause(1_000)
    await running().at(2)?.end('SIGKILL')
    const before = await commitsOf(1)
    await eventually('commits without it', 30_000, async () => (await commitsOf(1)) > before + 5)
    await start(3)
    const roundOf = async (): Promise<number> => {
      const { committee } = (await qudag(3, ['network', 'status'])) as NetworkStatus
      const self = committee.find(({ isSelf }) => isSelf)
      return self === undefined || self.lag > 3 ? 0 : self.round
    }
    await eventually('votes again', 60_000, async () => (await roundOf()) > 0)
    const first = await roundOf()
    await eventually('goes on voting', 30_000, async () => (await roundOf()) > first + 3)
    await stop()
    await expectOneLedger([wallet])
  })

  it(`agrees again with one that was cut off for ${cutSeconds} s`, async () => {
    const { namespaceOf, addressOf } = await open()
    const wallet = await walletAt(1, 2)
    const stop = await wallet.start()
    await lab.block(namespaceOf(4), [1, 2, 3].map(addressOf))
    const before = await commitsOf(1)
    await pause(cutSeconds * 1_000)
    expect(await commitsOf(1)).toBeGreaterThan(before + cutSeconds)
    await lab.block(namespaceOf(4), [])
    await stop()
    await expectOneLedger([wallet])
  })

  it('stands still while two are parted from two, and goes on when they come together', async () => {
    const { namespaceOf, addressOf } = await open()
    const left = await walletAt(1, 2)
    const right = await walletAt(3, 2)
    const stops = [await left.start(), await right.start()]
    await pause(1_000)
    for (const index of [1, 2]) await lab.block(namespaceOf(index), [3, 4].map(addressOf))
    // What was on its way arrives; then nothing moves.
    await pause(3_000)
    const parted = await Promise.all(everyone.map(commitsOf))
    await pause(8_000)
    expect(await Promise.all(everyone.map(commitsOf))).toEqual(parted)
    for (const index of [1, 2]) await lab.block(namespaceOf(index), [])
    const tookMs = await eventually('goes on', 60_000, async () => {
      const now = await Promise.all(everyone.map(commitsOf))
      return now.every((commits, at) => commits > (parted[at] ?? 0))
    })
    console.log(`goes on ${Math.round(tookMs)} ms after the partition has healed`)
    for (const stop of stops) await stop()
    await expectOneLedger([left, right])
  })

  it('finalizes over distances of 200 ms that lose 2 % of packets', async () => {
    const { namespaceOf, qudag } = await open({ delayMs: 200 })
    for (const index of everyone) await lab.lose(namespaceOf(index), 2)
    const wallet = await walletAt(2, 2)
    const stop = await wallet.start()
    await pause(20_000)
    await stop()
    const status = (await qudag(2, ['node', 'status'])) as { finalityMs: { p50: number; p95: number } }
    console.log(`finality over 200 ms and 2 % loss: ${JSON.stringify(status.finalityMs)}`)
    for (const index of everyone) await lab.lose(namespaceOf(index), 0)
    await expectOneLedger([wallet])
  })
})
