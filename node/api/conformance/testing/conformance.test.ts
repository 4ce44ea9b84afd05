/** Every way to a real node, case by case; the table at the end says what was run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Node } from '../../../node.ts'
import { ended, passwordBytes, startTestNode, temporaryDataDir, testPassword } from '../../../services/test-support.ts'
import { conformanceCases, type World } from './cases.ts'
import { type Door, openDoors } from './doors.ts'
import { conformanceTable, type Outcome } from './table.ts'

const doorNames = ['local socket', 'MessagePort', 'WebSocket', 'REST'] as const
const caseNames = conformanceCases.map(({ name }) => name)
const outcomes: Outcome[] = []
const folder = temporaryDataDir()
let node: Node
let world: World
let doors: Door[] = []

/** As many payments as fill more than a page, in batches that an account may have on their way. */
const history = 205
const batch = 41

beforeAll(async () => {
  node = await startTestNode(folder.path)
  const { services } = node
  await services.vault.init({ password: passwordBytes() })
  const alice = (await services.accounts.create({ label: 'alice' })).address
  const bob = (await services.accounts.create({ label: 'bob' })).address
  const first = await services.transactions.faucet({ account: 'alice', amountMicroRuv: 1_000_000_000n })
  await ended(node, first.txId)
  for (let paid = 0; paid < history; paid += batch) {
    const sent: string[] = []
    for (let i = 0; i < batch; i++) {
      const view = await services.transactions.pay({ from: 'alice', transfers: [{ to: bob, amountMicroRuv: 1n }] })
      sent.push(view.txId)
    }
    for (const txId of sent) await ended(node, txId)
  }
  while ((await services.node.status()).checkpoint === null) await new Promise((resolve) => setTimeout(resolve, 50))
  let followers = 0
  const { subscribe, position } = services.events
  const counted: typeof services.events = {
    position,
    async *subscribe(query, signal) {
      followers += 1
      try {
        yield* subscribe(query, signal)
      } finally {
        followers -= 1
      }
    },
  }
  // The doors of the node itself have the same object.
  Object.assign(services.events, counted)
  const { info } = node
  world = {
    services,
    info: { pid: process.pid, ...info, socket: info.socketPath },
    issueBrowserCode: () => node.issueBrowserCode(),
    alice,
    bob,
    password: testPassword,
    history,
    firstTxId: first.txId,
    followers: () => followers,
  }
  doors = await openDoors(world)
}, 120_000)

afterAll(async () => {
  for (const door of doors) await door.close()
  await node.stop()
  folder.remove()
  // The figures of this suite are its output.
  console.log(`\n${conformanceTable(doorNames, caseNames, outcomes)}\n`)
})

describe.each(doorNames)('%s', (name) => {
  const doorOf = (): Door => doors.find((door) => door.name === name) as Door
  // Which cases apply is known before the node runs, so that none is passed over in silence.
  const features: Record<(typeof doorNames)[number], readonly string[]> = {
    'local socket': ['all', 'secrets', 'streams', 'events'],
    MessagePort: ['all', 'secrets', 'streams', 'tokens', 'events'],
    WebSocket: ['all', 'secrets', 'streams', 'tokens', 'events'],
    REST: ['tokens', 'events'],
  }
  for (const { name: testCase, needs, run } of conformanceCases) {
    if (!needs.every((feature) => features[name].includes(feature))) {
      outcomes.push({ door: name, testCase, result: 'n/a' })
      continue
    }
    it(testCase, async () => {
      try {
        await run(doorOf(), world)
        outcomes.push({ door: name, testCase, result: 'passed' })
      } catch (error) {
        outcomes.push({ door: name, testCase, result: 'FAILED' })
        throw error
      }
    })
  }

  it('has the features that the cases were chosen by', () => {
    expect([...doorOf().features].sort()).toEqual([...features[name]].sort())
  })
})
