/**
 * How well a new password holds, in words that mean something: how long somebody who has the vault file would guess. Only
 * this leaves the rating; the password and its parts stay in the function that rates.
 */

/** From "falls at once" to "holds": five steps of the meter. */
export type StrengthLevel = 0 | 1 | 2 | 3 | 4

export interface CrackTime {
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days' | 'months' | 'years' | 'centuries'
  /** At least 1; of centuries at most 10, which says "many". */
  readonly count: number
}

export interface Strength {
  readonly level: StrengthLevel
  readonly crackTime: CrackTime
}

/**
 * Guesses a second of somebody who stole the file and rents machines for it. Argon2id with 64 MiB and three passes
 * (docs/vault-file.md) leaves a large graphics card some hundred to a thousand a second, as memory is what it lacks; this
 * is a room full of them.
 */
export const guessesPerSecond = 10_000

const minute = 60
const hour = 60 * minute
const day = 24 * hour
const year = 365.25 * day
const month = year / 12
const century = 100 * year

const units: readonly (readonly [CrackTime['unit'], number])[] = [
  ['centuries', century],
  ['years', year],
  ['months', month],
  ['days', day],
  ['hours', hour],
  ['minutes', minute],
]

const mostCenturies = 10

/** The largest unit that fits once; below a minute in seconds, never less than one. */
export function crackTimeOf(seconds: number): CrackTime {
  for (const [unit, length] of units) {
    if (seconds < length) continue
    const count = Math.floor(seconds / length)
    return { unit, count: unit === 'centuries' ? Math.min(count, mostCenturies) : count }
  }
  return { unit: 'seconds', count: Math.max(1, Math.floor(seconds)) }
}

/** Levels by how long it holds against that guesser: an hour, a month, ten years, a thousand years. */
export function levelOf(seconds: number): StrengthLevel {
  if (seconds < hour) return 0
  if (seconds < month) return 1
  if (seconds < 10 * year) return 2
  return seconds < 10 * century ? 3 : 4
}

/** @param guesses how many guesses in order of likelihood reach the password; half of them on average */
export function strengthOf(guesses: number): Strength {
  const seconds = Math.max(0, guesses) / 2 / guessesPerSecond
  return { level: levelOf(seconds), crackTime: crackTimeOf(seconds) }
}
