/** What addresses are called here: own accounts by their label, others by the address book. */
import type { Account, LabelEntry } from '../../../../node/api/contract/index.ts'

export interface NamedAddress {
  readonly address: string
  readonly name: string
  /** `own`: an account of the vault. `watched`: followed here. `book`: an entry of the address book. */
  readonly kind: 'own' | 'watched' | 'book'
}

export interface Names {
  /** Own and watched accounts in the node's order, then the address book by name. */
  readonly all: readonly NamedAddress[]
  of(address: string): NamedAddress | undefined
  /** Whole names, whatever their case; several where a name was given twice. */
  called(name: string): readonly NamedAddress[]
}

/** In the language of the machine; made once, for an address book may have thousands of entries. */
const collator = new Intl.Collator()

export const noNames: Names = { all: [], of: () => undefined, called: () => [] }

export function namesOf(accounts: readonly Account[], book: readonly LabelEntry[]): Names {
  const byAddress = new Map<string, NamedAddress>()
  for (const { address, kind, label } of accounts) {
    if (kind === 'other' || label === null) continue
    byAddress.set(address, { address, name: label, kind: kind === 'vault' ? 'own' : 'watched' })
  }
  const entries = book
    .filter(({ type, ref }) => type === 'address' && !byAddress.has(ref))
    .map(({ ref, label }): NamedAddress => ({ address: ref, name: label, kind: 'book' }))
    .sort((a, b) => collator.compare(a.name, b.name) || (a.address < b.address ? -1 : 1))
  const all = [...byAddress.values(), ...entries]
  for (const entry of entries) byAddress.set(entry.address, entry)
  const byName = new Map<string, NamedAddress[]>()
  for (const entry of all) {
    const same = byName.get(folded(entry.name))
    if (same === undefined) byName.set(folded(entry.name), [entry])
    else same.push(entry)
  }
  return {
    all,
    of: (address) => byAddress.get(address),
    called: (name) => byName.get(folded(name)) ?? [],
  }
}

/** For comparing what people type with what they named things. */
export function folded(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase()
}

/** Of an address, so few characters are in many by chance: fewer look for names alone. */
const minAddressCharacters = 4

/**
 * Entries that the text may mean, all for an empty one: names that begin with it, then names that have it somewhere, and last
 * addresses that do. Who types a few letters of a name and presses Enter must not get somebody whose address has them.
 */
export function matching(all: readonly NamedAddress[], text: string): readonly NamedAddress[] {
  const wanted = folded(text)
  if (wanted === '') return all
  const rank = ({ name, address }: NamedAddress): number => {
    const at = folded(name).indexOf(wanted)
    if (at === 0) return 0
    if (at > 0) return 1
    return wanted.length >= minAddressCharacters && address.includes(wanted) ? 2 : 3
  }
  const found = all.map((entry) => ({ entry, rank: rank(entry) })).filter((one) => one.rank < 3)
  return found.sort((a, b) => a.rank - b.rank).map(({ entry }) => entry)
}
