/**
 * Somebody is given a link and nothing else: the genesis comes from the node that the link names, a folder is made of it, and a node
 * started on that folder is connected with the network. A link to another chain at the same address makes nothing.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { PeerList } from '../../node/api/contract/index.ts'
import { runProgram } from '../../node/cli/test-support/run-program.ts'
import { fromHex } from '../../node/core/bytes.ts'
import { formatNetworkLink } from '../../node/core/network-link.ts'
import { killServedNodes, qudagAt, startServedNode } from '../served-node.ts'

const folder = mkdtempSync(join(tmpdir(), 'qudag-link-'))
afterAll(() => {
  killServedNodes()
  rmSync(folder, { recursive: true, force: true })
})

interface Invitation {
  readonly link: string
  readonly chainId: string
  readonly addresses: readonly string[]
}

const inFolder = (name: string): string => join(folder, name)
const joinBy = (name: string, link: string) =>
  runProgram(['network', 'join', link, '--yes', '--json'], { dataDir: inFolder(name) })

it('joins by a link alone', async () => {
  const first = await startServedNode({
    dataDir: inFolder('first'),
    flags: ['--mdns', 'no', '--p2p-listen', '/ip4/127.0.0.1/tcp/0'],
  })
  const qudag = qudagAt(inFolder('first'))
  const { link, chainId, addresses } = (await qudag(['network', 'invite'])) as Invitation
  expect(addresses).toHaveLength(1)
  const hash = fromHex(chainId) as Uint8Array

  const ran = await joinBy('second', link)
  expect(ran).toMatchObject({ code: 0 })
  expect(JSON.parse(ran.stdout)).toMatchObject({ chainId, kind: 'development', new: true, peersLeft: [] })
  expect(readFileSync(join(inFolder('second'), 'genesis.json'), 'utf8')).toBe(
    readFileSync(join(inFolder('first'), 'genesis.json'), 'utf8'),
  )

  const other = await joinBy('third', formatNetworkLink({ chainId: hash.map((byte) => 255 - byte), peers: addresses }))
  // Exit code of whoever cannot be reached.
  expect(other).toMatchObject({ code: 4, stdout: '' })
  expect(other.stderr).toContain('PEER_UNREACHABLE')
  expect(existsSync(join(inFolder('third'), 'genesis.json'))).toBe(false)

  const second = await startServedNode({
    dataDir: inFolder('second'),
    flags: ['--mdns', 'no', '--p2p-listen', '/ip4/127.0.0.1/tcp/0'],
  })
  const shown = (await qudagAt(inFolder('second'))(['peer', 'list'])) as PeerList
  expect(shown.items).toMatchObject([{ role: 'validator', channel: 'hybrid' }])
  expect((await second.end('SIGTERM')).code).toBe(0)
  expect((await first.end('SIGTERM')).code).toBe(0)
})
