/** Scripted graphs for tests: vertices by name, with the leaders one wants. */
import { sha3 } from '../crypto/hash.ts'
import { type Committee, createCommittee, leaderOf } from './committee.ts'
import { soundRules } from './protocol-rules.ts'
import { chainId, testValidator } from './test-support.ts'
import { epochRootReference, referenceTo, transactionsRoot, type Vertex, vertexHash } from './vertex.ts'
import { compareReferences, type EpochFrame } from './vertex-form.ts'

export interface Script {
  readonly frame: EpochFrame
  readonly committee: Committee
  /**
   * A vertex of the author, by committee index.
   * @param salt tells twins with the same parents apart
   */
  vertex(
    author: number,
    round: number,
    parents?: readonly Vertex[],
    more?: { readonly salt?: number; readonly timestampMs?: number; readonly transactions?: readonly Uint8Array[] },
  ): Vertex
  /** A vertex of each author, all with the same parents. */
  round(authors: readonly number[], round: number, parents?: readonly Vertex[]): Vertex[]
}

/**
 * @param stakes by committee index
 * @param leaders wanted leaders by round, from round 1 on; the seed that draws them is looked for
 */
export function createScript(
  stakes: readonly bigint[],
  leaders: readonly number[] = [],
  rules: EpochFrame['rules'] = soundRules,
): Script {
  // Stakes belong to indices, which follow the ids.
  const { validators: byId } = createCommittee(
    stakes.map((_, seed) => testValidator(seed)),
    chainId,
  )
  const validators = byId.map((validator, index) => ({ ...validator, stakeMicroRuv: stakes[index] as bigint }))
  let closingHash = chainId
  let committee = createCommittee(validators, closingHash, rules)
  while (!leaders.every((leader, index) => leaderOf(committee, index + 1) === leader)) {
    closingHash = sha3(closingHash)
    committee = createCommittee(validators, closingHash, rules)
  }
  const roots = validators.map(({ id }) => epochRootReference(closingHash, id))
  const script: Script = {
    committee,
    frame: { number: 0, committee, closingHash, rules },
    vertex(author, round, parents = [], { salt = 0, timestampMs = 1_000 * round, transactions = [] } = {}) {
      const header = {
        epoch: 0,
        round,
        author: (validators[author] as (typeof validators)[number]).id,
        parents: round === 1 ? roots : parents.map(referenceTo).sort(compareReferences),
        transactionsRoot: transactionsRoot(transactions),
        transactionCount: transactions.length,
        timestampMs,
        lastCommit: salt,
      }
      return { ...header, hash: vertexHash(chainId, header), transactions, signature: Uint8Array.of(0) }
    },
    round: (authors, round, parents) => authors.map((author) => script.vertex(author, round, parents)),
  }
  return script
}
