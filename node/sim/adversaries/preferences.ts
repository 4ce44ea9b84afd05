/** What honest validators prefer between siblings at the moment, and the answers that keep them from agreeing. */
import { conflictKey } from '../../consensus/conflict.ts'
import type { PollMessage, PollReplyMessage } from '../../consensus/messages.ts'
import type { PreferenceOracle } from '../../consensus/snow.ts'
import type { ConflictSet } from '../../consensus/snow-messages.ts'
import { bytesKey } from '../../core/bytes.ts'
import type { Chance } from '../chance.ts'

export interface Preferences {
  /** An honest validator says what it prefers. */
  note(node: number, set: ConflictSet, preferred: Uint8Array): void
  /** Tells whoever asks the sibling that the fewest prefer: at a tie, each other time another. */
  readonly against: PreferenceOracle
}

export function createPreferences(): Preferences {
  const byConflict = new Map<string, Map<number, string>>()
  let calls = 0
  return {
    note(node, set, preferred) {
      const conflict = conflictKey(set)
      let nodes = byConflict.get(conflict)
      if (nodes === undefined) {
        nodes = new Map()
        byConflict.set(conflict, nodes)
      }
      nodes.set(node, bytesKey(preferred))
    },
    against(set, siblings) {
      if (siblings.length === 0) return undefined
      calls += 1
      const votes = [...(byConflict.get(conflictKey(set))?.values() ?? [])]
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
export function randomOracle(chance: Chance): PreferenceOracle {
  return (_, siblings) => (siblings.length === 0 ? undefined : chance.pick(siblings))
}

/** Tells a poller what keeps the network from agreeing. */
export function lyingReply(
  { request: { pollId, sets } }: PollMessage,
  cabal: { siblings(set: ConflictSet): readonly Uint8Array[] },
  preferences: Preferences,
): PollReplyMessage {
  const told = sets.map((set) => preferences.against(set, cabal.siblings(set)) ?? null)
  return { kind: 'poll-reply', reply: { pollId, preferences: told } }
}
