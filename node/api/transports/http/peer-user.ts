/**
 * Which user of this machine is at the other end of a loopback connection, where the system tells. The address that opens
 * the browser interface is an argument of the browser's process for a moment, and on a shared machine others can read it
 * there: so the code in it is taken from the user who runs the node and from nobody else.
 * Source: proc_pid_net(5), /proc/net/tcp.
 */
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'

/** Where Linux lists its connections: those over IPv4, and those over IPv6 with IPv4 mapped into it. */
const tables = ['/proc/net/tcp', '/proc/net/tcp6'] as const

export interface PeerUserDeps {
  readonly readTable: (path: string) => Promise<string>
  /** Of this process; undefined where the system has no such numbers. */
  readonly ownUserId: number | undefined
}

const systemDeps: PeerUserDeps = {
  readTable: (path) => readFile(path, 'utf8'),
  ownUserId: process.getuid?.(),
}

/**
 * True where the connection certainly comes from another user of this machine. Root is nobody else: it can do whatever
 * this process can. A node that root runs cannot tell its owner from others, and lets all be.
 */
export async function isOfAnotherUser(
  { remoteAddress = '', remotePort = 0, localPort = 0 }: Pick<Socket, 'remoteAddress' | 'remotePort' | 'localPort'>,
  { readTable, ownUserId }: PeerUserDeps = systemDeps,
): Promise<boolean> {
  if (ownUserId === undefined || ownUserId === 0) return false
  const peers = inTable(remoteAddress).map((address) => `${address}:${hexPort(remotePort)}`)
  for (const path of tables) {
    const table = await readTable(path).catch(() => '')
    for (const line of table.split('\n')) {
      const [, local, remote, , , , , userId] = line.trim().split(/\s+/)
      if (local === undefined || !peers.includes(local) || remote?.endsWith(`:${hexPort(localPort)}`) !== true) continue
      if (Number(userId) !== ownUserId && Number(userId) !== 0) return true
    }
  }
  return false
}

const hexPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')

/** As the tables write a loopback address: words in the machine's byte order, which is little-endian wherever this runs. */
function inTable(address: string): string[] {
  const bytes = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/i.exec(address)?.slice(1).map(Number)
  if (bytes !== undefined) {
    const word = bytes
      .reverse()
      .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
      .join('')
    return [word, `0000000000000000FFFF0000${word}`]
  }
  return address === '::1' ? ['00000000000000000000000001000000'] : []
}
