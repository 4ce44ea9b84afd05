/** What is left of a transaction once it has ended, and what an account stakes on one before. Source: docs/protocol.md, "History". */
import { compareBytes } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, nullable, record, textUpTo, u64 } from '../core/codec.ts'
import type { AccountId } from './address.ts'
import type { TransactionResult } from './execution.ts'
import { outgoingMicroRuv } from './rules.ts'
import type { Operation, SignedTransaction } from './transaction.ts'

/** Whom a transaction that succeeds concerns: its sender first, then the recipients, and whoever is recovered, each once. */
export function partiesOf(id: AccountId, operations: readonly Operation[]): AccountId[] {
  const parties = [id]
  for (const operation of operations) {
    const other =
      operation.kind === 'transfer' ? operation.to : operation.kind === 'account.recover' ? operation.account : null
    if (other === null) continue
    if (!parties.some((party) => compareBytes(party, other) === 0)) parties.push(other)
  }
  return parties
}

const resultCodec = record({ outcome: textUpTo(16), code: nullable(textUpTo(64)), fee: u64, account: bytesUpTo(64) })

/** What the history commits to of a result. */
export function encodeResult(result: TransactionResult): Uint8Array {
  const { outcome, code, feeMicroRuv, account } = result
  return canonicalEncode(resultCodec, { outcome, code, fee: feeMicroRuv, account })
}

/** What an account can lose at most through a transaction: what its admission reserves. */
export function reserveMicroRuv(transaction: SignedTransaction): bigint {
  // A faucet transaction pays its fee out of its credit.
  if (transaction.operations[0]?.kind === 'faucet') return 0n
  return transaction.maxFeeMicroRuv + outgoingMicroRuv(transaction)
}
