/**
 * From master seed to account seeds: a hardened-only tree in the manner of SLIP-0010, with one master key a suite.
 * Rules, reasons and vectors: docs/key-derivation.md. Sources: SLIP-0010 "Master key generation" and "Child key
 * derivation" (its hardened branch), the proposal satoshilabs/slips#1968 for ML-DSA, FIPS 204 §5.1 for ξ.
 */
import { createHmac } from 'node:crypto'
import { concatBytes } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { SignatureSuite } from '../crypto/suites.ts'
import { SecretBytes, wipeBytes } from './secrets.ts'

/** Purpose level: FIPS 204. Not 44', whose levels mean something else (BIP-44 has public derivation below account). */
export const purpose = 204
/** Coin level: "rUv" in ASCII, 0x725576; not taken in SLIP-0044. */
export const coinType = 7_492_982
/** Role level: what a key is for. Further roles get further numbers; 0 stays spending. `besideToken`: composite-key.ts. */
export const roles = { spending: 0, besideToken: 1 } as const

/** First hardened index, 2^31 (BIP-32, "Extended keys"). */
export const hardenedOffset = 0x8000_0000
const maxIndex = 0xffff_ffff
const nodeSecretBytes = 32
/** SLIP-0010, "Master key generation": 128 to 512 bits. */
const minSeedBytes = 16
const maxSeedBytes = 64
/** More levels than any path of ours; keeps a hostile path from costing time. */
const maxDepth = 16

export type DerivationError =
  /** Not of the form m/1'/2'/…, or a number beyond 2^31 − 1. */
  | { readonly code: 'DERIVATION_PATH_INVALID' }
  /** A level without ': ML-DSA has no derivation from public keys, so there is nothing it could mean. level 1 is the first. */
  | { readonly code: 'DERIVATION_NOT_HARDENED'; readonly level: number }
  /** The master seed is not 16 to 64 bytes long. */
  | { readonly code: 'DERIVATION_SEED_LENGTH' }

/** A node of the tree; both halves are secret. */
export interface DerivationNode {
  /** 32 bytes: for a leaf, the seed ξ of its ML-DSA key pair. */
  readonly secret: SecretBytes
  /** 32 bytes. */
  readonly chainCode: SecretBytes
}

/** Path of an account: m/purpose'/coin'/account'/role'/index', index 0 being the account's first key. */
export function accountPath(account: number): string {
  return `m/${purpose}'/${coinType}'/${account}'/${roles.spending}'/0'`
}

/** Indexes of a path as 32-bit numbers, the hardening bit included. */
export function parsePath(path: string): Result<readonly number[], DerivationError> {
  const [root, ...levels] = path.split('/', maxDepth + 2)
  if (root !== 'm' || levels.length > maxDepth) return err({ code: 'DERIVATION_PATH_INVALID' })
  const indexes: number[] = []
  for (const [i, level] of levels.entries()) {
    const match = /^(0|[1-9]\d{0,9})(')?$/.exec(level)
    const number = Number(match?.[1])
    if (match === null || number >= hardenedOffset) return err({ code: 'DERIVATION_PATH_INVALID' })
    if (match[2] === undefined) return err({ code: 'DERIVATION_NOT_HARDENED', level: i + 1 })
    indexes.push(number + hardenedOffset)
  }
  return ok(indexes)
}

/** I = HMAC-SHA512("<suite> seed", seed), split in two. */
export function masterNode(suite: SignatureSuite, seed: Uint8Array): Result<DerivationNode, DerivationError> {
  if (seed.length < minSeedBytes || seed.length > maxSeedBytes) return err({ code: 'DERIVATION_SEED_LENGTH' })
  return ok(split(createHmac('sha512', `${suite} seed`).update(seed).digest()))
}

/** I = HMAC-SHA512(chain code, 0x00 ‖ secret ‖ index), split in two. The parent is left as it is. */
export function childNode(parent: DerivationNode, index: number): Result<DerivationNode, DerivationError> {
  if (!Number.isInteger(index) || index < 0 || index > maxIndex) return err({ code: 'DERIVATION_PATH_INVALID' })
  if (index < hardenedOffset) return err({ code: 'DERIVATION_NOT_HARDENED', level: 1 })
  const indexBytes = new Uint8Array(4)
  new DataView(indexBytes.buffer).setUint32(0, index)
  const data = parent.secret.use((secret) => concatBytes(new Uint8Array(1), secret, indexBytes))
  const digest = parent.chainCode.use((chainCode) => createHmac('sha512', chainCode).update(data).digest())
  wipeBytes(data)
  return ok(split(digest))
}

/** The node at the end of the path; those on the way are zeroed. */
export function deriveNode(
  suite: SignatureSuite,
  masterSeed: Uint8Array,
  path: string,
): Result<DerivationNode, DerivationError> {
  const indexes = parsePath(path)
  if (!indexes.ok) return indexes
  const master = masterNode(suite, masterSeed)
  if (!master.ok) return master
  let node = master.value
  for (const index of indexes.value) {
    const child = childNode(node, index)
    wipeNode(node)
    if (!child.ok) return child
    node = child.value
  }
  return ok(node)
}

export function wipeNode(node: DerivationNode): void {
  node.secret.wipe()
  node.chainCode.wipe()
}

function split(digest: Uint8Array): DerivationNode {
  const secret = SecretBytes.copyOf(digest.subarray(0, nodeSecretBytes))
  const chainCode = SecretBytes.copyOf(digest.subarray(nodeSecretBytes))
  wipeBytes(digest)
  return { secret, chainCode }
}
