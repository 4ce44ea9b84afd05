/**
 * A fifth node with an empty folder joins four validators while they are being paid through: it reaches the head, has the same
 * roots, and its own user's payments become final. Then it is killed, misses some of it, and comes back.
 */
import { afterAll, expect, it } from 'vitest'
import type { NetworkStatus, Transaction } from '../../node/api/contract/index.ts'
import { createPaymentLanes } from './payment-lanes.ts'
import { agreement, createTestNetwork, password, pause, type TestNetwork } from './run-network.ts'

const everyone = [1, 2, 3, 4] as const
const late = 5

let network: TestNetwork | undefined
afterAll(() => network?.close())

it('lets a node join late, serve its user, and come back after a kill', async () => {
  network = await createTestNetwork(everyone.length)
  const { start, qudag, connect, addFollower } = network
  await Promise.all(everyone.map((index) => start(index)))
  await qudag(1, ['vault', 'init', '--password-fd', '3'], [password])
  await qudag(1, ['account', 'create', '--label', 'spending'])
  const { address } = (await qudag(1, ['account', 'create', '--label', 'saving'])) as { address: string }
  await qudag(1, ['faucet', 'spending', '1000', '--wait', 'finalized'])
  const payments = createPaymentLanes({ name: 'load', from: 'spending', to: address, lanes: 4, pauseMs: 20 })
  const connection = await connect(1)
  let isOver = false
  const sending = payments.run(connection, () => isOver)
  const commitsOf = async (index: number): Promise<number> =>
    ((await qudag(index, ['node', 'status'])) as { commitIndex: number }).commitIndex
  while ((await commitsOf(1)) < 60) await pause(200)

  addFollower(late)
  let follower = await start(late)
  const reach = async (): Promise<void> => {
    const target = await commitsOf(1)
    while ((await commitsOf(late)) < target) await pause(200)
  }
  await reach()
  const status = (await qudag(late, ['network', 'status'])) as NetworkStatus
  expect(status).toMatchObject({ role: 'full', sync: { phase: 'live' } })
  expect(status.peers).toBeGreaterThan(0)

  await qudag(late, ['vault', 'init', '--password-fd', '3'], [password])
  await qudag(late, ['account', 'create', '--label', 'own'])
  await qudag(late, ['faucet', 'own', '5', '--wait', 'finalized'])
  const pay = ['transfer', address, '1', '--from', 'own', '--wait', 'provable']
  expect((await qudag(late, pay)) as Transaction).toMatchObject({ state: 'Finalized', outcome: 'ok' })

  await follower.end('SIGKILL')
  await pause(3_000)
  follower = await start(late)
  await reach()
  isOver = true
  await sending
  await payments.settle(connection)
  connection.close()
  await agreement(network, [...everyone, late])
  expect(await qudag(late, ['storage', 'verify'])).toMatchObject({ ok: true, problems: [] })
  expect((await follower.end('SIGTERM')).code).toBe(0)
})
