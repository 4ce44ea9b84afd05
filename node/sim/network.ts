/**
 * The links between validators: delay, loss, repetition, partitions. Each message takes its own time, so that they overtake
 * one another. What a hostile network may do beyond that comes in as a rule of the run.
 */
import type { Message } from '../consensus/messages.ts'
import type { Vertex } from '../consensus/vertex.ts'
import type { Chance } from './chance.ts'
import { messageSizeBytes } from './message-size.ts'
import type { Partition, SimOptions } from './options.ts'

/**
 * What a scripted network does with a message: a delay in ms in place of the drawn one, `lose`, `hold` until it says something
 * else, or undefined to leave it be.
 */
export type LinkRule = (
  from: number,
  to: number,
  message: Message,
  nowMs: number,
) => number | 'lose' | 'hold' | undefined

/** What a scripted network knows of the run. Validators by their numbers. */
export interface LinkSetting {
  readonly options: SimOptions
  leader(round: number): number
  authorOf(vertex: Vertex): number
}

export type LinkRuleMaker = (setting: LinkSetting) => LinkRule

export interface Network {
  /** Delays after which copies of the message arrive; none where it is lost, `hold` where it is to be handed in again. */
  send(
    from: number,
    to: number,
    message: Message,
    nowMs: number,
    extraDelayMs: number,
    isAgain: boolean,
  ): readonly number[] | 'hold'
  /** From now on nothing is lost, doubled or late, and no partition holds. */
  heal(): void
  /** True from the first loss to the end of the last partition. */
  readonly isFaulty: boolean
  readonly messages: number
  readonly messagesOf: ReadonlyMap<Message['kind'], number>
  readonly bytes: number
}

export function createNetwork(options: SimOptions, chance: Chance, rule: LinkRule | null): Network {
  const { minDelayMs, maxDelayMs, drop, duplicate, late, maxLateMs, nodes } = options
  const partitions = options.partitions.map((partition) => ({ ...partition, groupOf: groupsOf(partition, nodes) }))
  let messages = 0
  const messagesOf = new Map<Message['kind'], number>()
  let bytes = 0
  let isHealed = false

  const isCut = (from: number, to: number, nowMs: number): boolean =>
    partitions.some(({ startMs, durationMs, groupOf, isOneWay }) => {
      if (nowMs < startMs || nowMs >= startMs + durationMs || groupOf[from] === groupOf[to]) return false
      return !isOneWay || groupOf[from] === 0
    })

  return {
    send(from, to, message, nowMs, extraDelayMs, isAgain) {
      if (!isAgain) {
        messages += 1
        messagesOf.set(message.kind, (messagesOf.get(message.kind) ?? 0) + 1)
        bytes += messageSizeBytes(message)
      }
      const scripted = rule?.(from, to, message, nowMs)
      if (scripted === 'hold') return 'hold'
      if (scripted === 'lose') return []
      if (scripted !== undefined) return [scripted]
      const delayMs = (): number => chance.between(minDelayMs, maxDelayMs) + extraDelayMs
      if (isHealed) return [delayMs()]
      if (isCut(from, to, nowMs) || chance.happens(drop)) return []
      const first = delayMs() + (chance.happens(late) ? chance.below(maxLateMs + 1) : 0)
      return chance.happens(duplicate) ? [first, delayMs()] : [first]
    },
    heal() {
      isHealed = true
    },
    get isFaulty() {
      return !isHealed && (drop > 0 || late > 0 || partitions.length > 0)
    },
    messagesOf,
    get messages() {
      return messages
    },
    get bytes() {
      return bytes
    },
  }
}

/** Group of each validator, by its number. */
function groupsOf({ groups }: Partition, nodes: number): readonly number[] {
  const found: number[] = []
  for (const [group, size] of groups.entries()) for (let i = 0; i < size; i++) found.push(group)
  while (found.length < nodes) found.push(groups.length)
  return found
}
