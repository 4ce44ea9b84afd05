import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createConnections } from './connections.ts'

class FakeSocket extends EventEmitter {
  static #nextPort = 1
  readonly remoteAddress: string
  readonly remotePort = FakeSocket.#nextPort++
  readonly localAddress = '127.0.0.1'
  isDestroyed = false

  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }

  destroy(): void {
    this.isDestroyed = true
    this.emit('close')
  }
}

function setUp() {
  const connections = createConnections({ maxConnections: 5, maxConnectionsPerAddress: 3 })
  const open = (address: string) => {
    const socket = new FakeSocket(address)
    connections.opened(socket as unknown as Socket)
    return { socket, began: () => connections.began(socket as unknown as Socket) }
  }
  return { connections, open }
}

describe('createConnections', () => {
  it('makes room by the connection that has been idle longest', () => {
    const { connections, open } = setUp()
    const [first, second, third] = [open('a'), open('a'), open('a')]
    first.began()()
    open('a')
    expect([first, second, third].map(({ socket }) => socket.isDestroyed)).toEqual([false, true, false])
    expect(connections.size).toBe(3)
  })

  it('refuses a new one where none is idle', () => {
    const { open } = setUp()
    for (let i = 0; i < 3; i++) open('a').began()
    expect(open('a').socket.isDestroyed).toBe(true)
    expect(open('b').socket.isDestroyed).toBe(false)
  })

  it('never ends a connection on which a request is answered', () => {
    const { connections, open } = setUp()
    const busy = open('a')
    busy.began()
    for (let i = 0; i < 100; i++) open(`address ${i}`)
    expect(busy.socket.isDestroyed).toBe(false)
    expect(connections.size).toBe(5)
    connections.destroyIdle()
    expect(connections.size).toBe(1)
  })

  it('knows the connection below the TLS that a request comes by', () => {
    const { connections, open } = setUp()
    const { socket } = open('a')
    const { remoteAddress, remotePort, localAddress } = socket
    const ended = connections.began({ remoteAddress, remotePort, localAddress } as unknown as Socket)
    connections.destroyIdle()
    expect(socket.isDestroyed).toBe(false)
    ended()
    connections.destroyIdle()
    expect(socket.isDestroyed).toBe(true)
  })

  it('forgets those that end by themselves', () => {
    const { connections, open } = setUp()
    for (let i = 0; i < 50; i++) open('a').socket.destroy()
    expect(connections.size).toBe(0)
  })
})
