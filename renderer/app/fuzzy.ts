/** How well a text fits what was typed: all its letters in order, better where they are together and begin words. */

const perLetter = 1
const perNeighbour = 8
const perWordStart = 6
const perStart = 8

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** @returns undefined where it does not fit; more is better; 0 for an empty query */
export function fuzzyScore(query: string, text: string): number | undefined {
  const wanted = folded(query).replace(/\s+/g, '')
  const target = folded(text)
  if (wanted === '') return 0
  // Best of all beginnings: "se" is in "use settings" twice, and the second is meant.
  let best: number | undefined
  for (let from = target.indexOf(wanted.charAt(0)); from !== -1; from = target.indexOf(wanted.charAt(0), from + 1)) {
    const score = scoreFrom(wanted, target, from)
    if (score === undefined) break
    if (best === undefined || score > best) best = score
  }
  return best === undefined ? undefined : best - text.length / 1_000
}

function scoreFrom(wanted: string, target: string, from: number): number | undefined {
  let score = 0
  let at = from
  let last = -2
  for (const letter of wanted) {
    const found = target.indexOf(letter, at)
    if (found === -1) return undefined
    score += perLetter
    if (found === last + 1) score += perNeighbour
    if (found === 0) score += perStart
    else if (/[^\p{L}\p{N}]/u.test(target.charAt(found - 1))) score += perWordStart
    last = found
    at = found + 1
  }
  return score
}

/** Those that fit, best first, at most `max`; in their own order where nothing is typed or they fit alike. */
export function fuzzyFilter<T>(
  query: string,
  items: readonly T[],
  textsOf: (item: T) => readonly string[],
  max: number,
): readonly T[] {
  return items
    .flatMap((item, index) => {
      const scores = textsOf(item).flatMap((text) => fuzzyScore(query, text) ?? [])
      return scores.length === 0 ? [] : [{ item, index, score: Math.max(...scores) }]
    })
    .sort((a, b) => (query.trim() === '' ? 0 : b.score - a.score) || a.index - b.index)
    .slice(0, max)
    .map(({ item }) => item)
}
