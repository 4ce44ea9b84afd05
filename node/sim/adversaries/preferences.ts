/** What honest validators prefer between siblings at the moment, and the answers that keep them from agreeing. */
import { bytesKey } from '../../core/bytes.ts'
import type { Chance } from '../chance.ts'

type Oracle = (conflict: string, siblings: readonly Uint8Array[]) => Uint8Array | undefined

export interface Preferences {
  /** An honest validator says what it prefers. */
  note(node: number, conflict: string, preferred: Uint8Array): void
  /** Tells whoever asks the sibling that the fewest prefer: at a tie, each other time another. */
  readonly against: Oracle
}

export function createPreferences(): Preferences {
  const byConflict = new Map<string, Map<number, string>>()
  let calls = 0
  return {
    note(node, conflict, preferred) {
      let nodes = byConflict.get(conflict)
      if (nodes === undefined) {
        nodes = new Map()
        byConflict.set(conflict, nodes)
      }
      nodes.set(node, bytesKey(preferred))
    },
    against(conflict, siblings) {
      if (siblings.length === 0) return undefined
      calls += 1
      const votes = [...(byConflict.get(conflict)?.values() ?? [])]
      let chosen: Uint8Array | undefined
      let fewest = Number.POSITIVE_INFINITY
      for (let i = 0; i < siblings.length; i++) {
        const sibling = siblings[(i + calls) % siblings.length] as Uint8Array
        const count = votes.filter((vote) => vote === bytesKey(sibling)).length
        if (count < fewest) {
          fewest = count
          chosen = sibling
        }
      }
      return chosen
    },
  }
}

/** Prefers one sibling or another by chance, each time anew. */
export function randomOracle(chance: Chance): Oracle {
  return (_, siblings) => (siblings.length === 0 ? undefined : chance.pick(siblings))
}
