/**
 * State tree: a sparse Merkle tree over 256-bit keys whose root commits to every entry and to the absence of all others.
 * A subtree with one entry is that leaf, one without is 32 zero bytes, so a tree of n entries is about log2 n deep.
 * Leaf H(0x00 ‖ key ‖ value hash), inner node H(0x01 ‖ left ‖ right), H = SHA-256. Sources: docs/protocol.md, "State";
 * Dahlberg, Pulls, Peeters, "Efficient Sparse Merkle Trees" (ePrint 2016/683); domain bytes after RFC 9162 §2.1.
 */
import { compareBytes, equalBytes } from '../core/bytes.ts'
import type { Slices } from '../core/slices.ts'
import { hashLengthBytes, sha256 } from '../crypto/hash.ts'

/** An entry with what the tree needs of it. */
export interface Leaf<Value> {
  readonly value: Value
  readonly key: Uint8Array
  readonly valueHash: Uint8Array
  readonly hash: Uint8Array
}
interface Inner<Value> {
  left: Node<Value> | null
  right: Node<Value> | null
  /** Null while something below has changed since it was computed. */
  hash: Uint8Array | null
  /** The tree's generation that made it: an older one belongs to a snapshot too, and is copied before it changes. */
  readonly generation: number
}
type Node<Value> = Leaf<Value> | Inner<Value>

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

/** All entries whose keys begin with the same bits: a node of the tree and what lies below it. */
export interface Subtree<Value> {
  /** These bits, as text of 0 and 1; empty for the whole tree. */
  readonly prefix: string
  /** 32 bytes. */
  readonly hash: Uint8Array
  /** What was kept with its only entry; null where it holds several. */
  readonly leaf: { readonly key: Uint8Array; readonly value: Value } | null
  /** The halves that hold entries, the left one first; none where it is a leaf. */
  halves(): readonly Subtree<Value>[]
}

/** A tree as it was: later changes to the tree it was taken from leave it alone. */
export interface StateSnapshot<Value> {
  /** 32 bytes. */
  root(): Uint8Array
  prove(key: Uint8Array): StateProof
  /** What was kept with the key. */
  get(key: Uint8Array): Value | undefined
  /** Null where no node of the tree stands at these bits. @param prefix text of 0 and 1 */
  subtree(prefix: string): Subtree<Value> | null
}

export interface StateTree<Value> extends StateSnapshot<Value> {
  /**
   * @param key 32 bytes, itself a hash
   * @param valueHash 32 bytes: what the root commits to
   * @param value kept beside it, for readers of snapshots
   */
  set(key: Uint8Array, valueHash: Uint8Array, value: Value): void
  /** As set, with what leafOf made of the same. */
  put(leaf: Leaf<Value>): void
  delete(key: Uint8Array): void
  /** Computes what root() needs, a slice at a time. */
  hashInSlices(): Slices<void>
  /** Costs nothing by itself; from then on a path is copied the first time it changes. */
  snapshot(): StateSnapshot<Value>
}

export function createStateTree<Value>(): StateTree<Value> {
  let root: Node<Value> | null = null
  let generation = 0

  /** The node itself where it is ours alone, else a copy that is. Its hash is to be computed anew. */
  const changeable = (node: Inner<Value>): Inner<Value> => {
    if (node.generation !== generation) return { left: node.left, right: node.right, hash: null, generation }
    node.hash = null
    return node
  }

  const insert = (node: Node<Value> | null, leaf: Leaf<Value>, depth: number): Node<Value> => {
    if (node === null) return leaf
    if (isLeaf(node)) {
      if (equalBytes(node.key, leaf.key)) return leaf
      const inner: Inner<Value> = { left: null, right: null, hash: null, generation }
      if (bitOf(node.key, depth) === 0) inner.left = node
      else inner.right = node
      return insert(inner, leaf, depth)
    }
    const inner = changeable(node)
    if (bitOf(leaf.key, depth) === 0) inner.left = insert(inner.left, leaf, depth + 1)
    else inner.right = insert(inner.right, leaf, depth + 1)
    return inner
  }

  const remove = (node: Node<Value> | null, key: Uint8Array, depth: number): Node<Value> | null => {
    if (node === null) return null
    if (isLeaf(node)) return equalBytes(node.key, key) ? null : node
    const inner = changeable(node)
    if (bitOf(key, depth) === 0) inner.left = remove(inner.left, key, depth + 1)
    else inner.right = remove(inner.right, key, depth + 1)
    // A lone leaf rises to stand for the whole subtree.
    if (inner.left === null && (inner.right === null || isLeaf(inner.right))) return inner.right
    if (inner.right === null && inner.left !== null && isLeaf(inner.left)) return inner.left
    return inner
  }

  return {
    ...readerOf(() => root),
    set(key, valueHash, value) {
      root = insert(root, leafOf(key, valueHash, value), 0)
    },
    put(leaf) {
      root = insert(root, leaf, 0)
    },
    delete(key) {
      root = remove(root, key, 0)
    },
    *hashInSlices() {
      let hashed = 0
      function* below(node: Node<Value> | null): Slices<void> {
        if (node === null || isLeaf(node) || node.hash !== null) return
        yield* below(node.left)
        yield* below(node.right)
        hashOf(node)
        hashed += 1
        if (hashed % hashesATurn === 0) yield
      }
      yield* below(root)
    },
    snapshot() {
      const frozen = root
      // Computed now, while the nodes are shared, rather than twice.
      hashOf(frozen)
      generation += 1
      return readerOf(() => frozen)
    },
  }
}

/** Nodes between two turns: a few milliseconds. */
const hashesATurn = 512

/** What `set` makes of its arguments, for whoever does that at another time. */
export function leafOf<Value>(key: Uint8Array, valueHash: Uint8Array, value: Value): Leaf<Value> {
  return { key, valueHash, value, hash: leafHash(key, valueHash) }
}

function readerOf<Value>(rootNode: () => Node<Value> | null): StateSnapshot<Value> {
  const descend = (key: Uint8Array, siblings?: Uint8Array[]): Leaf<Value> | null => {
    let node = rootNode()
    for (let depth = 0; node !== null && !isLeaf(node); depth++) {
      const goLeft = bitOf(key, depth) === 0
      siblings?.push(hashOf(goLeft ? node.right : node.left))
      node = goLeft ? node.left : node.right
    }
    return node
  }
  return {
    root: () => hashOf(rootNode()),
    prove(key) {
      const siblings: Uint8Array[] = []
      const end = descend(key, siblings)
      return { siblings, end: end === null ? null : { key: end.key, valueHash: end.valueHash } }
    },
    get(key) {
      const leaf = descend(key)
      return leaf !== null && equalBytes(leaf.key, key) ? leaf.value : undefined
    },
    subtree(prefix) {
      let node = rootNode()
      for (const bit of prefix) {
        if (node === null || isLeaf(node)) return null
        node = bit === '0' ? node.left : node.right
      }
      return node === null ? null : subtreeOf(node, prefix)
    },
  }
}

function subtreeOf<Value>(node: Node<Value>, prefix: string): Subtree<Value> {
  return {
    prefix,
    hash: hashOf(node),
    leaf: isLeaf(node) ? node : null,
    halves() {
      if (isLeaf(node)) return []
      const { left, right } = node
      const found: Subtree<Value>[] = []
      if (left !== null) found.push(subtreeOf(left, `${prefix}0`))
      if (right !== null) found.push(subtreeOf(right, `${prefix}1`))
      return found
    },
  }
}

/** Whether a key lies below a node of the tree. @param prefix text of 0 and 1 */
export function hasPrefix(key: Uint8Array, prefix: string): boolean {
  for (let depth = 0; depth < prefix.length; depth++) if (`${bitOf(key, depth)}` !== prefix[depth]) return false
  return true
}

/**
 * Hash that the node at these bits has where exactly these entries lie below it; undefined where one does not, or is there twice.
 */
export function subtreeHash(
  prefix: string,
  entries: readonly { readonly key: Uint8Array; readonly valueHash: Uint8Array }[],
): Uint8Array | undefined {
  const sorted = [...entries].sort((a, b) => compareBytes(a.key, b.key))
  for (const [index, { key, valueHash }] of sorted.entries()) {
    if (key.length !== hashLengthBytes || valueHash.length !== hashLengthBytes || !hasPrefix(key, prefix))
      return undefined
    const before = sorted[index - 1]
    if (before !== undefined && equalBytes(before.key, key)) return undefined
  }
  const hashBetween = (from: number, to: number, depth: number): Uint8Array => {
    if (from === to) return emptyRoot
    const only = sorted[from] as (typeof sorted)[number]
    if (to - from === 1) return leafHash(only.key, only.valueHash)
    let split = from
    while (split < to && bitOf((sorted[split] as typeof only).key, depth) === 0) split++
    return innerHash(hashBetween(from, split, depth + 1), hashBetween(split, to, depth + 1))
  }
  return hashBetween(0, sorted.length, prefix.length)
}

/** Nodes of a tree that together hold all of its entries, and none of which lies below another. */
export type Frontier = readonly { readonly prefix: string; readonly hash: Uint8Array }[]

/**
 * Root of the tree that has these nodes and nothing beside them; undefined where they are out of order, or one lies below
 * another. What folds to a root that is trusted is a cut through that very tree.
 *
 * @param frontier by prefix, as text is ordered; each of at most 256 bits
 */
export function frontierRoot(frontier: Frontier): Uint8Array | undefined {
  for (const [index, { prefix, hash }] of frontier.entries()) {
    if (!/^[01]{0,256}$/.test(prefix) || hash.length !== hashLengthBytes || equalBytes(hash, emptyRoot))
      return undefined
    const before = frontier[index - 1]?.prefix
    if (before !== undefined && (before >= prefix || prefix.startsWith(before))) return undefined
  }
  const hashBetween = (from: number, to: number, depth: number): Uint8Array => {
    if (from === to) return emptyRoot
    const first = frontier[from] as Frontier[number]
    if (first.prefix.length === depth) return first.hash
    let split = from
    while (split < to && (frontier[split] as Frontier[number]).prefix[depth] === '0') split++
    return innerHash(hashBetween(from, split, depth + 1), hashBetween(split, to, depth + 1))
  }
  return hashBetween(0, frontier.length, 0)
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

function isLeaf<Value>(node: Node<Value>): node is Leaf<Value> {
  return 'key' in node
}

function bitOf(key: Uint8Array, depth: number): number {
  return ((key[depth >> 3] as number) >> (7 - (depth & 7))) & 1
}

function hashOf<Value>(node: Node<Value> | null): Uint8Array {
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
