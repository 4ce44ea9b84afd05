/**
 * Parts of the host that a machine may not have: WebRTC's native module, multicast for mDNS, a socket for UPnP. Each is tried
 * before it is used; what fails is named, and the node goes on without it.
 */
import { createSocket } from 'node:dgram'
import type { MissingPart } from '../types.ts'

const mdnsPort = 5_353
const mdnsGroup = '224.0.0.251'

/** @returns what `load` gives, or undefined and the reason in `missing` */
export async function tryPart<T>(
  part: MissingPart['part'],
  missing: MissingPart[],
  load: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await load()
  } catch (cause) {
    missing.push({ part, reason: reasonOf(cause) })
    return undefined
  }
}

/** The system's code where there is one; else the first line of what was said. */
export function reasonOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code
  if (typeof code === 'string' && code !== '') return code
  const [line = ''] = String(cause instanceof Error ? cause.message : cause).split('\n')
  return line.slice(0, 200)
}

/** The import loads its native part, too. */
export const loadWebRtc = (): Promise<typeof import('@libp2p/webrtc')> => import('@libp2p/webrtc')

export async function loadMdns(): Promise<typeof import('@libp2p/mdns')> {
  const [mdns] = await Promise.all([import('@libp2p/mdns'), probeMulticast()])
  return mdns
}

export const loadUpnp = (): Promise<typeof import('@libp2p/upnp-nat')> => import('@libp2p/upnp-nat')

/** libp2p's module logs what fails and goes on as if it listened: ask first whether it can. */
function probeMulticast(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    const fail = (cause: unknown): void => {
      socket.close()
      reject(cause)
    }
    socket.once('error', fail)
    socket.bind(mdnsPort, () => {
      try {
        socket.addMembership(mdnsGroup)
      } catch (cause) {
        fail(cause)
        return
      }
      socket.close(() => resolve())
    })
  })
}
