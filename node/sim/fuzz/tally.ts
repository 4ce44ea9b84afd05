/**
 * What became of every mutated message, item by item: a vertex of a message, a transaction, a signature, a question. Read off
 * what the engines that got it do, input by input, never off what the fuzzer meant.
 */

import type { Message } from '../../consensus/messages.ts'
import type { EngineEffect, EngineMemory, UntimedInput } from '../../consensus/types.ts'
import type { Vertex } from '../../consensus/vertex.ts'
import { bytesKey } from '../../core/bytes.ts'
import type { Host } from '../host.ts'

export type Fate =
  /** Put away with a code. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Kept for later: its time, its parents, or the checkpoint it speaks of are yet to come. */
  | { readonly kind: 'held' }
  /** Stored, counted, or answered. */
  | { readonly kind: 'accepted' }
  /** Known already, or of no use to anybody: without effect. */
  | { readonly kind: 'ignored' }

export interface Fates {
  items: number
  readonly refused: Record<string, number>
  held: number
  accepted: number
  ignored: number
}

export interface FuzzTally {
  readonly messages: number
  readonly all: Fates
  /** By mutation. */
  readonly byMutation: ReadonlyMap<string, Fates & { messages: number }>
  /** Highest counts of what any honest engine kept. */
  readonly maxMemory: EngineMemory
  /** Reproaches against fuzzers that belong to no item just handled: what was held first, or pushed out by another. */
  readonly refusedLater: Readonly<Record<string, number>>
  /** What honest validators reproached each other with: what they were served by others. */
  readonly betweenHonest: Readonly<Record<string, number>>
  /** A message is about to leave. */
  sent(mutation: string): void
  /** An item ended before any engine saw it. */
  ended(mutation: string, fate: Fate): void
  /** The engines that get this message decide about it. */
  expect(mutation: string, message: Message): void
  /** An honest engine has handled an input. */
  handled(host: Host, input: UntimedInput, effects: readonly EngineEffect[]): void
}

const held: Fate = Object.freeze({ kind: 'held' })
const accepted: Fate = Object.freeze({ kind: 'accepted' })
const ignored: Fate = Object.freeze({ kind: 'ignored' })
const refused = (code: string): Fate => ({ kind: 'refused', code })

export function newFates(): Fates {
  return { items: 0, refused: {}, held: 0, accepted: 0, ignored: 0 }
}

export function createTally(fuzzers: ReadonlySet<string>): FuzzTally {
  const all = newFates()
  const byMutation = new Map<string, Fates & { messages: number }>()
  const expected = new WeakMap<Message, string>()
  /** Under check, by host and vertex or by host and number of the check: its mutation. */
  const underCheck = new Map<string, string>()
  const signaturesBefore = new Map<number, number>()
  const betweenHonest: Record<string, number> = {}
  const refusedLater: Record<string, number> = {}
  /** Codes against fuzzers of the effects at hand that no item has taken yet. What was held and comes due in the same turn is
   * told apart from the item at hand by its order alone: a few in a thousand are counted under the other's name. */
  let codes: string[] = []
  let maxMemory: EngineMemory = { vertices: 0, pending: 0, pendingBytes: 0, wanted: 0, signatures: 0 }
  let messages = 0

  const ofMutation = (mutation: string): Fates & { messages: number } => {
    let found = byMutation.get(mutation)
    if (found === undefined) {
      found = { messages: 0, ...newFates() }
      byMutation.set(mutation, found)
    }
    return found
  }

  const ended = (mutation: string, fate: Fate): void => {
    for (const fates of [all, ofMutation(mutation)]) {
      fates.items += 1
      if (fate.kind === 'refused') fates.refused[fate.code] = (fates.refused[fate.code] ?? 0) + 1
      else fates[fate.kind] += 1
    }
  }

  const codesAgainstFuzzers = (effects: readonly EngineEffect[]): string[] =>
    effects.flatMap((effect) =>
      effect.type === 'fault' && effect.peer !== null && fuzzers.has(effect.peer) ? [effect.code] : [],
    )

  const handledVertices = (
    index: number,
    mutation: string,
    vertices: readonly Vertex[],
    effects: readonly EngineEffect[],
  ): void => {
    const checked = new Set<string>()
    for (const effect of effects) {
      if (effect.type === 'verify' && effect.kind === 'vertex') checked.add(bytesKey(effect.vertex.hash))
    }
    for (const { hash } of vertices) {
      const key = bytesKey(hash)
      if (checked.delete(key)) underCheck.set(`${index} ${key}`, mutation)
      else {
        const code = codes.shift()
        // One from the future is put aside, or, far ahead, asked for again when it is named.
        if (code === undefined) ended(mutation, ignored)
        else ended(mutation, code === 'VERTEX_FROM_FUTURE' ? held : refused(code))
      }
    }
  }

  const handledSignatures = (host: Host, mutation: string, effects: readonly EngineEffect[]): void => {
    const { index } = host.validator
    const code = codes.shift()
    const check = effects.find((effect) => effect.type === 'verify' && effect.kind === 'checkpoint')
    const kept = host.engine?.status.memory.signatures ?? 0
    if (check?.type === 'verify' && check.kind === 'checkpoint') underCheck.set(`${index} ${check.id}`, mutation)
    else if (code !== undefined) ended(mutation, refused(code))
    else if (effects.some(({ type }) => type === 'lookupCheckpoint') || isAnswered(effects, 'checkpoint-certificate'))
      ended(mutation, accepted)
    else ended(mutation, kept > (signaturesBefore.get(index) ?? 0) ? held : ignored)
  }

  const isAnswered = (effects: readonly EngineEffect[], kind: Message['kind']): boolean =>
    effects.some(
      (effect) =>
        effect.type === 'send' && effect.to !== null && fuzzers.has(effect.to) && effect.message.kind === kind,
    )

  const handledMessage = (host: Host, message: Message, mutation: string, effects: readonly EngineEffect[]): void => {
    switch (message.kind) {
      case 'vertices':
        return handledVertices(host.validator.index, mutation, message.vertices, effects)
      case 'checkpoint-signature':
      case 'checkpoint-certificate':
        return handledSignatures(host, mutation, effects)
      case 'fetch': {
        const isServed = effects.some(({ type }) => type === 'lookup') || isAnswered(effects, 'vertices')
        return ended(mutation, isServed ? accepted : ignored)
      }
      case 'poll':
        return ended(mutation, isAnswered(effects, 'poll-reply') ? accepted : ignored)
      default:
        // Whether a reply was asked for only the poll knows; late and foreign ones count nothing.
        return ended(mutation, ignored)
    }
  }

  const handledCheck = (
    index: number,
    input: Extract<UntimedInput, { type: 'verified' }>,
    effects: readonly EngineEffect[],
  ): void => {
    const key = input.kind === 'vertex' ? bytesKey(input.hash) : `${input.id}`
    const place = `${index} ${key}`
    const mutation = underCheck.get(place)
    if (mutation === undefined) return
    underCheck.delete(place)
    const code = codes.shift()
    if (!input.isGood) return ended(mutation, refused(code ?? 'VERTEX_SIGNATURE'))
    if (input.kind === 'checkpoint') return ended(mutation, accepted)
    const isStored = effects.some((effect) => effect.type === 'store' && bytesKey(effect.vertex.hash) === key)
    if (isStored) ended(mutation, accepted)
    else ended(mutation, code === undefined ? held : refused(code))
  }

  const noteBetweenHonest = (effects: readonly EngineEffect[]): void => {
    for (const effect of effects) {
      if (effect.type !== 'fault' || effect.peer === null || fuzzers.has(effect.peer)) continue
      betweenHonest[effect.code] = (betweenHonest[effect.code] ?? 0) + 1
    }
  }

  return {
    get messages() {
      return messages
    },
    all,
    byMutation,
    get maxMemory() {
      return maxMemory
    },
    refusedLater,
    betweenHonest,
    sent(mutation) {
      messages += 1
      ofMutation(mutation).messages += 1
    },
    ended,
    expect: (mutation, message) => void expected.set(message, mutation),
    handled(host, input, effects) {
      const { index } = host.validator
      codes = codesAgainstFuzzers(effects)
      if (input.type === 'message') {
        const mutation = expected.get(input.message)
        if (mutation !== undefined) handledMessage(host, input.message, mutation, effects)
      } else if (input.type === 'verified') handledCheck(index, input, effects)
      for (const code of codes) refusedLater[code] = (refusedLater[code] ?? 0) + 1
      noteBetweenHonest(effects)
      const memory = host.engine?.status.memory
      if (memory === undefined) return
      signaturesBefore.set(index, memory.signatures)
      maxMemory = {
        vertices: Math.max(maxMemory.vertices, memory.vertices),
        pending: Math.max(maxMemory.pending, memory.pending),
        pendingBytes: Math.max(maxMemory.pendingBytes, memory.pendingBytes),
        wanted: Math.max(maxMemory.wanted, memory.wanted),
        signatures: Math.max(maxMemory.signatures, memory.signatures),
      }
    },
  }
}
