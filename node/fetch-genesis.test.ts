/** A genesis asked for over real sockets: of the right peers, of liars, and of those that say nothing. */

import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it } from 'vitest'
import type { NodeError } from './core/node-error.ts'
import { systemRng } from './crypto/index.ts'
import { createGenesisFetcher } from './fetch-genesis.ts'
import { chainIdOf, encodeGenesis, ledgerLimits } from './ledger/index.ts'
import { namedGenesis } from './ledger/test-support.ts'
import { createRequests, createSecureChannel, protocolNames, wholeChannelStreams } from './p2p/index.ts'
import { genesisMethod, genesisQuota } from './services/index.ts'
import { systemClock as clock, systemScheduler as scheduler } from './system-time.ts'

const genesis = namedGenesis(9)
const bytes = encodeGenesis(genesis)
const chainId = chainIdOf(genesis)
const another = encodeGenesis({ ...genesis, name: 'qudag-test-8' })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** A node of the chain that gives this for its genesis. */
async function peer(
  gives: Uint8Array,
  protocol: 'tcp' | 'ws' = 'tcp',
  maxResponseBytes = genesisQuota.maxResponseBytes,
) {
  const privateKey = await generateKeyPair('Ed25519')
  const channel = createSecureChannel({ chainId }, { privateKey, scheduler })
  const libp2p: Libp2p = await createLibp2p({
    privateKey,
    addresses: { listen: [`/ip4/127.0.0.1/tcp/0${protocol === 'ws' ? '/ws' : ''}`] },
    transports: [tcp(), webSockets()],
    connectionEncrypters: [...channel.encrypters],
    streamMuxers: [yamux()],
    services: { identify: identify({ protocolPrefix: protocolNames(chainId).prefix }) },
  })
  cleanups.push(() => libp2p.stop())
  let asked = 0
  const requests = createRequests(chainId, {
    ...{ libp2p, streams: wholeChannelStreams(libp2p), clock, scheduler },
    connected: () => [],
    rank: (keys) => keys,
    onMisconduct: () => undefined,
  })
  requests.serve(
    genesisMethod,
    async () => {
      asked += 1
      return gives
    },
    { ...genesisQuota, maxResponseBytes },
  )
  await requests.start()
  return { address: String(libp2p.getMultiaddrs()[0]), asked: () => asked }
}

/** Takes connections, and says nothing. */
async function silence(): Promise<string> {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`
}

const nobody = '/ip4/127.0.0.1/tcp/1'
const fetch = createGenesisFetcher({ clock, scheduler, rng: systemRng })
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: NodeError) => error.code,
  )

describe('a genesis asked for', () => {
  it.each(['tcp', 'ws'] as const)('comes from a peer over %s', async (protocol) => {
    const { address } = await peer(bytes, protocol)
    expect(await fetch(chainId, [address])).toEqual(bytes)
  })

  it('comes from the one who tells the truth, among liars and silence', async () => {
    const liars = [await peer(another), await peer(new Uint8Array(100_000)), await peer(new Uint8Array())]
    const honest = await peer(bytes)
    const addresses = [nobody, await silence(), ...liars.map(({ address }) => address), honest.address]
    expect(await fetch(chainId, addresses)).toEqual(bytes)
  })

  it('is not asked of a second peer once it is there', async () => {
    const peers = [await peer(bytes), await peer(bytes), await peer(bytes)]
    await fetch(
      chainId,
      peers.map(({ address }) => address),
    )
    expect(peers.reduce((sum, { asked }) => sum + asked(), 0)).toBe(1)
  })

  it('is refused where it is another one', async () => {
    const { address } = await peer(another)
    expect(await codeOf(fetch(chainId, [nobody, address]))).toBe('GENESIS_MISMATCH')
  })

  it('is not read beyond its longest', async () => {
    const { address } = await peer(new Uint8Array(ledgerLimits.maxGenesisBytes + 1), 'tcp', 10_000_000)
    expect(await codeOf(fetch(chainId, [address]))).toBe('PEER_MISBEHAVED')
  })

  it('is not had of nobody, of a node of another network, and not for ever', async () => {
    expect(await codeOf(fetch(chainId, [nobody]))).toBe('PEER_UNREACHABLE')
    const { address } = await peer(bytes)
    expect(await codeOf(fetch(new Uint8Array(32).fill(3), [address]))).toBe('PEER_UNREACHABLE')
    const hasty = createGenesisFetcher({ clock, scheduler, rng: systemRng, patienceMs: 300 })
    expect(await codeOf(hasty(chainId, [await silence()]))).toBe('PEER_TIMEOUT')
  })

  it('is given up when nobody waits for it any more', async () => {
    const reason = new Error('closed')
    await expect(fetch(chainId, [await silence()], AbortSignal.timeout(200))).rejects.toThrow()
    await expect(fetch(chainId, [await silence()], AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
