/** Nodes that are real, in this process and over a real local socket. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient } from '../../node/api/client/index.ts'
import { socketPathOf } from '../../node/api/transports/index.ts'
import { settleConfig } from '../../node/config/index.ts'
import { attachToNode } from './attached-node.ts'
import type { LiveNode } from './live-node.ts'
import { startOwnNode } from './own-node.ts'
import type { WindowKind } from './pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'qudag-desktop-'))
const dataDir = join(folder, 'data')
const faults: unknown[] = []
const reportFault = (fault: unknown): void => void faults.push(fault)
let own: LiveNode
let attached: LiveNode

beforeAll(async () => {
  const config = settleConfig({ flags: { dataDir, network: 'dev', apiPort: 0, verifierWorkers: 1 } })
  if (!config.ok) throw new Error(config.error.message)
  own = await startOwnNode(config.value, { reportFault })
  attached = await attachToNode(socketPathOf(dataDir), reportFault)
})
afterAll(async () => {
  await attached.close()
  await own.close()
  rmSync(folder, { recursive: true, force: true })
})

/** As a window would: from the other end of a port that was handed over. */
function windowOf(node: LiveNode, kind: WindowKind): Client {
  const { port1, port2 } = new MessageChannel()
  node.serve(port1, kind)
  return createClient({ kind: 'port', port: port2 })
}

const password = (): Uint8Array => new TextEncoder().encode('correct horse battery staple')

describe.each([
  ['a node of our own', () => own],
  ['an attached node', () => attached],
])('%s', (_, node) => {
  it('gives a page everything but secrets', async () => {
    const { api, close } = windowOf(node(), 'page')
    expect(await api.node.info()).toMatchObject({ dataDir, network: node().network })
    await expect(api.vault.init({ password: password() })).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
    await expect(api.vault.unlock({ password: password() })).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
    await expect(api.tokens.list()).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
    await expect(api.node.browserLink()).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
    await api.vault.keepOpen()
    close()
  })

  it('serves the shell itself as it serves a page', async () => {
    expect((await node().client.api.vault.status()).exists).toBe(false)
    await expect(node().client.api.tokens.list()).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
  })

  it('gives a secret window secrets too', async () => {
    const { api, close } = windowOf(node(), 'secret')
    expect(await api.tokens.list()).toEqual([])
    close()
  })

  it('streams events to a page', async () => {
    const { api, close } = windowOf(node(), 'page')
    const stream = await api.events.subscribe({})
    expect((await stream.next()).value).toMatchObject({ type: 'subscribed' })
    await stream.return?.()
    close()
  })
})

describe('an attached node', () => {
  it('closes a page that sends what is no message, and serves the others', async () => {
    const { port1, port2 } = new MessageChannel()
    attached.serve(port1, 'page')
    const other = windowOf(attached, 'page')
    const closed = new Promise((resolve) => port2.once('close', resolve))
    port2.postMessage({ not: 'text' })
    await closed
    expect((await other.api.node.info()).dataDir).toBe(dataDir)
    other.close()
  })

  it('ends the connection of a window that has gone', async () => {
    const { port1, port2 } = new MessageChannel()
    attached.serve(port1, 'page')
    const { api } = createClient({ kind: 'port', port: port2 })
    await api.node.info()
    port2.close()
    await new Promise((resolve) => port1.once('close', resolve))
    expect(faults).toEqual([])
  })

  it('is missed when it ends, and every window with it', async () => {
    const second = await attachToNode(socketPathOf(dataDir), reportFault)
    const page = windowOf(second, 'page')
    await page.api.node.info()
    await second.close()
    await second.ended
    await page.closed
    await expect(page.api.node.info()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('is told apart from none', async () => {
    await expect(attachToNode(socketPathOf(join(folder, 'none')), reportFault)).rejects.toMatchObject({
      code: 'NODE_NOT_RUNNING',
    })
  })
})
