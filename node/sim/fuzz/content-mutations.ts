/**
 * Messages that are well-formed and say something wrong, by the offence they stand for. Vertices are signed anew with the
 * fuzzer's own key, which is a validator's: what they say is what they are refused for, not who says it.
 */

import { consensusLimits } from '../../consensus/limits.ts'
import type { Message, MessageKind } from '../../consensus/messages.ts'
import type { Vertex, VertexHeader, VertexReference } from '../../consensus/vertex.ts'
import type { Cabal } from '../adversaries/cabal.ts'
import type { Chance } from '../chance.ts'
import type { SimValidator } from '../identities.ts'
import type { Forge } from './forge.ts'
import { fuzzLimits } from './limits.ts'

export interface MutationSource {
  readonly chance: Chance
  readonly cabal: Cabal
  readonly validator: SimValidator
  readonly forge: Forge
  /** A message that was heard, from a moment ago or from long before; undefined before the first of its kind. */
  heard<K extends MessageKind>(kind: K): Extract<Message, { kind: K }> | undefined
}

/** One message, or none where what it needs was not heard yet. */
export type ContentMutation = (source: MutationSource) => Message | undefined

const farRounds = [5, 50, 299, 301, 1_000, 1_000_000, Number.MAX_SAFE_INTEGER]
/** Away from the local clock, in ms: long past, held, just beyond being held, and beyond all reason. */
const skewsMs = [-3_600_000, -5_000, -1, 400, 600, 1_500, 4_900, 5_100, 3_600_000]
const maxUint = Number.MAX_SAFE_INTEGER

const vertices = (...list: readonly Vertex[]): Message => ({ kind: 'vertices', vertices: list })

/** One byte or two spoilt: a header is read again from its bytes, so that any of these reaches the rules. */
const spoilHeader: readonly ((header: VertexHeader, source: MutationSource) => VertexHeader)[] = [
  (header) => ({ ...header, round: 0 }),
  (header) => ({ ...header, parents: [...header.parents].reverse() }),
  (header) => ({ ...header, parents: header.parents.slice(0, 1) }),
  (header) => ({ ...header, parents: [...header.parents, ...header.parents.slice(-1)] }),
  ({ parents, ...header }, { chance }) => ({
    ...header,
    parents: changeOne(parents, chance, (one) => swapAuthor(one, parents, chance)),
  }),
  ({ parents, ...header }, { chance }) => ({
    ...header,
    parents: changeOne(parents, chance, (one) => ({ ...one, author: chance.rng.bytes(32) })),
  }),
  ({ parents, ...header }, { chance }) => ({
    ...header,
    parents: changeOne(parents, chance, (one) => ({ ...one, round: one.round + 1 })),
  }),
  ({ parents, ...header }, { chance }) => ({
    ...header,
    parents: changeOne(parents, chance, (one) => ({ ...one, round: Math.max(0, one.round - 70) })),
  }),
  // Of the round before by name, of another by hash: only who has it stored can tell.
  ({ parents, ...header }, { chance, forge }) => ({
    ...header,
    parents: changeOne(parents, chance, (one) => ({ ...one, hash: forge.header().parents[0]?.hash ?? one.hash })),
  }),
  (header, { chance }) => ({ ...header, transactionsRoot: chance.rng.bytes(32) }),
  (header, { chance }) => ({ ...header, transactionCount: chance.between(1, consensusLimits.maxVertexTransactions) }),
  (header, { chance }) => ({ ...header, author: chance.rng.bytes(32) }),
  (header) => ({ ...header, lastCommit: maxUint }),
]

/** By offence; bytes apart. */
export const contentMutations = {
  'malformed-vertex': (source) => {
    const { chance, forge } = source
    return vertices(forge.sign(chance.pick(spoilHeader)(forge.header(), source)))
  },
  'future-round': ({ chance, forge }) => {
    const round = Math.min(maxUint, forge.round + chance.pick(farRounds))
    return vertices(forge.sign(forge.orphan(round)))
  },
  'wrong-epoch': ({ chance, cabal, forge }) => {
    const epoch = Math.max(0, chance.pick([cabal.epoch - 1, cabal.epoch + 1, cabal.epoch + 1_000, maxUint]))
    return vertices(forge.sign({ ...forge.header(), epoch }))
  },
  'unknown-parents': ({ chance, forge }) => {
    const first = Math.max(2, forge.round + chance.between(-4, 60))
    const count = chance.happens(0.2) ? fuzzLimits.orphansInFlood : 1
    return vertices(...Array.from({ length: count }, (_, i) => forge.sign(forge.orphan(first + (i % 5)))))
  },
  'bad-signature': ({ chance, cabal, forge, validator }) => {
    const honest = cabal.world.validators.filter(({ isByzantine }) => !isByzantine)
    const author = chance.happens(0.5) ? validator.id : chance.pick(honest).id
    return vertices(forge.signBadly({ ...forge.header(), author }))
  },
  /** Vertices by the hundred, or transactions, all good but one. */
  'one-bad-in-500': (source) => {
    const { chance, cabal, forge } = source
    if (!chance.happens(fuzzLimits.heavyShare)) return undefined
    const bad = chance.below(fuzzLimits.batchSize)
    if (chance.happens(0.4)) {
      const first = forge.round + 1
      const all = Array.from({ length: fuzzLimits.batchSize }, (_, i) => {
        const header = forge.orphan(first + (i % 100))
        return i === bad ? forge.signBadly(header) : forge.sign(header)
      })
      return vertices(...all)
    }
    if (cabal.transactions.length === 0) return undefined
    const transactions = Array.from({ length: fuzzLimits.batchSize }, (_, i) => {
      const { bytes } = chance.pick(cabal.transactions).transaction
      return i === bad ? withLastByteChanged(bytes) : bytes
    })
    if (chance.happens(0.5)) return { kind: 'transactions', transactions }
    return vertices(forge.sign(forge.nextHeader(transactions), transactions))
  },
  oversized: ({ chance, forge }) => {
    const many = <T>(limit: number, make: (index: number) => T): T[] =>
      Array.from({ length: limit + 1 }, (_, i) => make(i))
    const hash = chance.rng.bytes(32)
    const [reference] = forge.orphan(5).parents as [VertexReference]
    switch (chance.happens(fuzzLimits.heavyShare) ? 5 : chance.below(5)) {
      case 0: {
        const transactions = many(consensusLimits.maxVertexTransactions, () => Uint8Array.of(1))
        return vertices(forge.sign(forge.header(transactions), transactions))
      }
      case 1:
        return {
          kind: 'fetch',
          epoch: 0,
          references: many(consensusLimits.maxFetchReferences, () => reference),
          fromRound: null,
        }
      case 2: {
        const sets = many(consensusLimits.snowMaxPollSets, (nonce) => ({ account: new Uint8Array(33), nonce }))
        return { kind: 'poll', request: { pollId: 1, sets } }
      }
      case 3:
        return {
          kind: 'poll-reply',
          reply: { pollId: 1, preferences: many(consensusLimits.snowMaxPollSets, () => hash) },
        }
      case 4:
        return {
          kind: 'transactions',
          transactions: many(consensusLimits.maxVertexTransactions, () => Uint8Array.of(2)),
        }
      default: {
        const transactions = [new Uint8Array(consensusLimits.maxMessageBytes)]
        return vertices(forge.sign(forge.header(transactions), transactions))
      }
    }
  },
  replayed: ({ chance, heard }) => heard(chance.pick(kinds)),
  'skewed-timestamp': ({ chance, forge }) => {
    const timestampMs = chance.happens(0.1) ? maxUint : forge.nowMs + chance.pick(skewsMs)
    const header = chance.happens(0.5) ? forge.nextHeader() : forge.header()
    return vertices(forge.sign({ ...header, timestampMs }))
  },
  checkpoint: ({ chance, cabal, heard, validator }) => {
    const message = heard(chance.happens(0.7) ? 'checkpoint-signature' : 'checkpoint-certificate')
    if (message === undefined) return undefined
    const { checkpoint } = message
    const spoilt = chance.pick([
      checkpoint,
      { ...checkpoint, stateRoot: chance.rng.bytes(32) },
      { ...checkpoint, seq: Math.min(maxUint, checkpoint.seq + chance.pick([1, 2, 63, 65, 1_000_000, maxUint])) },
      { ...checkpoint, epoch: checkpoint.epoch + 1 },
      { ...checkpoint, commitIndex: maxUint },
    ])
    const signature = (): Uint8Array =>
      chance.happens(0.5)
        ? validator.signer.sign(chance.rng.bytes(64))
        : chance.rng.bytes(chance.pick([0, 32, 3_309, 8_192]))
    const name = chance.pick([validator.id, ...cabal.world.validators.map(({ id }) => id), chance.rng.bytes(32)])
    if (message.kind === 'checkpoint-signature')
      return { ...message, checkpoint: spoilt, validator: name, signature: signature() }
    const certificate = chance.pick([
      message.certificate.slice(0, 1),
      [...message.certificate, ...message.certificate],
      message.certificate.map((entry) => ({ ...entry, signature: signature() })),
      message.certificate.map((entry) => ({ ...entry, validator: name })),
    ])
    return { kind: 'checkpoint-certificate', checkpoint: spoilt, certificate }
  },
  fetch: ({ chance, cabal, forge }) => ({
    kind: 'fetch',
    epoch: Math.max(0, chance.pick([cabal.epoch, cabal.epoch, cabal.epoch - 1, cabal.epoch + 1, maxUint])),
    references: chance.happens(0.5) ? forge.orphan(chance.between(1, forge.round + 1)).parents : forge.header().parents,
    fromRound: chance.happens(0.1) ? chance.pick([0, 1, forge.round, maxUint]) : null,
  }),
  poll: ({ chance, cabal, heard }) => {
    const known = heard('poll')?.request.sets ?? []
    const account =
      cabal.transactions.length > 0 ? chance.pick(cabal.transactions).transaction.account : new Uint8Array(33)
    if (chance.happens(0.5)) {
      const preferences = Array.from({ length: chance.between(1, 5) }, () =>
        chance.happens(0.5) ? chance.rng.bytes(32) : null,
      )
      return { kind: 'poll-reply', reply: { pollId: chance.below(500), preferences } }
    }
    const sets = [
      ...known,
      { account, nonce: chance.pick([0, 1, maxUint]) },
      { account: chance.rng.bytes(33), nonce: 0 },
    ]
    return {
      kind: 'poll',
      request: { pollId: chance.below(500), sets: sets.slice(0, consensusLimits.snowMaxPollSets) },
    }
  },
  transactions: ({ chance, cabal }) => {
    const transactions = Array.from({ length: chance.between(1, 4) }, () => {
      if (cabal.transactions.length === 0 || chance.happens(0.2)) return chance.rng.bytes(chance.between(0, 400))
      const { bytes } = chance.pick(cabal.transactions).transaction
      if (chance.happens(0.3)) return bytes
      const copy = Uint8Array.from(bytes)
      const at = chance.below(copy.length)
      copy[at] = (copy[at] as number) ^ (1 << chance.below(8))
      return copy
    })
    return { kind: 'transactions', transactions }
  },
} as const satisfies Readonly<Record<string, ContentMutation>>

export type ContentMutationName = keyof typeof contentMutations

export const kinds: readonly MessageKind[] = [
  'vertices',
  'fetch',
  'transactions',
  'checkpoint-signature',
  'checkpoint-certificate',
  'poll',
  'poll-reply',
]

function changeOne(
  parents: readonly VertexReference[],
  chance: Chance,
  change: (one: VertexReference) => VertexReference,
): VertexReference[] {
  const changed = chance.below(parents.length)
  return parents.map((parent, index) => (index === changed ? change(parent) : parent))
}

function swapAuthor(one: VertexReference, parents: readonly VertexReference[], chance: Chance): VertexReference {
  return { ...one, author: chance.pick(parents).author }
}

/** Not slice(): of a Buffer that would be the same memory, and everybody's transaction. */
function withLastByteChanged(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[copy.length - 1] = (copy[copy.length - 1] as number) ^ 1
  return copy
}
