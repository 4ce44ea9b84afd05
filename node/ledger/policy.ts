/**
 * Account policies: how much an account's key may spend by itself in a day, and who takes over when it is lost. Pure changes
 * of an account, in ledger time. Source: docs/protocol.md, "Account policies".
 */
import { listOf, nullable, record, u64, uintUpTo } from '../core/codec.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Account, ParkedTransaction } from './account.ts'
import { type AccountKey, accountKeyCodec, accountKeyOf, isSameKey, shareKey } from './account-keys.ts'
import { ledgerLimits } from './limits.ts'
import type { AccountChange, AccountRecoverOperation, ConsentingKey, Operation } from './transaction.ts'

/** What was spent in an hour of ledger time without the second key. */
export interface SpentHour {
  /** Hours since the Unix epoch. */
  readonly hour: number
  readonly amountMicroRuv: bigint
}

export interface SpendingLimit {
  /** The second key: signs, beside the account's own, what goes beyond the limit. */
  readonly key: AccountKey
  readonly dailyLimitMicroRuv: bigint
  /** By hour, ascending; those that still count, at most 25. */
  readonly spent: readonly SpentHour[]
}

export interface RecoveryKey {
  readonly key: AccountKey
  /** Ledger time between its start and its end, in ms. */
  readonly delayMs: number
  /** Ledger time from which it can be finished; null while none runs. */
  readonly takesOverAtMs: number | null
}

/** At least one of the two; an account without either has no policy. */
export interface AccountPolicy {
  readonly limit: SpendingLimit | null
  readonly recovery: RecoveryKey | null
}

export type PolicyCode =
  /** Failed: more than the account's key may spend by itself in 24 hours. */
  | 'DAILY_LIMIT'
  /** Failed: the account has a second key, which must sign changes of its keys and policy. */
  | 'COSIGNATURE_REQUIRED'
  /** Failed: the key, or a half of it, is in use by the account already. */
  | 'KEY_REUSED'
  /** Failed: there is no such part of the policy to clear. */
  | 'POLICY_NOT_SET'
  /** Failed: the account has no recovery key. */
  | 'RECOVERY_NOT_SET'
  /** Failed: another key than the one that was registered. */
  | 'RECOVERY_KEY_WRONG'
  /** Failed: the recovery has been started already. */
  | 'RECOVERY_RUNNING'
  /** Failed: no recovery runs. */
  | 'RECOVERY_NOT_STARTED'
  /** Failed: the delay is not over. */
  | 'RECOVERY_TOO_EARLY'

const hourMs = 60 * 60 * 1_000
/** An amount counts in its own hour and in the 24 after it: for 24 hours at least, and 25 at most. */
const countedHours = 24

/** What still counts at a moment of ledger time, in µrUv. */
export function spentMicroRuv({ spent }: SpendingLimit, nowMs: number): bigint {
  let sum = 0n
  for (const { hour, amountMicroRuv } of spent) if (isCounted(hour, nowMs)) sum += amountMicroRuv
  return sum
}

/** What the account's key may still spend by itself; infinity of a kind, null, where nothing limits it. */
export function allowanceMicroRuv(policy: AccountPolicy | undefined, nowMs: number): bigint | null {
  const limit = policy?.limit ?? null
  if (limit === null) return null
  const left = limit.dailyLimitMicroRuv - spentMicroRuv(limit, nowMs)
  return left > 0n ? left : 0n
}

function isCounted(hour: number, nowMs: number): boolean {
  return hour >= Math.floor(nowMs / hourMs) - countedHours
}

/** Why the account's key cannot do this by itself; null where it can, or the second key signed too. */
export function refusalOf(
  { policy }: Pick<Account, 'policy'>,
  operations: readonly Operation[],
  outgoingMicroRuv: bigint,
  isCoSigned: boolean,
  nowMs: number,
): 'DAILY_LIMIT' | 'COSIGNATURE_REQUIRED' | null {
  const allowance = allowanceMicroRuv(policy, nowMs)
  if (allowance === null || isCoSigned) return null
  if (operations.some(needsSecondKey)) return 'COSIGNATURE_REQUIRED'
  return outgoingMicroRuv > allowance ? 'DAILY_LIMIT' : null
}

/** Stopping a recovery is for the account's key alone: whoever still has it may say so without waiting for the second. */
function needsSecondKey(operation: Operation): boolean {
  return operation.kind === 'account.update' && operation.change.kind !== 'cancelRecovery'
}

/** The account after it has spent an amount by its own key. Hours that count no more leave. */
export function withSpent<A extends Pick<Account, 'policy'>>(account: A, amountMicroRuv: bigint, nowMs: number): A {
  const { policy } = account
  if (policy === undefined || policy.limit === null || amountMicroRuv === 0n) return account
  const now = Math.floor(nowMs / hourMs)
  const counted = policy.limit.spent.filter(({ hour }) => isCounted(hour, nowMs))
  const before = counted.find(({ hour }) => hour === now)?.amountMicroRuv ?? 0n
  const spent = [...counted.filter(({ hour }) => hour !== now), { hour: now, amountMicroRuv: before + amountMicroRuv }]
  return { ...account, policy: { ...policy, limit: { ...policy.limit, spent } } }
}

/** The account after a change that its own transaction asks for. @param account with its key stored */
export function changeAccount(account: Account, change: AccountChange): Result<Account, { code: PolicyCode }> {
  const { policy, key: current } = account
  const limit = policy?.limit ?? null
  const recovery = policy?.recovery ?? null
  switch (change.kind) {
    case 'key': {
      const key = checkedKey(change.key)
      if (isInUse(key, [current, limit?.key, recovery?.key])) return err({ code: 'KEY_REUSED' })
      return ok(withPolicy({ ...account, key }, limit, stopped(recovery)))
    }
    case 'limit': {
      const key = checkedKey(change.key)
      if (isInUse(key, [current, recovery?.key])) return err({ code: 'KEY_REUSED' })
      const { dailyLimitMicroRuv } = change
      return ok(withPolicy(account, { key, dailyLimitMicroRuv, spent: limit?.spent ?? [] }, recovery))
    }
    case 'recovery': {
      const key = checkedKey(change.key)
      if (isInUse(key, [current, limit?.key])) return err({ code: 'KEY_REUSED' })
      return ok(withPolicy(account, limit, { key, delayMs: change.delayMs, takesOverAtMs: null }))
    }
    case 'clearLimit':
      return limit === null ? err({ code: 'POLICY_NOT_SET' }) : ok(withPolicy(account, null, recovery))
    case 'clearRecovery':
      return recovery === null ? err({ code: 'POLICY_NOT_SET' }) : ok(withPolicy(account, limit, null))
    case 'cancelRecovery':
      if (recovery === null || recovery.takesOverAtMs === null) return err({ code: 'RECOVERY_NOT_STARTED' })
      return ok(withPolicy(account, limit, stopped(recovery)))
  }
}

/** The account after somebody has started, or finished, its recovery. */
export function recoverAccount(
  account: Account | undefined,
  { key }: AccountRecoverOperation,
  nowMs: number,
): Result<Account, { code: PolicyCode }> {
  const recovery = account?.policy?.recovery ?? null
  if (account === undefined || recovery === null) return err({ code: 'RECOVERY_NOT_SET' })
  if (key !== null) {
    if (!isSameKey(checkedKey(key), recovery.key)) return err({ code: 'RECOVERY_KEY_WRONG' })
    if (recovery.takesOverAtMs !== null) return err({ code: 'RECOVERY_RUNNING' })
    const started = { ...recovery, takesOverAtMs: nowMs + recovery.delayMs }
    return ok(withPolicy(account, account.policy?.limit ?? null, started))
  }
  if (recovery.takesOverAtMs === null) return err({ code: 'RECOVERY_NOT_STARTED' })
  if (nowMs < recovery.takesOverAtMs) return err({ code: 'RECOVERY_TOO_EARLY' })
  // The limit goes too: with the second key lost, nothing else could ever lift it.
  return ok(withPolicy({ ...account, key: recovery.key }, null, null))
}

/** Whether a parked transaction was signed by keys that are the account's no more. */
export function isOutdated(parked: ParkedTransaction, before: Account, after: Account): boolean {
  if (!isSameKey(before.key, after.key)) return true
  const [secondBefore, secondAfter] = [before, after].map(({ policy }) => policy?.limit?.key ?? null)
  return parked.coSigned === true && !isSameKey(secondBefore as AccountKey | null, secondAfter as AccountKey | null)
}

/** Its form has been checked with the transaction's own rules. */
function checkedKey(carried: ConsentingKey): AccountKey {
  const key = accountKeyOf(carried)
  if (!key.ok) throw new Error('broken invariant: a key of unknown form breaks a rule and is not run')
  return key.value
}

function isInUse(key: AccountKey, others: readonly (AccountKey | null | undefined)[]): boolean {
  return others.some((other) => other !== null && other !== undefined && shareKey(key, other))
}

function stopped(recovery: RecoveryKey | null): RecoveryKey | null {
  return recovery === null ? null : { ...recovery, takesOverAtMs: null }
}

/** Without a policy the account has no such field: it is written as one that never had any. */
function withPolicy(account: Account, limit: SpendingLimit | null, recovery: RecoveryKey | null): Account {
  const { policy: _, ...rest } = account
  return limit === null && recovery === null ? rest : { ...rest, policy: { limit, recovery } }
}

export const policyCodec = record({
  limit: nullable(
    record({
      key: accountKeyCodec,
      dailyLimitMicroRuv: u64,
      spent: listOf(record({ hour: uintUpTo(), amountMicroRuv: u64 }), { max: ledgerLimits.maxSpentHours }),
    }),
  ),
  recovery: nullable(record({ key: accountKeyCodec, delayMs: uintUpTo(), takesOverAtMs: nullable(uintUpTo()) })),
})
