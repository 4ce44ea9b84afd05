/**
 * A node's own peer id: an Ed25519 key (libp2p has no post-quantum type) in `peer.key` of the data folder. It names the node
 * to its neighbours and nothing more: what it may say as a validator is proven apart (docs/protocol.md, "Secure channel").
 */
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { fromHex, toHex, utf8 } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import type { Rng } from '../../core/rng.ts'
import type { PrivateFileProblem, PrivateFiles } from '../peers/private-files.ts'
import { hostLimits } from './limits.ts'

export const peerKeyFileName = 'peer.key'
const kind = 'qudag-peer-key'
const version = 1
/** Of Ed25519 (RFC 8032 §5.1.5). */
const seedBytes = 32

/**
 * The key in the file; where there is none, a new one and its file.
 *
 * @throws NodeError PEER_KEY_PERMISSIONS, PEER_KEY_DAMAGED, PEER_KEY_READ_FAILED, PEER_KEY_WRITE_FAILED
 */
export async function loadOrCreatePeerKey(files: PrivateFiles, rng: Rng): Promise<Ed25519PrivateKey> {
  const existing = await load(files)
  if (existing !== undefined) return existing
  const seed = rng.bytes(seedBytes)
  const key = await generateKeyPairFromSeed('Ed25519', seed)
  const document = { kind, version, peerId: peerIdFromPrivateKey(key).toString(), seed: toHex(seed) }
  seed.fill(0)
  const written = await files.replace(peerKeyFileName, utf8(`${JSON.stringify(document)}\n`))
  if (!written.ok) throw problem('PEER_KEY_WRITE_FAILED', 'the key of this node could not be written', written.error)
  return key
}

async function load(files: PrivateFiles): Promise<Ed25519PrivateKey | undefined> {
  const read = await files.read(peerKeyFileName, hostLimits.maxKeyFileBytes)
  if (!read.ok) {
    switch (read.error.fault) {
      case 'permissions':
        throw problem('PEER_KEY_PERMISSIONS', 'others can read or write the key of this node', read.error)
      case 'too-large':
        throw damaged()
      case 'read':
      case 'write':
        throw problem('PEER_KEY_READ_FAILED', 'the key of this node could not be read', read.error)
    }
  }
  if (read.value === null) return undefined
  const { seed, peerId } = decode(read.value)
  const key = await generateKeyPairFromSeed('Ed25519', seed)
  seed.fill(0)
  // The name beside the key tells a damaged seed from a sound one.
  if (peerIdFromPrivateKey(key).toString() !== peerId) throw damaged()
  return key
}

function decode(bytes: Uint8Array): { readonly seed: Uint8Array; readonly peerId: string } {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw damaged()
  }
  if (typeof parsed !== 'object' || parsed === null) throw damaged()
  const { kind: foundKind, version: foundVersion, peerId, seed } = parsed as Record<string, unknown>
  const seedOf = typeof seed === 'string' && seed.length === 2 * seedBytes ? fromHex(seed) : undefined
  if (foundKind !== kind || foundVersion !== version || typeof peerId !== 'string' || seedOf === undefined) {
    throw damaged()
  }
  return { seed: seedOf, peerId }
}

function damaged(): NodeError {
  return new NodeError('PEER_KEY_DAMAGED', `${peerKeyFileName} was altered or damaged; it was left as it is`, {
    hint: `Put a copy of ${peerKeyFileName} back, or move it away: the node then takes a new name on the network.`,
  })
}

function problem(code: string, message: string, fault: PrivateFileProblem): NodeError {
  return new NodeError(code, `${message} (${peerKeyFileName})`, {
    details: {
      ...('reason' in fault ? { reason: fault.reason } : {}),
      ...('systemCode' in fault ? { systemCode: fault.systemCode } : {}),
    },
  })
}
