/**
 * A page in Chromium and a node as people run it: over WebSocket and over WebRTC the page asks how far the network is, checks the
 * answer by the genesis alone, and everything of it is inside the post-quantum channel. Without that handshake nobody is answered.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { NetworkStatus, PeerList, Reachability } from '../../node/api/contract/index.ts'
import { toHex } from '../../node/core/bytes.ts'
import { encodeGenesis } from '../../node/ledger/index.ts'
import { hybridProtocol } from '../../node/p2p/secure-channel/index.ts'
import { readGenesis } from '../../node/services/genesis-file.ts'
import { skipNote } from '../../scripts/test-support/require-tool.ts'
import { killServedNodes, qudagAt, startServedNode } from '../served-node.ts'
import { isChromiumThere, type ServedPage, servePage } from './serve-page.ts'
import type { StrangerRequest, StrangerResult } from './stranger-page.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'qudag-stranger-'))
const qudag = qudagAt(dataDir)
let served: ServedPage | undefined
let genesis = ''
let listening: readonly string[] = []

/** Each look is a process of the command line. */
const patience = { timeout: 60_000 }
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

beforeAll(async () => {
  if (!isChromiumThere) return
  const listen = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/udp/0/webrtc-direct']
  const flags = ['--webrtc', 'yes', '--mdns', 'no', ...listen.flatMap((address) => ['--p2p-listen', address])]
  await startServedNode({ dataDir, flags })
  const known = await readGenesis(join(dataDir, 'genesis.json'))
  if (known === null) throw new Error('the node has no genesis')
  genesis = toHex(encodeGenesis(known))
  // Where nobody pays there is nothing to certify.
  await qudag(['vault', 'init', '--password-fd', '3'], ['correct horse battery staple'])
  await qudag(['account', 'create', '--label', 'own'])
  await qudag(['faucet', 'own', '5', '--wait', 'provable'])
  while (((await qudag(['network', 'status'])) as NetworkStatus).checkpoint === null) await pause(500)
  const { reachability } = (await qudag(['peer', 'list'])) as { reachability: Reachability }
  listening = reachability.listening
  served = await servePage('stranger-page.ts', 'askStranger')
})
afterAll(async () => {
  await served?.close()
  killServedNodes()
  rmSync(dataDir, { recursive: true, force: true })
})
afterEach(async () => {
  await served?.page.evaluate('hangUp()')
})
beforeEach((context) => {
  if (!isChromiumThere) context.skip(skipNote('chromium', 'runs the page'))
})

const addressOf = (kind: 'ws' | 'webrtc-direct'): string => {
  const found = listening.find((address) => address.split('/').includes(kind))
  if (found === undefined) throw new Error(`the node listens on no ${kind} address: ${listening.join(' ')}`)
  return found
}

async function ask(request: Omit<StrangerRequest, 'genesis'>): Promise<StrangerResult & { readonly failed?: string }> {
  return (await served?.page.evaluate(`askStranger(${JSON.stringify({ ...request, genesis })})`)) as StrangerResult
}

const shown = async (): Promise<PeerList> => (await qudag(['peer', 'list'])) as PeerList

it('is asked over WebSocket, inside one channel around the connection', async () => {
  const answer = await ask({ address: addressOf('ws') })
  expect(answer).toMatchObject({ peerId: (await shown()).self?.id, encryption: hybridProtocol })
  expect(answer.handshakes).toHaveLength(1)
  expect(answer.certifiedSeq).toBeGreaterThan(0)
  expect(answer.commitIndex).toBeGreaterThan(0)
  await expect
    .poll(async () => (await shown()).items, patience)
    .toMatchObject([{ channel: 'hybrid', direction: 'inbound' }])
})

it('is asked over WebRTC, inside a channel for each stream', async () => {
  const answer = await ask({ address: addressOf('webrtc-direct') })
  expect(answer.peerId).toBe((await shown()).self?.id)
  // Two questions, and no two handshakes are the same.
  expect(new Set(answer.handshakes).size).toBe(2)
  expect(answer.certifiedSeq).toBeGreaterThan(0)
  await expect
    .poll(async () => (await shown()).items.filter(({ address }) => address.includes('/udp/')), patience)
    .toMatchObject([{ channel: 'hybrid', direction: 'inbound' }])
})

it('answers nobody without the handshake, over either', async () => {
  expect(await ask({ address: addressOf('ws'), isClassical: true })).toMatchObject({ failed: expect.any(String) })
  await expect.poll(async () => (await shown()).items, patience).toEqual([])
  // WebRTC itself connects; what is asked outside a channel gets no answer.
  const answer = await ask({ address: addressOf('webrtc-direct'), isClassical: true })
  expect(answer).toEqual({ failed: 'PEER_UNREACHABLE' })
})
