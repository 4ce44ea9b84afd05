/**
 * Addresses that look alike. Whoever wants to be paid by mistake makes an address that begins and ends like one its victim
 * knows, and has it appear in the victim's history ("address poisoning"): people compare the ends. Two addresses that agree
 * there and are not the same are therefore worth a warning, wherever one of them is known.
 */

/** Characters in which both ends must agree: 35 bits, which chance gives once in 30 billion pairs. */
export const lookAlikeEnd = 4
/** Or one end alone. */
export const lookAlikeLongEnd = 6

/** What every address of a network shares: its prefix, the separator, and the version's first character. */
function distinctive(address: string): string {
  return address.slice(address.lastIndexOf('1') + 2)
}

/** False for the same address, and for what is of another network. */
export function looksAlike(one: string, other: string): boolean {
  if (one === other || one.slice(0, one.lastIndexOf('1')) !== other.slice(0, other.lastIndexOf('1'))) return false
  const a = distinctive(one)
  const b = distinctive(other)
  const shortest = Math.min(a.length, b.length)
  let front = 0
  while (front < shortest && a[front] === b[front]) front += 1
  let back = 0
  while (back < shortest - front && a.at(-1 - back) === b.at(-1 - back)) back += 1
  return (front >= lookAlikeEnd && back >= lookAlikeEnd) || front >= lookAlikeLongEnd || back >= lookAlikeLongEnd
}

export interface LookAlikes {
  /** The known addresses that this one could be mistaken for; none where it is known itself. */
  of(address: string): readonly string[]
}

/** @param known addresses that the owner has named, owns, or has paid: any number, each looked up by its ends */
export function lookAlikesAmong(known: Iterable<string>): LookAlikes {
  const all = new Set(known)
  const byEnds = new Map<string, string[]>()
  for (const address of all) {
    for (const ends of endsOf(address)) {
      const same = byEnds.get(ends)
      if (same === undefined) byEnds.set(ends, [address])
      else same.push(address)
    }
  }
  return {
    of(address) {
      if (all.has(address)) return []
      const found = new Set<string>()
      for (const ends of endsOf(address)) for (const candidate of byEnds.get(ends) ?? []) found.add(candidate)
      return [...found].filter((candidate) => looksAlike(address, candidate))
    },
  }
}

/** Any two addresses that look alike share one of these. */
function endsOf(address: string): readonly string[] {
  const text = distinctive(address)
  return [
    `${text.slice(0, lookAlikeEnd)}…${text.slice(-lookAlikeEnd)}`,
    `${text.slice(0, lookAlikeLongEnd)}…`,
    `…${text.slice(-lookAlikeLongEnd)}`,
  ]
}
