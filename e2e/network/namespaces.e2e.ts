/** The networks that tests build do what they are said to do: else a test of the node on them would prove nothing. */
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createNetworkLab, type Namespace, type NetworkLab, whyNoNamespaces } from './namespaces.ts'

const reason = await whyNoNamespaces()
/** Home 10.1.0.2 – router 10.1.0.1 | 203.0.113.1 – outside 203.0.113.2 (RFC 5737). */
const home = '10.1.0.2'
const routerInside = '10.1.0.1'
const routerOutside = '203.0.113.1'
const outside = '203.0.113.2'
const port = 4001

/** Answers each connection with the address it came from, and what it sends with the same bytes. */
const echoServer = `
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write(socket.remoteAddress + '\\n')
    socket.pipe(socket)
  })
  server.listen(${port}, '0.0.0.0', () => console.log('ready'))
`
/** Connects, reads the greeting, sends a line and waits for it; prints the greeting and the round trip in ms. */
const client = (host: string, clientPort = port) => `
  const socket = require('node:net').connect({ host: '${host}', port: ${clientPort} })
  socket.setTimeout(1500, () => socket.destroy(new Error('timed out')))
  let text = ''
  let sentAt
  socket.on('data', (bytes) => {
    text += bytes
    const lines = text.split('\\n')
    if (lines.length === 2) { sentAt = performance.now(); socket.write('ping\\n') }
    if (lines.length === 3) { console.log(lines[0], performance.now() - sentAt); socket.destroy() }
  })
  socket.on('error', (error) => { console.error(error.message); process.exitCode = 1 })
`

describe('namespaces', () => {
  let lab: NetworkLab
  let inHome: Namespace
  let router: Namespace
  let away: Namespace

  const ready = (child: ChildProcess): Promise<string> =>
    new Promise((resolve, reject) => {
      if (child.stdout === null) throw new Error('the program has no output')
      createInterface(child.stdout).once('line', resolve)
      child.once('close', () => reject(new Error('the program ended before it was ready')))
    })
  const node = (namespace: Namespace, script: string) => namespace.exec(process.execPath, '-e', script)
  const roundTrip = async (namespace: Namespace, host: string, toPort = port) => {
    const [from, ms] = (await node(namespace, client(host, toPort))).trim().split(' ')
    return { from, ms: Number(ms) }
  }

  beforeEach((test) => {
    if (reason !== undefined) test.skip(reason)
  })
  beforeAll(async () => {
    if (reason !== undefined) return
    lab = await createNetworkLab()
    inHome = await lab.namespace('home')
    router = await lab.namespace('router')
    away = await lab.namespace('away')
    await lab.connect(
      { namespace: inHome, address: `${home}/24` },
      { namespace: router, address: `${routerInside}/24` },
    )
    const cable = await lab.connect(
      { namespace: router, address: `${routerOutside}/24` },
      { namespace: away, address: `${outside}/24` },
    )
    await lab.defaultRoute(inHome, routerInside)
    await lab.route(away, '10.1.0.0/24', routerOutside)
    await lab.masquerade({ namespace: router, outside: cable.interfaces[0], kind: 'cone' })
    for (const namespace of [inHome, away]) await ready(namespace.spawn(process.execPath, ['-e', echoServer]))
  })
  afterAll(() => lab?.close())

  it('hides the home behind its router', async () => {
    expect((await roundTrip(inHome, outside)).from).toContain(routerOutside)
  })

  it('lets nothing in that was not asked for', async () => {
    await expect(roundTrip(away, home)).rejects.toThrow('timed out')
  })

  it('loses what it is told to lose, and no more after that', async () => {
    await lab.lose(away, 100)
    await expect(roundTrip(inHome, outside)).rejects.toThrow('timed out')
    await lab.lose(away, 0)
    expect((await roundTrip(inHome, outside)).from).toContain(routerOutside)
  })

  it('parts two sides and joins them again', async () => {
    await lab.block(inHome, [outside])
    await expect(roundTrip(inHome, outside)).rejects.toThrow()
    await lab.block(inHome, [])
    expect((await roundTrip(inHome, outside)).from).toContain(routerOutside)
  })

  it('delays by a relay in between, twice a round trip', async () => {
    const relay = router.spawn(process.execPath, [
      fileURLToPath(new URL('./delay-relay.ts', import.meta.url)),
      JSON.stringify({ listenPort: 0, targetHost: outside, targetPort: port, delayMs: 60 }),
    ])
    const relayPort = Number((await ready(relay)).split(' ')[1])
    expect((await roundTrip(inHome, routerInside, relayPort)).ms).toBeGreaterThanOrEqual(119)
  })

  it('ends what it started', async () => {
    const sleeper = away.spawn('sleep', ['600'])
    const closed = new Promise((resolve) => sleeper.once('close', resolve))
    await lab.close()
    await closed
    await expect(inHome.exec('true')).rejects.toThrow('No such file or directory')
  })
})
