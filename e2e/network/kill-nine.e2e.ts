/**
 * Four validators, a process each, of which one after the other is killed while payments go through one of them: nothing
 * acknowledged is lost or paid twice, no validator ever signs two vertices of a round, and all four end with one ledger.
 * QUDAG_CLUSTER_KILLS and QUDAG_CLUSTER_SEED ask for more kills, and other moments.
 */
import { afterAll, expect, it } from 'vitest'
import { randomBelow, seededRng } from '../../node/core/rng.ts'
import { createPaymentLanes, microRuvEach } from './payment-lanes.ts'
import { agreement, createTestNetwork, password, pause, type TestNetwork } from './run-network.ts'
import { signedVertices } from './signed-vertices.ts'

const kills = Number(process.env.QUDAG_CLUSTER_KILLS ?? 6)
const seed = Number(process.env.QUDAG_CLUSTER_SEED ?? 20_261_129)
const everyone = [1, 2, 3, 4] as const

let network: TestNetwork | undefined
afterAll(() => network?.close())

it(`loses nothing, pays nothing twice and forks nowhere over ${kills} kills (seed ${seed})`, async () => {
  const rng = seededRng(seed)
  network = await createTestNetwork(everyone.length)
  const { start, qudag, connect, dataDirOf, running } = network
  await Promise.all(everyone.map((index) => start(index)))
  expect(new Set(running().map(({ pid }) => pid)).size).toBe(everyone.length)
  await qudag(1, ['vault', 'init', '--password-fd', '3'], [password])
  await qudag(1, ['account', 'create', '--label', 'spending'])
  const { address } = (await qudag(1, ['account', 'create', '--label', 'saving'])) as { address: string }
  await qudag(1, ['faucet', 'spending', '1000', '--wait', 'finalized'])

  const payments = createPaymentLanes({ name: 'payment', from: 'spending', to: address, lanes: 4, pauseMs: 20 })
  for (let kill = 0; kill < kills; kill++) {
    // Every other kill is of the node that pays; once in a while all are killed at once.
    const whom = kill % 5 === 4 ? [...everyone] : [kill % 2 === 0 ? 1 : 2 + randomBelow(rng, 3)]
    const connection = await connect(1)
    let isOver = false
    const sending = payments.run(connection, () => isOver)
    await pause(500 + randomBelow(rng, 2_500))
    await Promise.all(running().map((node) => (whom.includes(node.index) ? node.end('SIGKILL') : undefined)))
    await pause(randomBelow(rng, 1_000))
    isOver = true
    await sending
    connection.close()
    await Promise.all(whom.map((index) => start(index)))
    if (whom.includes(1)) await qudag(1, ['vault', 'unlock', '--password-fd', '3'], [password])
  }
  const last = await connect(1)
  let isOver = false
  const sending = payments.run(last, () => isOver)
  await pause(1_000)
  isOver = true
  await sending
  // What was cut off and is not asked again may have been taken or not: now it is, once.
  await payments.settle(last)
  last.close()

  const { acknowledged, refused } = payments
  expect([...refused].filter((key) => acknowledged.has(key))).toEqual([])
  expect(acknowledged.size).toBeGreaterThan(kills)
  expect(new Set(acknowledged.values()).size).toBe(acknowledged.size)
  await agreement(network, everyone)
  const saved = (await qudag(1, ['account', 'show', 'saving'])) as { balance: { available: string } }
  expect(saved.balance.available).toBe(String(microRuvEach * acknowledged.size))
  for (const index of everyone) {
    expect(await qudag(index, ['storage', 'verify'])).toMatchObject({ ok: true, problems: [] })
  }
  for (const node of running()) {
    expect((await node.end('SIGTERM')).code).toBe(0)
  }

  const signed = signedVertices(everyone.map(dataDirOf))
  expect(signed.size).toBeGreaterThan(20)
  expect([...signed].filter(([, hashes]) => hashes.size > 1)).toEqual([])
  const counts = `${acknowledged.size} paid, ${refused.size} refused`
  console.log(`${kills} kills; payments: ${counts}; ${signed.size} vertices, one hash each`)
})
