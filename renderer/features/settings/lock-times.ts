/** Times after which the vault locks, as choices: common ones, and the one that is set where it is another. */

/** 0 is never. */
const offered = [1, 5, 10, 15, 30, 60, 240, 0] as const

export function lockChoices(current: number): readonly number[] {
  const choices = new Set<number>([...offered, current])
  // Never stands last: it is longer than any.
  return [...choices].sort((a, b) => (a === 0 ? 1 : b === 0 ? -1 : a - b))
}
