/** The known name that somebody most likely meant. */
import { limits } from './limits.ts'

/** Undefined where none is near: a far-fetched suggestion is worse than none. Case does not count. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (best === undefined || distance < best.distance) best = { name: candidate, distance }
  }
  return best !== undefined && best.distance <= Math.min(limits.maxSuggestionDistance, name.length / 2)
    ? best.name
    : undefined
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  // Far apart in length is far apart in any case, and an unknown key may be long.
  if (Math.abs(a.length - b.length) > limits.maxSuggestionDistance) return Number.POSITIVE_INFINITY
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[column] as number) + 1, (current[column - 1] as number) + 1))
    }
    previous = current
  }
  return previous[b.length] as number
}
