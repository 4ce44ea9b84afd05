/**
 * What identifies a WebRTC connection to both of its ends: the SHA-256 fingerprints of the two DTLS certificates, the
 * initiator's first. A handshake inside one of its streams takes them into its prologue, so it cannot be carried over another connection.
 *
 * @libp2p/webrtc has no interface for them. Its connections hold the RTCPeerConnection that they run on, which has them:
 * - ours: in the local description, which the platform wrote;
 * - the other's: what the DTLS handshake showed, where the platform says so (`remoteFingerprint()` in Node, as the listening side of
 *   webrtc-direct, whose description of the other side is made up); else in the remote description, against which the platform
 *   checks the certificate (RFC 8122 §5).
 * A build of libp2p that keeps them elsewhere gives undefined, and the channel is refused.
 */
import type { Connection } from '@libp2p/interface'
import { concatBytes, fromHex } from '../../core/bytes.ts'

const fingerprintBytes = 32
/** Of one description: a few kilobytes with all candidates. Anything above is not looked at. */
const maxDescriptionChars = 65_536

interface PeerConnectionLike {
  readonly localDescription?: { readonly sdp?: string } | null
  readonly remoteDescription?: { readonly sdp?: string } | null
  readonly remoteFingerprint?: () => { readonly value?: string; readonly algorithm?: string } | undefined
}

/** 64 bytes, or undefined where they cannot be had. */
export function dtlsBindingOf(connection: Connection): Uint8Array | undefined {
  const peerConnection = peerConnectionOf(connection)
  if (peerConnection === undefined) return undefined
  const own = fingerprintOfDescription(peerConnection.localDescription?.sdp)
  const remote = remoteFingerprintOf(peerConnection)
  if (own === undefined || remote === undefined) return undefined
  return connection.direction === 'outbound' ? concatBytes(own, remote) : concatBytes(remote, own)
}

function peerConnectionOf(connection: Connection): PeerConnectionLike | undefined {
  const transport: unknown = Reflect.get(connection, 'maConn')
  if (typeof transport !== 'object' || transport === null) return undefined
  const peerConnection: unknown = Reflect.get(transport, 'peerConnection')
  return typeof peerConnection === 'object' && peerConnection !== null
    ? (peerConnection as PeerConnectionLike)
    : undefined
}

function remoteFingerprintOf(peerConnection: PeerConnectionLike): Uint8Array | undefined {
  if (typeof peerConnection.remoteFingerprint !== 'function') {
    return fingerprintOfDescription(peerConnection.remoteDescription?.sdp)
  }
  try {
    const shown = peerConnection.remoteFingerprint()
    return shown?.algorithm === undefined || shown.algorithm === 'sha-256' ? fingerprintOf(shown?.value) : undefined
  } catch {
    // A connection that has ended has none any more.
    return undefined
  }
}

/** The one SHA-256 fingerprint of a session description; undefined where there is none, or several that differ. */
export function fingerprintOfDescription(sdp: string | undefined): Uint8Array | undefined {
  if (sdp === undefined || sdp.length > maxDescriptionChars) return undefined
  const found = new Set(
    [...sdp.matchAll(/^a=fingerprint:sha-256 +([0-9a-f:]+)\r?$/gim)].map(([, value]) =>
      (value as string).toLowerCase(),
    ),
  )
  const [only] = found
  return found.size === 1 ? fingerprintOf(only) : undefined
}

function fingerprintOf(text: string | undefined): Uint8Array | undefined {
  const bytes = fromHex(text?.replaceAll(':', '').trim() ?? '')
  return bytes?.length === fingerprintBytes ? bytes : undefined
}
