/**
 * State tree: a sparse Merkle tree over 256-bit keys whose root commits to every entry and to the absence of all others.
 * A subtree with one entry is that leaf, one without is 32 zero bytes, so a tree of n entries is about log2 n deep.
 * Leaf H(0x00 ‖ key ‖ value hash), inner node H(0x01 ‖ left ‖ right), H = SHA-256. Sources: docs/protocol.md, "State";
 * Dahlberg, Pulls, Peeters, "Efficient Sparse Merkle Trees" (ePrint 2016/683); domain bytes after RFC 9162 §2.1.
 */
import { equalBytes } from '../core/bytes.ts'
import { hashLengthBytes, sha256 } from '../crypto/hash.ts'

interface Leaf {
  readonly key: Uint8Array
  readonly valueHash: Uint8Array
  readonly hash: Uint8Array
}
interface Inner {
  left: Node | null
  right: Node | null
  /** Null while something below has changed since it was computed. */
  hash: Uint8Array | null
}
type Node = Leaf | Inner

const leafDomain = Uint8Array.of(0)
const innerDomain = Uint8Array.of(1)
/** Root of an empty tree, and hash of every empty subtree. */
export const emptyRoot: Uint8Array = new Uint8Array(hashLengthBytes)

/** Path from the root to where a key is or would be. */
export interface StateProof {
  /** Hashes beside the path, from the root down. */
  readonly siblings: readonly Uint8Array[]
  /** What stands at its end: nothing, or a leaf (of this key: it is present; of another: it is absent). */
  readonly end: { readonly key: Uint8Array; readonly valueHash: Uint8Array } | null
}

export interface StateTree {
  /** @param key 32 bytes, itself a hash @param valueHash 32 bytes; null removes the entry */
  set(key: Uint8Array, valueHash: Uint8Array | null): void
  /** 32 bytes; recomputes what changed since it was last asked. */
  root(): Uint8Array
  prove(key: Uint8Array): StateProof
}

export function createStateTree(): StateTree {
  let root: Node | null = null

  const insert = (node: Node | null, leaf: Leaf, depth: number): Node => {
    if (node === null) return leaf
    if (isLeaf(node)) {
      if (equalBytes(node.key, leaf.key)) return leaf
      const inner: Inner = { left: null, right: null, hash: null }
      place(inner, node, depth)
      return insert(inner, leaf, depth)
    }
    node.hash = null
    if (bitOf(leaf.key, depth) === 0) node.left = insert(node.left, leaf, depth + 1)
    else node.right = insert(node.right, leaf, depth + 1)
    return node
  }

  const remove = (node: Node | null, key: Uint8Array, depth: number): Node | null => {
    if (node === null) return null
    if (isLeaf(node)) return equalBytes(node.key, key) ? null : node
    if (bitOf(key, depth) === 0) node.left = remove(node.left, key, depth + 1)
    else node.right = remove(node.right, key, depth + 1)
    node.hash = null
    // A lone leaf rises to stand for the whole subtree.
    if (node.left === null && (node.right === null || isLeaf(node.right))) return node.right
    if (node.right === null && node.left !== null && isLeaf(node.left)) return node.left
    return node
  }

  return {
    set(key, valueHash) {
      root =
        valueHash === null ? remove(root, key, 0) : insert(root, { key, valueHash, hash: leafHash(key, valueHash) }, 0)
    },
    root: () => hashOf(root),
    prove(key) {
      const siblings: Uint8Array[] = []
      let node = root
      for (let depth = 0; node !== null && !isLeaf(node); depth++) {
        const goLeft = bitOf(key, depth) === 0
        siblings.push(hashOf(goLeft ? node.right : node.left))
        node = goLeft ? node.left : node.right
      }
      return { siblings, end: node === null ? null : { key: node.key, valueHash: node.valueHash } }
    },
  }
}

/**
 * Checks a proof against a root: the hash of the value that the key has, 'absent', or undefined where the proof is wrong.
 */
export function verifyStateProof(
  root: Uint8Array,
  key: Uint8Array,
  proof: StateProof,
): Uint8Array | 'absent' | undefined {
  if (proof.siblings.length > 8 * hashLengthBytes) return undefined
  // The hash of a leaf covers key ‖ value hash: cut elsewhere, the same bytes would be a leaf of another key.
  const hashes = proof.end === null ? [key] : [key, proof.end.key, proof.end.valueHash]
  for (const bytes of [...hashes, ...proof.siblings]) if (bytes.length !== hashLengthBytes) return undefined
  let hash = proof.end === null ? emptyRoot : leafHash(proof.end.key, proof.end.valueHash)
  for (let depth = proof.siblings.length - 1; depth >= 0; depth--) {
    const sibling = proof.siblings[depth] as Uint8Array
    // A leaf of another key proves absence only where that leaf shares the path.
    if (proof.end !== null && bitOf(proof.end.key, depth) !== bitOf(key, depth)) return undefined
    hash = bitOf(key, depth) === 0 ? innerHash(hash, sibling) : innerHash(sibling, hash)
  }
  if (!equalBytes(hash, root)) return undefined
  return proof.end !== null && equalBytes(proof.end.key, key) ? proof.end.valueHash : 'absent'
}

function isLeaf(node: Node): node is Leaf {
  return 'key' in node
}

function bitOf(key: Uint8Array, depth: number): number {
  return ((key[depth >> 3] as number) >> (7 - (depth & 7))) & 1
}

function place(inner: Inner, leaf: Leaf, depth: number): void {
  if (bitOf(leaf.key, depth) === 0) inner.left = leaf
  else inner.right = leaf
}

function hashOf(node: Node | null): Uint8Array {
  if (node === null) return emptyRoot
  if (isLeaf(node)) return node.hash
  node.hash ??= innerHash(hashOf(node.left), hashOf(node.right))
  return node.hash
}

function leafHash(key: Uint8Array, valueHash: Uint8Array): Uint8Array {
  return sha256(leafDomain, key, valueHash)
}

function innerHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(innerDomain, left, right)
}
