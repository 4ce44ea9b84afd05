/**
 * A slow cable for tests: passes TCP connections on, every byte later by a fixed delay and a drawn jitter, in order. It stands
 * between two namespaces, as this machine's kernel has no netem. Runs inside a test, or by itself in a namespace:
 * `node e2e/network/delay-relay.ts '{"listenPort": 4001, "targetHost": "10.2.0.2", "targetPort": 4001, "delayMs": 50}'`.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'

export interface DelayRelayOptions {
  /** Default 0.0.0.0: in a namespace nobody else is there. */
  readonly listenHost?: string
  /** 0 takes any free one. */
  readonly listenPort: number
  readonly targetHost: string
  readonly targetPort: number
  /** Each way: half of what it adds to a round trip. */
  readonly delayMs: number
  /** At most this much more, drawn anew for each piece; pieces never overtake each other. */
  readonly jitterMs?: number
}

export interface DelayRelay {
  readonly port: number
  /** From now on, for what arrives from now on. */
  setDelay(delayMs: number, jitterMs?: number): void
  close(): Promise<void>
}

/** Bytes on their way in one direction of a connection; at the limit the sender waits, as it would for a full cable. */
const maxBytesUnderWay = 4_194_304

export async function createDelayRelay(options: DelayRelayOptions): Promise<DelayRelay> {
  let { delayMs, jitterMs = 0 } = options
  const sockets = new Set<Socket>()

  const pass = (from: Socket, to: Socket): void => {
    let bytesUnderWay = 0
    let lastAtMs = 0
    const later = (action: () => void): void => {
      const nowMs = performance.now()
      lastAtMs = Math.max(lastAtMs, nowMs + delayMs + Math.random() * jitterMs)
      setTimeout(action, lastAtMs - nowMs)
    }
    from.on('data', (bytes: Buffer) => {
      bytesUnderWay += bytes.length
      if (bytesUnderWay >= maxBytesUnderWay) from.pause()
      later(() => {
        if (!to.destroyed) {
          to.write(bytes, () => {
            bytesUnderWay -= bytes.length
            if (bytesUnderWay < maxBytesUnderWay) from.resume()
          })
        }
      })
    })
    from.on('end', () => later(() => to.end()))
    from.on('error', () => undefined)
    from.on('close', (failed) => later(() => (failed ? to.resetAndDestroy() : to.end())))
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({
      host: options.targetHost,
      port: options.targetPort,
      allowHalfOpen: true,
      noDelay: true,
    })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    pass(near, far)
    pass(far, near)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.listenPort, options.listenHost ?? '0.0.0.0', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    setDelay(nextDelayMs, nextJitterMs = 0) {
      delayMs = nextDelayMs
      jitterMs = nextJitterMs
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

if (import.meta.main && isMainThread) {
  const relay = await createDelayRelay(JSON.parse(process.argv[2] ?? '{}') as DelayRelayOptions)
  process.stdout.write(`ready ${relay.port}\n`)
  // `ip netns exec` gives no other way to be told that the test is over than its signals and its closed input.
  process.stdin.resume().once('close', () => process.exit(0))
}
