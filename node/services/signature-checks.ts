/**
 * Signatures of transactions against the keys that the ledger has of their accounts: one, or two where the account's policy has a
 * second key that signed too. What comes of it is the name of what they were good under (signersName), or null.
 */
import { bytesKey, equalBytes } from '../core/bytes.ts'
import type { Verifier, VerifyJob } from '../crypto/index.ts'
import {
  type Account,
  type AccountKey,
  accountOf,
  type Candidate,
  type LedgerState,
  type SignedTransaction,
  signaturesToCheck,
  signersName,
  signersOf,
  signingKeyOf,
} from '../ledger/index.ts'

/** What has to hold for a transaction's signatures to be good. */
export interface SignatureCheck {
  /** One or two; all of them. */
  readonly jobs: readonly VerifyJob[]
  readonly name: Uint8Array
}

/** Null where nothing could make the transaction valid. */
export function signatureCheckOf(
  transaction: SignedTransaction,
  account: Pick<Account, 'key' | 'policy'>,
): SignatureCheck | null {
  const signers = signersOf(transaction, account)
  if (!signers.ok) return null
  const jobs = signaturesToCheck(transaction, signers.value)
  return jobs.ok ? { jobs: jobs.value, name: signersName(signers.value) } : null
}

/** Of each the name, or null where it is not good. One call of the verifier. */
export async function runSignatureChecks(
  checks: readonly (SignatureCheck | null)[],
  verify: Verifier['verify'],
): Promise<(Uint8Array | null)[]> {
  const jobs = checks.flatMap((check) => check?.jobs ?? [])
  const verdicts = jobs.length === 0 ? [] : await verify(jobs)
  return namesOf(checks, verdicts)
}

/** @param verdicts of all jobs of the checks, in order */
export function namesOf(
  checks: readonly (SignatureCheck | null)[],
  verdicts: readonly boolean[],
): (Uint8Array | null)[] {
  let at = 0
  return checks.map((check) => {
    if (check === null) return null
    const own = verdicts.slice(at, at + check.jobs.length)
    at += check.jobs.length
    return own.length === check.jobs.length && own.every((isGood) => isGood === true) ? check.name : null
  })
}

/**
 * The same candidates, with those checked again whose keys only the ledger or an earlier one of them knows, or that were good under
 * keys the account has no more: what comes of a transaction must not depend on what a node knew when its vertex arrived. The
 * list itself where there is none.
 */
export function settleCandidates(
  candidates: readonly Candidate[],
  state: LedgerState,
  verify: Verifier['verify'],
): readonly Candidate[] | Promise<readonly Candidate[]> {
  const late: { candidate: Candidate; check: SignatureCheck }[] = []
  const carried = new Map<string, AccountKey>()
  for (const candidate of candidates) {
    const { transaction, verifiedUnder } = candidate
    const id = bytesKey(transaction.account)
    const account = accountOf(state, transaction.account)
    const stored = account.key ?? carried.get(id) ?? null
    const now = { ...account, key: stored }
    if (verifiedUnder === null || !isUnder(transaction, now, verifiedUnder)) {
      const check = signatureCheckOf(transaction, now)
      if (check !== null) late.push({ candidate, check })
    }
    const key = stored === null ? signingKeyOf(transaction, null) : null
    if (key?.ok === true) carried.set(id, key.value)
  }
  return late.length === 0 ? candidates : settleLate(candidates, late, verify)
}

/** Whether the name is that of the account's present keys, without preparing what is signed. */
function isUnder(transaction: SignedTransaction, account: Pick<Account, 'key' | 'policy'>, name: Uint8Array): boolean {
  const signers = signersOf(transaction, account)
  return signers.ok && equalBytes(signersName(signers.value), name)
}

async function settleLate(
  candidates: readonly Candidate[],
  late: readonly { readonly candidate: Candidate; readonly check: SignatureCheck }[],
  verify: Verifier['verify'],
): Promise<readonly Candidate[]> {
  const names = await runSignatureChecks(
    late.map(({ check }) => check),
    verify,
  )
  const good = new Map(late.map(({ candidate }, index) => [candidate, names[index] ?? null]))
  return candidates.map((candidate) => {
    const verifiedUnder = good.get(candidate) ?? null
    return verifiedUnder === null ? candidate : { ...candidate, verifiedUnder }
  })
}
