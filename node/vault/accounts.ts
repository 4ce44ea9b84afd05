/** Which account comes next, under which name: plain rules over plain lists. */
import { err, ok, type Result } from '../core/result.ts'
import { compositeSuite, type SignatureSuite } from '../crypto/suites.ts'
import { labelFault, labelKey, normalLabel } from './labels.ts'
import { limits } from './limits.ts'
import type { AccountRequest, SignerKind, VaultAccount } from './types.ts'

export const defaultSuite: SignatureSuite = 'ML-DSA-65'

export function signerKindOf({ hardware, suite }: Pick<VaultAccount, 'hardware' | 'suite'>): SignerKind {
  if (hardware === null) return 'software'
  return suite === compositeSuite ? 'composite' : 'token-mldsa'
}

type Accounts = readonly Pick<VaultAccount, 'label' | 'suite' | 'index' | 'restored' | 'address'>[]

export type LabelError =
  | { readonly code: 'LABEL_INVALID'; readonly maxChars: number }
  | { readonly code: 'ACCOUNT_LABEL_TAKEN' }

/** The label to store. @param address of the account that gets it, whose own label does not count */
export function checkLabel(
  accounts: readonly Pick<VaultAccount, 'label' | 'address'>[],
  typed: string,
  address?: string,
): Result<string, LabelError> {
  const label = normalLabel(typed)
  if (labelFault(label) !== undefined) return err({ code: 'LABEL_INVALID', maxChars: limits.maxLabelChars })
  const key = labelKey(label)
  const taken = accounts.some(
    (other) => other.address !== address && other.label !== null && labelKey(other.label) === key,
  )
  return taken ? err({ code: 'ACCOUNT_LABEL_TAKEN' }) : ok(label)
}

/** The account that was made for a request; undefined where none was, or the request has no key. */
export function accountOfRequest<A extends Pick<VaultAccount, 'request'>>(
  accounts: readonly A[],
  request: AccountRequest | null,
): Result<A | undefined, { readonly code: 'IDEMPOTENCY_KEY_REUSED' }> {
  if (request === null) return ok(undefined)
  const known = accounts.find((account) => account.request?.key === request.key)
  return known === undefined || known.request?.hash === request.hash
    ? ok(known)
    : err({ code: 'IDEMPOTENCY_KEY_REUSED' })
}

/** `account-N` with the lowest free N: for an account that was asked for without a name. */
export function defaultLabel(accounts: readonly Pick<VaultAccount, 'label'>[]): string {
  const taken = new Set(accounts.flatMap(({ label }) => (label === null ? [] : [labelKey(label)])))
  let number = 1
  while (taken.has(`account-${number}`)) number += 1
  return `account-${number}`
}

/** Each suite counts for itself: 0, 1, 2 … */
export function nextIndex(accounts: Accounts, suite: SignatureSuite): number {
  return accounts.reduce(
    (next, account) => (account.suite === suite && account.index !== null ? Math.max(next, account.index + 1) : next),
    0,
  )
}

/** Restored accounts of the suite without a name, lowest index first: candidates to be handed out again. */
export function unnamedRestored<A extends Accounts[number]>(
  accounts: readonly A[],
  suite: SignatureSuite,
): readonly A[] {
  return accounts
    .filter((account) => account.suite === suite && account.restored)
    .toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0))
}

/**
 * How many accounts, from `fromIndex` on, reach up to the last used one: asks until `limits.accountGap` in a row are
 * unused (BIP-44, "Account discovery").
 *
 * @param room at most so many are found
 */
export async function countUsed(
  fromIndex: number,
  room: number,
  used: (index: number) => Promise<boolean>,
): Promise<number> {
  let count = 0
  for (let offset = 0; offset < count + limits.accountGap && count < room; offset++) {
    if (await used(fromIndex + offset)) count = Math.min(offset + 1, room)
  }
  return count
}
