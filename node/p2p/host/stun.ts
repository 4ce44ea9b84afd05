/**
 * The one question of STUN that WebRTC needs: from which address a packet came (RFC 8489, Binding over UDP, without
 * authentication). A relay answers it for its network, so that no node has to ask a stranger's server.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { concatBytes } from '../../core/bytes.ts'
import type { Clock } from '../../core/clock.ts'
import { hostLimits } from './limits.ts'

/** §5: type, length, magic cookie, transaction id. */
const headerBytes = 20
const bindingRequest = 0x0001
const bindingResponse = 0x0101
const magic = 0x2112a442
/** §14.2 */
const xorMappedAddress = 0x0020

/**
 * What to answer a packet; undefined where it is no such question.
 *
 * @param host an address in numbers: `203.0.113.7`, `2001:db8::1`
 */
export function answerStun(packet: Uint8Array, host: string, port: number): Uint8Array | undefined {
  // Longer ones carry what nobody who asks only this has to say.
  if (packet.length < headerBytes || packet.length > hostLimits.maxStunBytes) return undefined
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length)
  if (view.getUint16(0) !== bindingRequest || view.getUint32(4) !== magic) return undefined
  if (view.getUint16(2) !== packet.length - headerBytes) return undefined
  const address = addressBytes(host)
  if (address === undefined) return undefined

  // Magic and transaction id: what the address is hidden by, from routers that rewrite what looks like one (§14.2).
  const mask = packet.slice(4, headerBytes)
  const attribute = new Uint8Array(8 + address.length)
  const attributeView = new DataView(attribute.buffer)
  attributeView.setUint16(0, xorMappedAddress)
  attributeView.setUint16(2, 4 + address.length)
  attribute[5] = address.length === 4 ? 1 : 2
  attributeView.setUint16(6, port ^ (magic >>> 16))
  for (const [index, byte] of address.entries()) attribute[8 + index] = byte ^ (mask[index] ?? 0)

  const header = new Uint8Array(4)
  new DataView(header.buffer).setUint16(0, bindingResponse)
  new DataView(header.buffer).setUint16(2, attribute.length)
  return concatBytes(header, mask, attribute)
}

function addressBytes(host: string): Uint8Array | undefined {
  // A socket for both families shows addresses of the older one in the form of the newer.
  const plain = host.startsWith('::ffff:') && host.includes('.') ? host.slice('::ffff:'.length) : host
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain)) {
    const numbers = plain.split('.').map(Number)
    return numbers.every((number) => number <= 255) ? Uint8Array.from(numbers) : undefined
  }
  const [zoneless = ''] = plain.split('%')
  if (!isIPv6(zoneless) || zoneless.includes('.')) return undefined
  const [left = '', right] = zoneless.split('::')
  const groupsOf = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [head, tail] = [groupsOf(left), groupsOf(right ?? '')]
  const groups = [...head, ...Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0), ...tail]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

export interface StunServer {
  readonly port: number
  close(): Promise<void>
}

/** @throws what the system says where the port cannot be had */
export async function startStunServer(
  { host, port }: { readonly host: string; readonly port: number },
  { clock }: { readonly clock: Clock },
): Promise<StunServer> {
  const socket: Socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' })
  let second = 0
  let answered = 0
  socket.on('message', (packet: Uint8Array, { address, port: from }: RemoteInfo) => {
    const now = Math.floor(clock.nowMs() / 1_000)
    if (now !== second) {
      second = now
      answered = 0
    }
    // Whoever forges the sender's address has little of it: an answer is hardly longer than its question, and they are few.
    if (answered >= hostLimits.stunAnswersPerSecond) return
    const answer = answerStun(packet, address, from)
    if (answer === undefined) return
    answered += 1
    socket.send(answer, from, address, () => undefined)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => {
      socket.off('error', reject)
      // A packet that could not be sent is a packet lost.
      socket.on('error', () => undefined)
      resolve()
    })
  })
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
