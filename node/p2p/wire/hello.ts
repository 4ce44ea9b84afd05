/** What each side of a link says of itself first. Nothing of it is proven; a validator's word is, by its binding. */
import { canonicalDecode, canonicalEncode } from '../../core/canonical.ts'
import { type Codec, fixedBytes, record, uintUpTo } from '../../core/codec.ts'
import { hashLengthBytes } from '../../crypto/hash.ts'
import type { PeerRole } from '../types.ts'
import { wireLimits } from './limits.ts'

export interface Hello {
  readonly chainId: Uint8Array
  readonly role: PeerRole
  /** It can decompress zstd. */
  readonly takesZstd: boolean
}

const roles: readonly PeerRole[] = ['validator', 'full', 'light', 'relay']
const takesZstdBit = 1

/** Capabilities beyond those of this version are taken and ignored, so that a later one can announce more. */
const codec: Codec<{ readonly chainId: Uint8Array; readonly role: number; readonly capabilities: number }> = record({
  chainId: fixedBytes(hashLengthBytes),
  role: uintUpTo(roles.length - 1),
  capabilities: uintUpTo(0xffff_ffff),
})

export function encodeHello({ chainId, role, takesZstd }: Hello): Uint8Array {
  return canonicalEncode(codec, { chainId, role: roles.indexOf(role), capabilities: takesZstd ? takesZstdBit : 0 })
}

/** Null where it is none. */
export function decodeHello(bytes: Uint8Array): Hello | null {
  const decoded = canonicalDecode(codec, bytes, wireLimits.maxHelloBytes)
  if (!decoded.ok) return null
  const { chainId, role, capabilities } = decoded.value
  return { chainId, role: roles[role] as PeerRole, takesZstd: (capabilities & takesZstdBit) !== 0 }
}
