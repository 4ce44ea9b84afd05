/**
 * A validator that sends nothing but mutated messages: of what it hears, and of what it makes itself. Each goes through the
 * program's own encoding and decoding to one honest validator; what does not decode ends there, as it would at the socket.
 */
import { decodeMessage, encodeMessage, type Message, type MessageKind } from '../../consensus/messages.ts'
import { decodeSignedTransaction } from '../../ledger/transaction.ts'
import type { Cabal } from '../adversaries/cabal.ts'
import type { Participant } from '../adversaries/participant.ts'
import type { Chance } from '../chance.ts'
import type { SimValidator } from '../identities.ts'
import { happenings } from '../world.ts'
import { mutateBytes } from './byte-mutations.ts'
import { contentMutations, kinds, type MutationSource } from './content-mutations.ts'
import { createForge } from './forge.ts'
import { fuzzLimits } from './limits.ts'
import type { FuzzTally } from './tally.ts'

/** Share of messages that are spoilt as bytes; the others are well-formed. */
const bytesShare = 0.3
const contents = Object.entries(contentMutations)

export interface FuzzerDeps {
  readonly cabal: Cabal
  readonly validator: SimValidator
  readonly tally: FuzzTally
  /** How many messages there are to be of all fuzzers together. */
  readonly messages: number
  readonly fuzzers: number
}

export function createFuzzer({ cabal, validator, tally, messages, fuzzers }: FuzzerDeps): Participant {
  const { world } = cabal
  const { index } = validator
  const chance = world.chanceOf(`fuzzer ${index}`)
  const honest = world.validators.filter(({ isByzantine }) => !isByzantine)
  const memory = createMemory(chance)
  const source: MutationSource = {
    chance,
    cabal,
    validator,
    forge: createForge(cabal, validator),
    heard: (kind) => memory.pick(kind),
  }

  const burst = (): void => {
    if (tally.messages >= messages) return
    const count = Math.ceil((fuzzLimits.messagesPerSecond * fuzzLimits.burstIntervalMs) / 1_000 / fuzzers)
    for (let i = 0; i < count && tally.messages < messages; i++) one()
    world.after(fuzzLimits.burstIntervalMs, index, happenings.adversary, burst)
  }

  const one = (): void => {
    if (chance.happens(bytesShare)) return spoilBytes()
    for (;;) {
      const [name, mutate] = chance.pick(contents)
      const message = mutate(source)
      if (message === undefined) continue
      return send(name, encodeMessage(message))
    }
  }

  const spoilBytes = (): void => {
    const { forge } = source
    const any = (): Message =>
      memory.pick(chance.pick(kinds)) ?? { kind: 'vertices', vertices: [forge.sign(forge.header())] }
    send('bytes', mutateBytes(encodeMessage(any()), encodeMessage(any()), chance))
  }

  const send = (mutation: string, bytes: Uint8Array): void => {
    tally.sent(mutation)
    const decoded = decodeMessage(world.chainId, bytes)
    if (!decoded.ok) return tally.ended(mutation, { kind: 'refused', code: decoded.error.code })
    const message = decoded.value
    if (message.kind === 'transactions') noteTransactions(mutation, message.transactions)
    else tally.expect(mutation, message)
    world.send(index, chance.pick(honest).index, message)
  }

  /** Decided before the engine: it is handed those whose signature was found good. */
  const noteTransactions = (mutation: string, transactions: readonly Uint8Array[]): void => {
    for (const bytes of transactions) {
      const known = world.book.read(bytes)
      if (known === null) {
        const decoded = decodeSignedTransaction(bytes)
        tally.ended(mutation, { kind: 'refused', code: decoded.ok ? 'SIGNATURE_INVALID' : decoded.error.code })
      } else if (known.verifiedUnder === null) tally.ended(mutation, { kind: 'refused', code: 'SIGNATURE_INVALID' })
      else tally.ended(mutation, { kind: 'accepted' })
    }
  }

  return {
    start: () => world.after(fuzzLimits.startMs, index, happenings.adversary, burst),
    deliver(_, message) {
      memory.hear(message)
      if (message.kind === 'transactions') cabal.hear(message.transactions)
    },
    connected: () => undefined,
    disconnected: () => undefined,
  }
}

interface Memory {
  hear(message: Message): void
  pick<K extends MessageKind>(kind: K): Extract<Message, { kind: K }> | undefined
}

/** The newest of each kind, and some of all times: what is repeated may be of an epoch long ago. */
function createMemory(chance: Chance): Memory {
  const newest = new Map<MessageKind, Message[]>()
  const older = new Map<MessageKind, Message[]>()
  let heard = 0
  const listOf = (lists: Map<MessageKind, Message[]>, kind: MessageKind): Message[] => {
    let found = lists.get(kind)
    if (found === undefined) {
      found = []
      lists.set(kind, found)
    }
    return found
  }
  return {
    hear(message) {
      heard += 1
      const recent = listOf(newest, message.kind)
      recent.push(message)
      if (recent.length > fuzzLimits.rememberedMessages) recent.shift()
      const kept = listOf(older, message.kind)
      if (kept.length < fuzzLimits.rememberedMessages) kept.push(message)
      else if (chance.happens(fuzzLimits.rememberedMessages / heard)) kept[chance.below(kept.length)] = message
    },
    pick<K extends MessageKind>(kind: K): Extract<Message, { kind: K }> | undefined {
      const from = listOf(chance.happens(0.7) ? newest : older, kind)
      // What is being decided at this moment is in the last one heard.
      if (from.length > 0 && chance.happens(0.3)) return from.at(-1) as Extract<Message, { kind: K }>
      return from.length === 0 ? undefined : (chance.pick(from) as Extract<Message, { kind: K }>)
    },
  }
}
