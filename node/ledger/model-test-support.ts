/**
 * The ledger's rules a second time, as plainly as they can be said, for tests to hold the real one against: nothing is
 * incremental, nothing is forgotten, accounts are named by hex. Rules: docs/protocol.md, "Execution".
 */
import { toHex } from '../core/bytes.ts'
import { signatureSuites } from '../crypto/suites.ts'
import type { Candidate } from './execution.ts'
import type { Genesis } from './genesis.ts'
import { rulesOf, type TestAccount } from './test-support.ts'
import type { SignedTransaction } from './transaction.ts'

export interface ModelAccount {
  balance: bigint
  nonce: number
  hasKey: boolean
  readonly parked: Map<number, { readonly transaction: SignedTransaction; readonly fee: bigint }>
  faucetStartMs: number
  faucetCredited: bigint
}

export interface ModelResult {
  readonly txId: string
  readonly account: string
  readonly nonce: number
  readonly outcome: 'ok' | 'failed' | 'rejected'
  readonly code: string | null
  readonly fee: bigint
}

export interface ModelCommit {
  readonly results: ModelResult[]
  readonly parked: string[]
  readonly ignored: string[]
}

export function ledgerModel(genesis: Genesis, owners: readonly TestAccount[]) {
  const { parameters } = genesis
  const chainId = toHex(rulesOf(genesis).chainId)
  const ownerOf = new Map(owners.map((owner) => [toHex(owner.id), owner]))
  const accounts = new Map<string, ModelAccount>()
  const paid = new Map<string, { readonly txId: Uint8Array; readonly validUntilMs: number }>()
  let [minted, burned, timeMs] = [0n, 0n, genesis.startTimeMs]

  const blank = (): ModelAccount => ({
    balance: 0n,
    nonce: 0,
    hasKey: false,
    parked: new Map(),
    faucetStartMs: Number.NEGATIVE_INFINITY,
    faucetCredited: 0n,
  })
  const open = (name: string): ModelAccount => {
    const account = accounts.get(name) ?? blank()
    accounts.set(name, account)
    return account
  }
  for (const { account, balanceMicroRuv } of genesis.allocations) {
    if (balanceMicroRuv > 0n) open(toHex(account)).balance = balanceMicroRuv
  }

  const feeOf = (transaction: SignedTransaction): bigint => {
    const { suite } = ownerOf.get(toHex(transaction.account)) as TestAccount
    const units = BigInt(signatureSuites[suite].verificationUnits)
    return BigInt(transaction.bytes.length) * parameters.bytePriceMicroRuv + units * parameters.unitPriceMicroRuv
  }
  const charge = (account: ModelAccount, fee: bigint): bigint => {
    const taken = account.balance < fee ? account.balance : fee
    account.balance -= taken
    burned += taken
    return taken
  }
  const faucetProblem = (account: ModelAccount, amount: bigint, due: bigint): string | null => {
    const isOpen = timeMs - account.faucetStartMs < parameters.faucetWindowMs
    if ((isOpen ? account.faucetCredited : 0n) + amount > parameters.faucetWindowMicroRuv) return 'FAUCET_LIMIT'
    if (minted + amount > parameters.faucetCapMicroRuv) return 'FAUCET_CAP'
    return account.balance + amount < due ? 'INSUFFICIENT_FEE' : null
  }

  /** Uses the nonce, settles the fee that is still due, and runs all operations or none. */
  const run = (transaction: SignedTransaction, due: bigint, alreadyPaid: bigint): ModelResult => {
    const account = open(toHex(transaction.account))
    const [first] = transaction.operations
    let code: string | null
    if (first?.kind === 'faucet') {
      code = faucetProblem(account, first.amountMicroRuv, due)
      if (code === null) {
        const isOpen = timeMs - account.faucetStartMs < parameters.faucetWindowMs
        account.faucetCredited = (isOpen ? account.faucetCredited : 0n) + first.amountMicroRuv
        if (!isOpen) account.faucetStartMs = timeMs
        account.balance += first.amountMicroRuv
        minted += first.amountMicroRuv
      }
    } else code = account.balance < due ? 'INSUFFICIENT_FEE' : null
    account.nonce += 1
    const fee = alreadyPaid + charge(account, due)
    if (code === null && first?.kind !== 'faucet') {
      let total = 0n
      for (const operation of transaction.operations) {
        if (operation.kind === 'transfer') total += operation.amountMicroRuv
      }
      // No recipient is the sender, so the amounts are covered one by one exactly where they are in sum.
      if (total > account.balance) code = 'INSUFFICIENT_BALANCE'
      else {
        account.balance -= total
        for (const operation of transaction.operations) {
          if (operation.kind === 'transfer') open(toHex(operation.to)).balance += operation.amountMicroRuv
        }
      }
    }
    return resultOf(transaction, code === null ? 'ok' : 'failed', code, fee)
  }

  const resultOf = (
    transaction: SignedTransaction,
    outcome: ModelResult['outcome'],
    code: string | null,
    fee: bigint,
  ): ModelResult => {
    const { txId, account, nonce } = transaction
    return { txId: toHex(txId), account: toHex(account), nonce, outcome, code, fee }
  }

  const ignoreCode = ({ transaction, verifiedUnder }: Candidate, fee: bigint): string | null => {
    const name = toHex(transaction.account)
    const owner = ownerOf.get(name) as TestAccount
    const account = accounts.get(name)
    if (transaction.validUntilMs < timeMs) return 'EXPIRED'
    if (transaction.validUntilMs > timeMs + 86_400_000) return 'VALID_UNTIL_TOO_FAR'
    if (paid.has(toHex(transaction.txId))) return 'DUPLICATE'
    if (toHex(transaction.chainId) !== chainId) return 'CHAIN_MISMATCH'
    if (!account?.hasKey && transaction.key === null) return 'PUBLIC_KEY_REQUIRED'
    if (verifiedUnder === null || toHex(verifiedUnder) !== toHex(owner.publicKey)) return 'SIGNATURE_INVALID'
    if (fee > transaction.maxFeeMicroRuv) return 'MAX_FEE_TOO_LOW'
    if (account !== undefined) return null
    const [first] = transaction.operations
    if (first?.kind !== 'faucet' || transaction.nonce !== 0) return 'INSUFFICIENT_BALANCE'
    return faucetProblem(blank(), first.amountMicroRuv, fee)
  }

  return {
    accounts,
    paid,
    chainIdHex: chainId,
    get minted() {
      return minted
    },
    get burned() {
      return burned
    },
    commit(commitTimeMs: number, candidates: readonly Candidate[]): ModelCommit {
      timeMs = commitTimeMs
      const { results, parked, ignored }: ModelCommit = { results: [], parked: [], ignored: [] }
      for (const name of [...accounts.keys()].sort()) {
        const waiting = (accounts.get(name) as ModelAccount).parked
        for (const nonce of [...waiting.keys()].sort((a, b) => a - b)) {
          const { transaction, fee } = waiting.get(nonce) as { transaction: SignedTransaction; fee: bigint }
          if (transaction.validUntilMs >= timeMs) continue
          waiting.delete(nonce)
          results.push(resultOf(transaction, 'rejected', 'EXPIRED', fee))
        }
      }
      for (const candidate of candidates) {
        const { transaction } = candidate
        const fee = feeOf(transaction)
        const problem = ignoreCode(candidate, fee)
        if (problem !== null) {
          ignored.push(problem)
          continue
        }
        const account = open(toHex(transaction.account))
        account.hasKey = true
        paid.set(toHex(transaction.txId), { txId: transaction.txId, validUntilMs: transaction.validUntilMs })
        const { nonce } = transaction
        if (nonce === account.nonce) {
          results.push(run(transaction, fee, 0n))
          for (;;) {
            const next = account.parked.get(account.nonce)
            if (next === undefined) break
            account.parked.delete(account.nonce)
            results.push(run(next.transaction, 0n, next.fee))
          }
          continue
        }
        let code: string | null = null
        if (nonce < account.nonce || account.parked.has(nonce)) code = 'SIBLING_WON'
        else if (account.parked.size >= 64) code = 'PARKED_LIMIT'
        else if (account.balance < fee) code = 'INSUFFICIENT_FEE'
        const taken = charge(account, fee)
        if (code !== null) results.push(resultOf(transaction, 'rejected', code, taken))
        else {
          account.parked.set(nonce, { transaction, fee: taken })
          parked.push(toHex(transaction.txId))
        }
      }
      return { results, parked, ignored }
    },
  }
}
export type LedgerModel = ReturnType<typeof ledgerModel>
