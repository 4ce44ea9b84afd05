/**
 * The vault's half of a composite key whose other half is in a token: which it is, and how both sign as one.
 * Sources: docs/key-derivation.md, "Beside a key in a token"; docs/protocol.md, "Composite keys".
 *
 * It follows from the recovery phrase and the token's public key alone, so that phrase and token give the account back in whatever
 * order they come, each token key has a vault key of its own, and no account of a single signature ever has one of these.
 */
import { utf8 } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import {
  compositeHalf,
  compositeMessage,
  compositeSuite,
  joinComposite,
  sha3,
  splitCompositeKey,
} from '../crypto/index.ts'
import { coinType, deriveNode, hardenedOffset, purpose, roles } from './derivation.ts'
import type { SecretBytes } from './secrets.ts'
import type { VaultKeys } from './types.ts'

/** What is hashed with the token's public key into its place in the tree. */
const placeTag = utf8('qudag/v1/key-beside-token')

/** Path of the vault's half: two numbers of 31 bits that follow from the token's public key. @param point 0x04 ‖ x ‖ y */
export function pathBesideToken(point: Uint8Array): string {
  const hash = sha3(placeTag, point)
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength)
  const [account, index] = [view.getUint32(0) % hardenedOffset, view.getUint32(4) % hardenedOffset]
  return `m/${purpose}'/${coinType}'/${account}'/${roles.besideToken}'/${index}'`
}

/** ξ of the vault's half, 32 bytes; the caller wipes it. */
export function seedBesideToken(masterSeed: SecretBytes, point: Uint8Array): SecretBytes {
  const node = masterSeed.use((bytes) => deriveNode(compositeSuite, bytes, pathBesideToken(point)))
  invariant(node.ok, 'a path of ours derives from a master seed of ours')
  node.value.chainCode.wipe()
  return node.value.secret
}

/** The whole public key: the vault's half and the token's. */
export function compositeKeyBesideToken(
  masterSeed: SecretBytes,
  point: Uint8Array,
  keys: Pick<VaultKeys, 'publicKeyOfSeed'>,
): Uint8Array {
  const seed = seedBesideToken(masterSeed, point)
  try {
    return joinComposite({ mlDsa: seed.use((bytes) => keys.publicKeyOfSeed(compositeHalf, bytes)), p256: point })
  } finally {
    seed.wipe()
  }
}

/**
 * Both halves over one message. The token signs first: it is the one that may refuse, wait for a person or fail, and until it has
 * signed nothing of ours exists that could be one half of anything.
 *
 * @param message chainId ‖ account ‖ hash, as for any composite key
 */
export async function signComposite(
  message: Uint8Array,
  halves: Readonly<Record<'byToken' | 'byVault', (message: Uint8Array) => Promise<Uint8Array>>>,
): Promise<Uint8Array> {
  const signed = compositeMessage(message)
  const p256 = await halves.byToken(signed)
  return joinComposite({ mlDsa: await halves.byVault(signed), p256 })
}

/** The token's half of the whole public key. */
export function pointOf(publicKey: Uint8Array): Uint8Array {
  return splitCompositeKey(publicKey).p256
}
