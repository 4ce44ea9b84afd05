import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isOfAnotherUser } from './peer-user.ts'
import { openSocket } from './test-support.ts'

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const line = (local: string, remote: string, userId: number): string =>
  `   0: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  ${userId}        0 51410 1 0000000000000000 20 4 30 10 -1`

const peer = { remoteAddress: '127.0.0.1', remotePort: 0xc1f4, localPort: 3000 }
const check = (tables: Readonly<Record<string, string>>, from: object = peer, ownUserId: number | undefined = 1000) =>
  isOfAnotherUser({ ...peer, ...from }, { ownUserId, readTable: async (path) => tables[path] ?? Promise.reject(path) })

describe('isOfAnotherUser', () => {
  const ours = line('0100007F:C1F4', '0100007F:0BB8', 1000)
  const theirs = line('0100007F:C1F4', '0100007F:0BB8', 1001)
  const roots = line('0100007F:C1F4', '0100007F:0BB8', 0)

  it('knows the owner and root from others, over IPv4', async () => {
    expect(await check({ '/proc/net/tcp': `${header}\n${ours}\n` })).toBe(false)
    expect(await check({ '/proc/net/tcp': `${header}\n${roots}\n` })).toBe(false)
    expect(await check({ '/proc/net/tcp': `${header}\n${ours.replace('0BB8', '0BB9')}\n${theirs}\n` })).toBe(true)
  })

  it('knows them over IPv6, and over IPv4 that is mapped into it', async () => {
    const loopback6 = '00000000000000000000000001000000'
    const six = line(`${loopback6}:C1F4`, `${loopback6}:0BB8`, 1001)
    expect(await check({ '/proc/net/tcp6': `${header}\n${six}` }, { remoteAddress: '::1' })).toBe(true)
    const mapped = line('0000000000000000FFFF00000100007F:C1F4', '0000000000000000FFFF00000100007F:0BB8', 1001)
    expect(await check({ '/proc/net/tcp6': `${header}\n${mapped}` })).toBe(true)
    expect(await check({ '/proc/net/tcp6': `${header}\n${mapped}` }, { remoteAddress: '::ffff:127.0.0.1' })).toBe(true)
  })

  it('mistakes no other connection for the one that is meant', async () => {
    const others = [
      line('0100007F:C1F5', '0100007F:0BB8', 1001),
      line('0100007F:C1F4', '0100007F:1F90', 1001),
      line('0100007F:0BB8', '0100007F:C1F4', 1001),
      line('0200007F:C1F4', '0100007F:0BB8', 1001),
    ]
    expect(await check({ '/proc/net/tcp': [header, ...others, 'garbage', ''].join('\n') })).toBe(false)
  })

  it('lets all be where the system does not tell, or root runs the node', async () => {
    expect(await check({})).toBe(false)
    expect(await check({ '/proc/net/tcp': `${header}\n${theirs}` }, {}, 0)).toBe(false)
    expect(await check({ '/proc/net/tcp': `${header}\n${theirs}` }, { remoteAddress: '192.0.2.1' })).toBe(false)
  })

  it.runIf(process.platform === 'linux')('finds a real connection in the tables of this system', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const accepted = once(server, 'connection') as Promise<[Socket]>
    const client = await openSocket(`http://127.0.0.1:${port}`)
    const [socket] = await accepted
    const uid = process.getuid?.() as number
    const read = async (path: string): Promise<string> => (await import('node:fs/promises')).readFile(path, 'utf8')
    // As if somebody else ran the node: the one who connects is not that one, unless it is root.
    const seenByAnother = await isOfAnotherUser(socket, { ownUserId: uid + 1, readTable: read })
    expect(seenByAnother).toBe(uid !== 0)
    expect(await isOfAnotherUser(socket, { ownUserId: uid, readTable: read })).toBe(false)
    client.destroy()
    socket.destroy()
    server.close()
  })
})
