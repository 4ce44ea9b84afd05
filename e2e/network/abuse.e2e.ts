/**
 * Four validators and an abusive peer on the same machine, whose address nobody can ban: floods, junk, giants, bombs, silence
 * and crowds, some by themselves and then all at once. Finality goes on, all agree, who abused is refused or banned with a reason,
 * nobody else is, memory stays bounded, and sockets are given back. Prints what it cost; no time is asserted.
 * QUDAG_ABUSE_SECONDS asks for more of each, QUDAG_ABUSE_ONLY names some.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type Abuser, attacks, startAbuser } from './abuse/abuser.ts'
import { openSockets } from './abuse/open-sockets.ts'
import { createPaymentLanes, microRuvEach } from './payment-lanes.ts'
import { agreement, createTestNetwork, password, pause, type TestNetwork } from './run-network.ts'

const everyone = [1, 2, 3, 4] as const
const seconds = Number(process.env.QUDAG_ABUSE_SECONDS ?? 4)
const only = process.env.QUDAG_ABUSE_ONLY?.split(',') ?? Object.keys(attacks)
/** By themselves first, unless some are named: one of each sort. The rest has its turn with all at once, and in `qudag bench abuse`. */
const alone = process.env.QUDAG_ABUSE_ONLY?.split(',') ?? [
  ...['gossip-forged', 'gossip-junk', 'request-flood', 'slow-reader', 'frame-giant', 'votes-unproven'],
  ...['consensus-stream', 'zstd-bomb', 'connections-of-one', 'connections-of-many'],
]
/** A ban for excess takes ten seconds of it: an abuse is done again for twice as long until somebody is banned for it, so often at most. */
const maxTries = 4
const timeoutMs = 1_800_000 + 60_000 * seconds
/** No validator may take more, whatever is done to it: twice what one takes undisturbed, and what the limits of node/p2p add up to. */
const maxRssBytes = 1_500_000_000
/** After the abuse, sockets of a validator above those before it: a peer or two that come and go. */
const strayedSockets = 4

/**
 * Reasons of which each abuse that goes on has to end in one. What is not here is refused or not read, and nobody is banned for it: a flood
 * in one stream (pings, the DHT) stops in the sender's own buffers, and costs as many bytes a second as the stream may have.
 */
const reasons: Readonly<Record<string, readonly string[]>> = {
  'gossip-junk': ['GOSSIP_REJECTED'],
  'gossip-control': ['GOSSIP_CONTROL', 'STREAM_RATE_EXCEEDED'],
  'request-flood': ['REQUEST_QUOTA', 'STREAM_RATE_EXCEEDED'],
  'request-giant': ['REQUEST_INVALID'],
  'frame-giant': ['LINK_FRAME_INVALID'],
  'votes-unproven': ['LINK_CLASS_REFUSED'],
  'consensus-stream': ['STREAM_RATE_EXCEEDED'],
  'zstd-bomb': ['LINK_COMPRESSION_INVALID'],
  'connections-of-one': ['CONNECTION_LIMIT'],
  'identify-push': ['STREAM_RATE_EXCEEDED'],
}

/** What is an offence only where it is fast: how often an abuser has to come through each second, at each validator. */
const perSecond: Readonly<Record<string, { readonly what: string; readonly atLeast: number }>> = {
  'gossip-control': { what: 'messages', atLeast: 20 },
  'request-flood': { what: 'questions', atLeast: 100 },
  'consensus-stream': { what: 'streams', atLeast: 8 },
  'connections-of-one': { what: 'refused', atLeast: 2 },
  'identify-push': { what: 'streams', atLeast: 6 },
}

let network: TestNetwork | undefined
let abuser: Abuser | undefined
afterAll(() => {
  abuser?.stop()
  network?.close()
})

const rssOf = (pid: number): number => {
  const [, kb = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return 1_024 * Number(kb)
}

interface Ban {
  readonly id: string
  readonly reason: string
}

it('goes on under abuse of every kind, and shows the abuser out', { timeout: timeoutMs }, async (test) => {
  test.skip(process.platform !== 'linux', 'memory and sockets of other processes are read from /proc')
  network = await createTestNetwork(everyone.length)
  const { start, qudag, connect, dataDirOf, running } = network
  await Promise.all(everyone.map((index) => start(index)))
  await qudag(1, ['vault', 'init', '--password-fd', '3'], [password])
  await qudag(1, ['account', 'create', '--label', 'spending'])
  const { address } = (await qudag(1, ['account', 'create', '--label', 'saving'])) as { address: string }
  await qudag(1, ['faucet', 'spending', '1000', '--wait', 'finalized'])

  const victims = [
    ...new Set(
      everyone.flatMap((index) => {
        const file = readFileSync(join(dataDirOf(index), 'config.json'), 'utf8')
        return (JSON.parse(file) as { bootstrap: string[] }).bootstrap
      }),
    ),
  ]
  expect(victims).toHaveLength(everyone.length)
  const own = new Set(victims.map((one) => one.split('/').at(-1)))
  const { chainId } = (await qudag(1, ['node', 'status'])) as { chainId: string }
  abuser = startAbuser({ chainId, victims })

  const bansOf = async (index: number): Promise<readonly Ban[]> =>
    ((await qudag(index, ['peer', 'list'])) as { bans: Ban[] }).bans
  const usage = () => running().map(({ pid }) => ({ rss: rssOf(pid), sockets: openSockets(pid) ?? 0 }))
  const shown = (of: readonly { rss: number; sockets: number }[]): string =>
    of.map(({ rss, sockets }) => `${Math.round(rss / 2 ** 20)} MB, ${sockets} sockets`).join('; ')
  const connection = await connect(1)
  const commits = async (): Promise<number> => (await connection.client.node.status()).commitIndex
  const medianOf = async (): Promise<number | null> => (await connection.client.node.status()).finalityMs?.p50 ?? null
  const payments = createPaymentLanes({ name: 'payment', from: 'spending', to: address, lanes: 2, pauseMs: 50 })
  let isOver = false
  const sending = payments.run(connection, () => isOver)

  await pause(10_000)
  const before = usage()
  const undisturbedMs = await medianOf()
  let highestRss = 0
  const watch = setInterval(() => {
    highestRss = Math.max(highestRss, ...usage().map(({ rss }) => rss))
  }, 500)
  const underName = new Map<string, string>()
  /** Abuses that this machine had the time for. */
  const doneInEarnest = new Set<string>()
  /** Whether somebody has been banned for it, with a reason that it is to have. */
  const isPunished = async (name: string): Promise<boolean> => {
    const expected = reasons[name]
    if (expected === undefined) return true
    const bans = (await Promise.all(everyone.map(bansOf))).flat()
    return bans.some(({ id, reason }) => underName.get(id) === name && expected.includes(reason))
  }
  for (const names of [...alone.map((name) => [name]), only]) {
    const [paid, first] = [payments.acknowledged.size, await commits()]
    for (let tries = 1; ; tries++) {
      const forSeconds = names.length === 1 ? seconds * 2 ** (tries - 1) : 3 * seconds
      const { counts, ids } = await abuser.attack(names, 1_000 * forSeconds)
      for (const [name, done] of Object.entries(counts)) {
        const rate = perSecond[name]
        const times = rate === undefined ? Number.POSITIVE_INFINITY : (done[rate.what] ?? 0)
        if (times / forSeconds / victims.length >= (rate?.atLeast ?? 0)) doneInEarnest.add(name)
      }
      for (const [name, under] of Object.entries(ids)) for (const id of under) underName.set(id, name)
      console.log(names.length === 1 ? names[0] : 'all at once', JSON.stringify(counts))
      if (names.length > 1 || tries >= maxTries || (await isPunished(names[0] ?? ''))) break
    }
    // It goes on: what is ordered grows, and payments are taken, also while it lasts.
    await expect.poll(commits, { timeout: 120_000 }).toBeGreaterThan(first)
    await expect.poll(() => payments.acknowledged.size, { timeout: 120_000 }).toBeGreaterThan(paid)
  }
  clearInterval(watch)
  const during = usage()
  const attackedMs = await medianOf()
  isOver = true
  await sending
  await payments.settle(connection)
  connection.close()

  const bans = (await Promise.all(everyone.map(bansOf))).flat()
  const byName = new Map<string, Set<string>>()
  for (const { id, reason } of bans) {
    const name = underName.get(id) ?? id
    byName.set(name, (byName.get(name) ?? new Set()).add(reason))
  }
  console.log([...byName].map(([name, why]) => `${name}: ${[...why].join(', ')}`).join('\n'))
  expect(bans.filter(({ id }) => own.has(id) || !underName.has(id))).toEqual([])
  for (const name of alone) {
    const expected = reasons[name]
    if (expected === undefined) continue
    if (!doneInEarnest.has(name)) {
      console.log(`${name}: too slow on this machine to be an offence`)
      continue
    }
    const found = [...(byName.get(name) ?? [])]
    expect(
      found.some((reason) => expected.includes(reason)),
      `${name} ends in ${expected.join(' or ')}`,
    ).toBe(true)
  }
  expect(highestRss).toBeLessThan(maxRssBytes)

  await agreement(network, everyone)
  const saved = (await qudag(1, ['account', 'show', 'saving'])) as { balance: { available: string } }
  expect(saved.balance.available).toBe(String(microRuvEach * payments.acknowledged.size))
  abuser.stop()
  // No socket of a stranger outlives the time it has to say who it is.
  const most = Math.max(...before.map(({ sockets }) => sockets)) + strayedSockets
  await expect
    .poll(() => Math.max(...usage().map(({ sockets }) => sockets)), { timeout: 90_000 })
    .toBeLessThanOrEqual(most)
  const ratio = undisturbedMs === null || attackedMs === null ? '-' : (attackedMs / undisturbedMs).toFixed(2)
  console.log(
    [
      `${payments.acknowledged.size} payments; median to Finalized ${undisturbedMs} ms undisturbed, ${attackedMs} ms at the end: ${ratio}×`,
      `before: ${shown(before)}`,
      `under abuse: ${shown(during)}; highest ${Math.round(highestRss / 2 ** 20)} MB`,
      `after: ${shown(usage())}`,
    ].join('\n'),
  )
  for (const node of running()) expect((await node.end('SIGTERM')).code).toBe(0)
})
