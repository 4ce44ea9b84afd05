/**
 * A fuzz of the whole engine: a sound network, one or more validators of which send mutated messages by the thousand. All of
 * it is refused, held or without effect, counted, and bounded in memory, and the others go on finalizing.
 * Source: docs/simulator.md, "Fuzz".
 */
import type { EngineMemory } from '../../consensus/types.ts'
import { type SimOptions, simOptions } from '../options.ts'
import { type SimResult, simulate } from '../simulation.ts'
import { createFuzzer } from './fuzzer.ts'
import { fuzzLimits } from './limits.ts'
import { createTally, type Fates } from './tally.ts'

export interface FuzzOptions {
  readonly messages: number
  readonly seed: number
  readonly nodes: number
  /** Of these, the last: they fuzz. */
  readonly fuzzers: number
}

export const defaultFuzzOptions: FuzzOptions = Object.freeze({ messages: 100_000, seed: 1, nodes: 4, fuzzers: 1 })

export interface FuzzResult extends Fates {
  readonly seed: number
  readonly messages: number
  /** The same, by mutation. */
  readonly mutations: Readonly<Record<string, Fates & { readonly messages: number }>>
  readonly maxMemory: EngineMemory
  /** What was held at first and put away afterwards, by code. */
  readonly refusedLater: Readonly<Record<string, number>>
  /** What honest validators reproach each other with. */
  readonly betweenHonest: Readonly<Record<string, number>>
  /** Of the run beside it: its checkers decide, and that clients' transactions went through all the time. */
  readonly verdict: SimResult['verdict']
  readonly violations: SimResult['violations']
  readonly finalized: number
  readonly finalityMs: SimResult['finalityMs']
  readonly commits: number
  readonly traceHash: string
}

export interface FuzzCallbacks {
  /** Now and then, with the messages sent. */
  readonly progress?: (messages: number) => void
}

export function runFuzz(options: FuzzOptions, callbacks: FuzzCallbacks = {}): FuzzResult {
  const { messages, fuzzers } = options
  const network = fuzzNetwork(options)
  const byzantine = new Set<string>()
  const tally = createTally(byzantine)
  const { result } = simulate(
    network,
    { progress: () => callbacks.progress?.(tally.messages) },
    {
      participant: (cabal, validator) => {
        byzantine.add(validator.peer)
        return createFuzzer({ cabal, validator, tally, messages, fuzzers })
      },
      handled: (host, input, effects) => tally.handled(host, input, effects),
    },
  )
  const { verdict, violations, finalized, finalityMs, commits, traceHash } = result
  const { all, byMutation, maxMemory, refusedLater, betweenHonest } = tally
  return {
    seed: options.seed,
    messages: tally.messages,
    ...all,
    mutations: Object.fromEntries([...byMutation].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...{ maxMemory, refusedLater, betweenHonest, verdict, violations, finalized, finalityMs, commits, traceHash },
  }
}

/** Long enough for all messages, and for what they cause to arrive. */
function fuzzNetwork({ messages, seed, nodes, fuzzers }: FuzzOptions): SimOptions {
  const { startMs, settleMs, messagesPerSecond, minDelayMs, epochMs, load } = fuzzLimits
  const seconds = Math.ceil((startMs + settleMs + (1_000 * messages) / messagesPerSecond) / 1_000)
  const byzantine = fuzzers
  return simOptions({ seed, nodes, byzantine, adversaries: ['split'], seconds, minDelayMs, epochMs, load })
}
