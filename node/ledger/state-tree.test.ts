import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes, toHex } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { sha256 } from '../crypto/hash.ts'
import { createStateTree, emptyRoot, type StateProof, type StateTree, verifyStateProof } from './state-tree.ts'
import { naiveStateRoot } from './test-support.ts'

const seed = 41

/** Keys as hashes give them, and keys that share all but their last bits: what somebody grinding for depth would send. */
const anyKey = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.tuple(fc.constantFrom(0x00, 0xff, 0x5a), fc.nat(255), fc.nat(255)).map(([fill, first, last]) => {
    const key = new Uint8Array(32).fill(fill)
    key[30] = first & 1
    key[31] = last
    return key
  }),
  fc.tuple(fc.nat(31), fc.nat(7)).map(([byte, bit]) => {
    const key = new Uint8Array(32)
    key[byte] = 1 << bit
    return key
  }),
)
const anyValueHash = fc.nat(255).map((byte) => sha256(Uint8Array.of(byte)))
const anyEntries = fc.uniqueArray(fc.tuple(anyKey, anyValueHash), { maxLength: 24, selector: ([key]) => toHex(key) })

function treeOf(entries: readonly (readonly [Uint8Array, Uint8Array])[]): StateTree<string> {
  const tree = createStateTree<string>()
  for (const [key, valueHash] of entries) tree.set(key, valueHash, toHex(valueHash))
  return tree
}

describe('state tree: root', () => {
  it('of nothing is 32 zero bytes, of one entry its leaf', () => {
    expect(createStateTree().root()).toEqual(new Uint8Array(32))
    const [key, valueHash] = [new Uint8Array(32).fill(3), new Uint8Array(32).fill(4)]
    const tree = treeOf([[key, valueHash]])
    expect(tree.root()).toEqual(sha256(Uint8Array.of(0), key, valueHash))
    tree.delete(key)
    expect(tree.root()).toEqual(emptyRoot)
  })

  it('is that of the definition, after any history of settings and removals (model)', () => {
    const anyStep = fc.tuple(anyKey, fc.option(anyValueHash, { freq: 2 }), fc.boolean())
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), fc.nat(), (steps, pick) => {
        const tree = createStateTree<null>()
        const model = new Map<string, readonly [Uint8Array, Uint8Array]>()
        steps.forEach(([anyOne, valueHash, ask], index) => {
          // Every other removal goes for a key that is there.
          const known = [...model.values()][(pick + index) % Math.max(1, model.size)]
          const key = valueHash === null && known !== undefined && index % 2 === 0 ? known[0] : anyOne
          if (valueHash === null) {
            tree.delete(key)
            model.delete(toHex(key))
          } else {
            tree.set(key, valueHash, null)
            model.set(toHex(key), [key, valueHash])
          }
          if (ask) expect(tree.root()).toEqual(naiveStateRoot([...model.values()]))
        })
        expect(tree.root()).toEqual(naiveStateRoot([...model.values()]))
      }),
      { seed, numRuns: 400 },
    )
  })

  it('does not depend on the order of insertion, nor on what came and went', () => {
    fc.assert(
      fc.property(anyEntries, anyEntries, fc.infiniteStream(fc.nat()), (entries, passing, draws) => {
        const keys = new Set(entries.map(([key]) => toHex(key)))
        const guests = passing.filter(([key]) => !keys.has(toHex(key)))
        const shuffled = [...entries, ...guests]
          .map((entry) => ({ entry, draw: draws.next().value as number }))
          .sort((a, b) => a.draw - b.draw)
          .map(({ entry }) => entry)
        const tree = treeOf(shuffled)
        tree.root()
        for (const [key] of guests) tree.delete(key)
        expect(tree.root()).toEqual(treeOf(entries).root())
      }),
      { seed, numRuns: 400 },
    )
  })

  it('changes with every key and every value', () => {
    fc.assert(
      fc.property(anyEntries, anyEntries, (a, b) => {
        const text = (entries: typeof a) =>
          entries
            .map(([key, valueHash]) => toHex(key) + toHex(valueHash))
            .sort()
            .join()
        expect(equalBytes(treeOf(a).root(), treeOf(b).root())).toBe(text(a) === text(b))
      }),
      { seed, numRuns: 400 },
    )
  })

  it('two keys that differ in the last bit alone are 256 levels down, and part again', () => {
    const [low, high] = [new Uint8Array(32).fill(0xff), new Uint8Array(32).fill(0xff)]
    low[31] = 0xfe
    const tree = treeOf([
      [low, emptyRoot],
      [high, sha256(high)],
    ])
    expect(tree.prove(low).siblings.length).toBe(256)
    expect(verifyStateProof(tree.root(), low, tree.prove(low))).toEqual(emptyRoot)
    tree.delete(high)
    expect(tree.root()).toEqual(treeOf([[low, emptyRoot]]).root())
    expect(tree.prove(low).siblings.length).toBe(0)
  })
})

describe('state tree: snapshots', () => {
  it('stay as they were while the tree goes on, root, proofs and values alike (model)', () => {
    const anyStep = fc.tuple(anyKey, fc.option(anyValueHash, { freq: 2 }), fc.integer({ min: 0, max: 4 }))
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const tree = createStateTree<string>()
        const model = new Map<string, readonly [Uint8Array, Uint8Array]>()
        const kept: { snapshot: ReturnType<typeof tree.snapshot>; entries: (readonly [Uint8Array, Uint8Array])[] }[] =
          []
        for (const [key, valueHash, take] of steps) {
          if (valueHash === null) {
            tree.delete(key)
            model.delete(toHex(key))
          } else {
            tree.set(key, valueHash, toHex(valueHash))
            model.set(toHex(key), [key, valueHash])
          }
          if (take === 0) kept.push({ snapshot: tree.snapshot(), entries: [...model.values()] })
        }
        expect(tree.root()).toEqual(naiveStateRoot([...model.values()]))
        for (const { snapshot, entries } of kept) {
          expect(snapshot.root()).toEqual(naiveStateRoot(entries))
          for (const [key, valueHash] of entries) {
            expect(verifyStateProof(snapshot.root(), key, snapshot.prove(key))).toEqual(valueHash)
            expect(snapshot.get(key)).toBe(toHex(valueHash))
          }
        }
      }),
      { seed, numRuns: 300 },
    )
  })
})

describe('state tree: proofs', () => {
  it('show what is there and what is not', () => {
    fc.assert(
      fc.property(anyEntries, fc.array(anyKey, { maxLength: 8 }), (entries, others) => {
        const tree = treeOf(entries)
        const values = new Map(entries.map(([key, valueHash]) => [toHex(key), valueHash]))
        for (const key of [...entries.map(([present]) => present), ...others]) {
          expect(verifyStateProof(tree.root(), key, tree.prove(key))).toEqual(values.get(toHex(key)) ?? 'absent')
        }
      }),
      { seed, numRuns: 300 },
    )
  })

  it('never show anything else: whatever is changed in one, it proves the truth or nothing', () => {
    const rng = seededRng(seed)
    let refused = 0
    let looked = 0
    fc.assert(
      fc.property(anyEntries, fc.nat(), fc.nat(7), fc.nat(), (entries, pick, how, where) => {
        fc.pre(entries.length > 1)
        const tree = treeOf(entries)
        const [key, valueHash] = entries[pick % entries.length] as [Uint8Array, Uint8Array]
        const [otherKey] = entries[(pick + 1) % entries.length] as [Uint8Array, Uint8Array]
        const { siblings, end } = tree.prove(key)
        const at = where % (siblings.length + 1)
        const flipped = (bytes: Uint8Array) => bytes.map((byte, index) => (index === where % 32 ? byte ^ 0x10 : byte))
        const forged: readonly StateProof[] = [
          { siblings, end: null },
          { siblings: siblings.slice(0, at), end },
          { siblings: siblings.map((hash, index) => (index === at ? flipped(hash) : hash)), end },
          { siblings: [...siblings.slice(0, at), rng.bytes(32), ...siblings.slice(at)], end },
          { siblings: [...siblings].reverse(), end },
          { siblings, end: { key: otherKey, valueHash } },
          { siblings, end: { key, valueHash: flipped(valueHash) } },
          tree.prove(otherKey),
        ]
        const answer = verifyStateProof(tree.root(), key, forged[how] as StateProof)
        looked += 1
        if (answer === undefined) refused += 1
        else expect(answer).toEqual(valueHash)
      }),
      { seed, numRuns: 2_000 },
    )
    // A reversed path of one step or of equal hashes is no forgery; most others are.
    expect(refused).toBeGreaterThan(looked / 2)
  })

  it('the bytes of a leaf cannot be cut elsewhere to deny its key', () => {
    const entries = [0x00, 0x40, 0x80].map((first) => {
      const key = new Uint8Array(32).fill(7)
      key[0] = first
      return [key, sha256(key)] as const
    })
    const tree = treeOf(entries)
    for (const [key, valueHash] of entries) {
      const { siblings } = tree.prove(key)
      const leaf = new Uint8Array([...key, ...valueHash])
      for (let cut = 0; cut <= 64; cut++) {
        const end = { key: leaf.slice(0, cut), valueHash: leaf.slice(cut) }
        const answer = verifyStateProof(tree.root(), key, { siblings, end })
        expect(answer).toEqual(cut === 32 ? valueHash : undefined)
      }
    }
  })

  it('a leaf that stands on the wrong side proves nothing, under a root that somebody made up', () => {
    const [here, there] = [new Uint8Array(32), new Uint8Array(32).fill(0x80)]
    const misplaced = sha256(Uint8Array.of(0), there, emptyRoot)
    const root = sha256(Uint8Array.of(1), misplaced, emptyRoot)
    const proof = { siblings: [emptyRoot], end: { key: there, valueHash: emptyRoot } }
    expect(verifyStateProof(root, here, proof)).toBeUndefined()
    expect(verifyStateProof(root, there, proof)).toBeUndefined()
  })

  it('a longer path than a key has bits is refused', () => {
    const siblings = Array.from({ length: 257 }, () => emptyRoot)
    expect(verifyStateProof(emptyRoot, new Uint8Array(32), { siblings, end: null })).toBeUndefined()
  })

  it('a key or sibling of another length is refused', () => {
    const key = new Uint8Array(32)
    const tree = treeOf([[key, sha256(key)]])
    expect(verifyStateProof(tree.root(), key.slice(1), tree.prove(key))).toBeUndefined()
    const inner = sha256(Uint8Array.of(1), new Uint8Array(31), new Uint8Array(33))
    const odd = { siblings: [new Uint8Array(33)], end: null }
    expect(verifyStateProof(inner, key, odd)).toBeUndefined()
  })
})
