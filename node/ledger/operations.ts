/** Operations: what each does to accounts and stakes. All of a transaction run, or none. Source: docs/protocol.md, "Execution". */
import { maxU64 } from '../core/amount.ts'
import { bytesKey } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { type Account, emptyAccount } from './account.ts'
import type { AccountId } from './address.ts'
import { applyEvidence, type EvidenceCode } from './evidence.ts'
import type { ExecutionCode } from './execution.ts'
import { validatorIdOf } from './genesis.ts'
import { Overlay } from './overlay.ts'
import { changeAccount, type PolicyCode, recoverAccount } from './policy.ts'
import type { ChainRules } from './rules.ts'
import { bond, type StakeCode, type StakeRecord, unbond } from './stake.ts'
import type { Totals } from './state.ts'
import type { EvidenceOperation, Operation, TransferOperation } from './transaction.ts'

/** What operations change; the overlays are the caller's until it takes them over. */
export interface Ledger {
  readonly accounts: Overlay<Account>
  readonly stakes: Overlay<StakeRecord | null>
  totals: Totals
}

export interface OperationContext {
  readonly chain: ChainRules
  readonly commitTimeMs: number
  /** The running one. */
  readonly epoch: number
}

/** Runs all operations on top of the ledger and takes them over; where one fails, its code, and nothing has changed. */
export function runOperations(
  below: Ledger,
  sender: AccountId,
  operations: readonly Operation[],
  context: OperationContext,
): ExecutionCode | null {
  const ledger: Ledger = {
    accounts: new Overlay((key) => below.accounts.get(key)),
    stakes: new Overlay((key) => below.stakes.get(key)),
    totals: below.totals,
  }
  const senderKey = bytesKey(sender)
  for (const operation of operations) {
    const refusal = runOperation(ledger, sender, senderKey, operation, context)
    if (refusal !== null) return refusal
  }
  below.accounts.absorb(ledger.accounts)
  below.stakes.absorb(ledger.stakes)
  below.totals = ledger.totals
  return null
}

function runOperation(
  ledger: Ledger,
  sender: AccountId,
  senderKey: string,
  operation: Operation,
  context: OperationContext,
): ExecutionCode | null {
  const { chain, commitTimeMs } = context
  switch (operation.kind) {
    case 'transfer':
      return transfer(ledger, senderKey, operation)
    case 'stake.bond': {
      if (!withdraw(ledger, senderKey, operation.amountMicroRuv)) return 'INSUFFICIENT_BALANCE'
      ledger.totals = staked(ledger.totals, operation.amountMicroRuv)
      const id = validatorIdOf(operation.publicKey)
      return changeStake(ledger, id, (before) => bond(before, sender, operation, commitTimeMs, chain.parameters))
    }
    case 'stake.unbond':
      return changeStake(ledger, operation.validatorId, (before) =>
        unbond(before, sender, operation, commitTimeMs, chain.parameters),
      )
    case 'evidence.submit':
      return punish(ledger, operation, context)
    case 'account.update': {
      const account = ledger.accounts.get(senderKey) ?? emptyAccount
      return changeEntry(ledger, senderKey, changeAccount(account, operation.change))
    }
    case 'account.recover': {
      const key = bytesKey(operation.account)
      return changeEntry(ledger, key, recoverAccount(ledger.accounts.get(key), operation, commitTimeMs))
    }
    case 'noop':
      return null
    case 'faucet':
      throw new Error('broken invariant: a faucet operation stands alone and is not run like others')
  }
}

function transfer(ledger: Ledger, senderKey: string, { to, amountMicroRuv }: TransferOperation): ExecutionCode | null {
  if (!withdraw(ledger, senderKey, amountMicroRuv)) return 'INSUFFICIENT_BALANCE'
  const recipientKey = bytesKey(to)
  const recipient = ledger.accounts.get(recipientKey) ?? emptyAccount
  const balanceMicroRuv = recipient.balanceMicroRuv + amountMicroRuv
  if (balanceMicroRuv > maxU64) return 'BALANCE_OVERFLOW'
  ledger.accounts.set(recipientKey, { ...recipient, balanceMicroRuv })
  return null
}

/** False where the balance does not cover it. */
function withdraw(ledger: Ledger, key: string, amountMicroRuv: bigint): boolean {
  const account = ledger.accounts.get(key) ?? emptyAccount
  if (account.balanceMicroRuv < amountMicroRuv) return false
  ledger.accounts.set(key, { ...account, balanceMicroRuv: account.balanceMicroRuv - amountMicroRuv })
  return true
}

function changeEntry({ accounts }: Ledger, key: string, changed: ReturnType<typeof changeAccount>): PolicyCode | null {
  if (!changed.ok) return changed.error.code
  accounts.set(key, changed.value)
  return null
}

function changeStake(
  { stakes }: Ledger,
  validatorId: Uint8Array,
  change: (before: StakeRecord | undefined) => ReturnType<typeof bond>,
): StakeCode | null {
  const key = bytesKey(validatorId)
  const changed = change(stakes.get(key) ?? undefined)
  if (!changed.ok) return changed.error.code
  stakes.set(key, changed.value)
  return null
}

function punish(ledger: Ledger, { evidence }: EvidenceOperation, context: OperationContext): EvidenceCode | null {
  const { chain, epoch } = context
  const read = chain.readEvidence(evidence)
  invariant(read.ok, 'evidence that does not read breaks a rule and is not run')
  const key = bytesKey(read.value.validatorId)
  const before = ledger.stakes.get(key) ?? undefined
  const applied = applyEvidence(before, read.value, epoch, chain.parameters, chain.verifyValidator)
  if (!applied.ok) return applied.error.code
  const { record, burnedMicroRuv } = applied.value
  ledger.stakes.set(key, record)
  ledger.totals = staked(
    { ...ledger.totals, burnedMicroRuv: ledger.totals.burnedMicroRuv + burnedMicroRuv },
    -burnedMicroRuv,
  )
  return null
}

function staked(totals: Totals, changeMicroRuv: bigint): Totals {
  return { ...totals, stakedMicroRuv: totals.stakedMicroRuv + changeMicroRuv }
}
