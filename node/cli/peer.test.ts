/** `qudag peer` as a script uses it: real processes against a real socket, with services in memory behind it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PeerList, Reachability, SyncState } from '../api/contract/index.ts'
import { fakePeerId } from '../api/test-support/fake-peers.ts'
import { createFakeServices, type FakeServices } from '../api/test-support/fake-services.ts'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { createLocalSocketServer, type LocalSocketServer } from '../api/transports/index.ts'
import { peersText, reachedText, showBytes, showDuration, syncText } from './peer-text.ts'
import { errorOf, jsonOf, type Ran, runProgram } from './test-support/run-program.ts'

// A process costs a third of a second, more where others use the cores.
vi.setConfig({ testTimeout: 60_000 })

const dataDir = join(temporaryFolder('cli-peer'), 'data')
let fake: FakeServices
let server: LocalSocketServer

const run = (...args: string[]): Promise<Ran> => runProgram(['peer', ...args], { dataDir })

beforeAll(() => void mkdirSync(dataDir, { mode: 0o700 }))
beforeEach(async () => {
  await server?.close()
  fake = createFakeServices()
  const info = { pid: 1, chainId: 'c0', network: 'dev', apiUrl: null, tokenFile: null, dataDir }
  server = await createLocalSocketServer({ dataDir, closeGraceMs: 100 }, { services: fake.services, info: () => info })
})
afterAll(() => server.close())

describe('qudag peer', () => {
  it('list as JSON has peers, bans, reachability and traffic', async () => {
    const listed = await run('list', '--json')
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(listed)).toMatchObject({
      self: { role: 'validator' },
      items: { length: 5 },
      bans: [{ reason: 'FRAME_TOO_LONG' }],
      reachability: { state: 'public' },
      traffic: { receivedBytesPerSecond: 51_200 },
    })
  })

  it('list for reading names validators first, and every peer by its whole id', async () => {
    const { stdout, code } = await run('list')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Reached +by anybody \(peers have dialled back\)$/m)
    expect(stdout).toMatch(/^Sent +45\.7 MB since the start, 10\.2 kB\/s now, capped at 1\.0 MB\/s$/m)
    expect(stdout).toMatch(/^Validator 2 +direct +post-quantum +20 ms +1\.0 MB +2\.0 MB /m)
    expect(stdout).toMatch(/^light +by relay +post-quantum +4\.0 MB /m)
    expect(stdout).toMatch(/^full +direct +classical /m)
    for (let peer = 1; peer <= 5; peer++) expect(stdout).toContain(fakePeerId(peer))
    expect(stdout).toMatch(/^FRAME_TOO_LONG +2025-06-15T15:06:40\.000Z +2025-06-15T16:06:40\.000Z +12D3KooW/m)
  })

  it('ban, with and without an end, then unban', async () => {
    const id = fakePeerId(1)
    expect(jsonOf(await run('ban', id, '--hours', '0.5', '--json'))).toMatchObject({
      id,
      reason: 'BY_HAND',
      until: '2025-06-15T15:36:40.000Z',
    })
    const lasting = await run('ban', fakePeerId(2))
    expect(lasting.stdout).toBe(`Banned ${fakePeerId(2)} until the ban is lifted.\n`)
    expect((await run('unban', id)).stdout).toBe(`The ban of ${id} is lifted.\n`)
    const again = await run('unban', id, '--json')
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(again)).toMatchObject({ code: 'PEER_NOT_BANNED', hint: expect.stringContaining('peer list') })
  })

  it('add dials an address, and says what is wrong with another', async () => {
    const address = `/ip4/203.0.113.77/tcp/4001/p2p/${fakePeerId(77)}`
    const added = await run('add', address)
    expect(added.code).toBe(0)
    expect(added.stdout).toContain(fakePeerId(77))
    expect(fake.network.peers.dialled).toEqual([address])
    const wrong = await run('add', '203.0.113.77:4001', '--json')
    expect(wrong.code).toBe(2)
    expect(errorOf(wrong)).toMatchObject({ code: 'PEER_ADDRESS_INVALID', hint: expect.stringContaining('/ip4/') })
  })

  it.each([['0'], ['-1'], ['x'], ['1e3'], ['99999']])('does not ban for %s hours', async (hours) => {
    const ran = await run('ban', fakePeerId(1), '--hours', hours, '--json')
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(fake.network.audited).toEqual([])
  })
})

describe('peers, for reading', () => {
  const reachability: Reachability = {
    state: 'offline',
    reason: 'LISTENS_NOWHERE',
    listening: [],
    announced: [],
    relays: [],
    portMapped: false,
    missing: [],
    asOf: '2025-06-15T15:06:40.000Z',
  }
  const traffic = {
    receivedBytes: 0,
    sentBytes: 0,
    receivedBytesPerSecond: 0,
    sentBytesPerSecond: 0,
    maxReceivedBytesPerSecond: null,
    maxSentBytesPerSecond: null,
  }
  const nobody: PeerList = { asOf: '2025-06-15T15:06:40.000Z', self: null, items: [], bans: [] }

  it('name what could not start on this machine, and why', () => {
    const missing = [
      { part: 'mdns' as const, reason: 'ENODEV' },
      { part: 'listen' as const, reason: '/ip4/0.0.0.0/tcp/4001: EADDRINUSE' },
    ]
    const text = peersText(nobody, { reachability: { ...reachability, missing }, traffic })
    expect(text).toMatch(
      /^Missing +neighbours \(mDNS\): ENODEV; an address: \/ip4\/0\.0\.0\.0\/tcp\/4001: EADDRINUSE$/m,
    )
    expect(peersText(nobody, { reachability, traffic })).not.toContain('Missing')
  })

  it('say what to do where nobody is connected', () => {
    const text = peersText(nobody, { reachability, traffic })
    expect(text).toContain('qudag peer add ')
    expect(text).toMatch(/^Reached +by nobody: this node does not listen$/m)
    expect(text).not.toContain('Banned')
  })

  it('let nothing that a peer says redraw the terminal', () => {
    const evil = 'x\u001b[2J\u202e'
    const peer = {
      ...{ id: 'p', validator: null, validatorName: null, role: 'full' as const, agent: evil, address: evil },
      ...{ path: 'direct' as const, direction: 'inbound' as const, channel: 'hybrid' as const },
      ...{ connectedAt: nobody.asOf, latencyMs: null, receivedBytes: 0, sentBytes: 0, score: 0 },
    }
    const ban = { id: 'q', address: evil, reason: evil, at: nobody.asOf, until: null }
    const text = peersText({ ...nobody, items: [peer], bans: [ban] }, { reachability, traffic })
    for (const shown of [text, reachedText({ ...reachability, reason: evil })]) {
      expect(shown).not.toContain('\u001b')
      expect(shown).not.toContain('\u202e')
    }
  })

  it('say each phase of synchronising, with what is done and left where that is known', () => {
    const sync: SyncState = {
      ...{ phase: 'connecting', done: 0, total: null, unit: null, phaseStartedAt: nobody.asOf },
      ...{ remainingMs: null, dropped: [], anchor: null },
    }
    const say = (change: Partial<SyncState>): string =>
      syncText({ ...sync, ...change }, (tone, text) => `<${tone}>${text}`)
    expect(say({})).toBe('<warn>looking for peers')
    expect(say({ phase: 'certificates', unit: 'checkpoints', done: 3, total: 12, remainingMs: 900 })).toBe(
      '<warn>checking who validated, 3 of 12 checkpoints, about 1 s left',
    )
    expect(say({ phase: 'replay', unit: 'commits', done: 3, dropped: [{ peer: 'p', code: 'X' }] })).toBe(
      '<warn>executing what came after it, 3 commits, 1 peers dropped',
    )
    expect(say({ phase: 'live', unit: 'commits', done: 3, total: 4 })).toBe('<good>up to date')
    expect(say({ phase: 'stalled' })).toMatch(/^<bad>/)
  })
})

describe('showBytes and showDuration', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [1.5e12, '1.5 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(showBytes(bytes)).toBe(text))

  it('never shows more than three digits before the point (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9e15 }), (bytes) => {
        expect(showBytes(bytes)).toMatch(/^(?:\d{1,3} B|\d{1,3}\.\d [kMGTP]B)$/)
      }),
    )
  })

  it.each([
    [-5, '0 s'],
    [59_400, '59 s'],
    [61_000, '1 min 1 s'],
    [3_725_000, '1 h 2 min'],
    [50 * 3_600_000, '2 d 2 h'],
  ])('%d ms are %s', (ms, text) => expect(showDuration(ms)).toBe(text))
})
