/** What is watched: an address, or a public key, told apart by their looks. */
import { type AddressNetwork, addressFacts, type Transaction } from '../../../../node/api/contract/index.ts'

export type WatchReading =
  | { readonly kind: 'empty' }
  | { readonly kind: 'address'; readonly address: string }
  /** Hex, and the suite whose keys have this length. */
  | { readonly kind: 'key'; readonly publicKey: string; readonly suite: Suite }
  | { readonly kind: 'wrong-network'; readonly network: AddressNetwork }
  /** Hex of a length that no suite's keys have. */
  | { readonly kind: 'bad-key'; readonly bytes: number }
  | { readonly kind: 'bad' }

export type Suite = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87' | 'ML-DSA-65+P-256'

/** FIPS 204, table 2; the composite suite has a point of 65 bytes besides. */
const suiteOfBytes: ReadonlyMap<number, Suite> = new Map([
  [1_312, 'ML-DSA-44'],
  [1_952, 'ML-DSA-65'],
  [2_592, 'ML-DSA-87'],
  [2_017, 'ML-DSA-65+P-256'],
])

/** Hex this short is a typing error in something else. */
const leastKeyCharacters = 128

export function readWatched(text: string, network: AddressNetwork | undefined): WatchReading {
  const joined = text.replaceAll(/\s+/g, '')
  if (joined === '') return { kind: 'empty' }
  if (/^[0-9a-f]+$/i.test(joined) && joined.length >= leastKeyCharacters) {
    const bytes = Math.floor(joined.length / 2)
    const suite = joined.length % 2 === 0 ? suiteOfBytes.get(bytes) : undefined
    return suite === undefined ? { kind: 'bad-key', bytes } : { kind: 'key', publicKey: joined.toLowerCase(), suite }
  }
  const facts = addressFacts(joined)
  if (!facts.ok) return { kind: 'bad' }
  if (network !== undefined && facts.value.network !== network) {
    return { kind: 'wrong-network', network: facts.value.network }
  }
  return { kind: 'address', address: facts.value.address }
}

/** An address that is not the account's, to reckon a fee with; undefined where none is known. */
export function otherAddress(
  account: string,
  transactions: readonly Transaction[],
  known: Iterable<string>,
): string | undefined {
  for (const { operations } of transactions) {
    for (const { to } of operations) if (to !== undefined && to !== account) return to
  }
  for (const address of known) if (address !== account) return address
  return undefined
}
