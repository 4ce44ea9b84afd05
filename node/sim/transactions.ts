/** The transactions of a run: decoded and checked once, however many validators meet their bytes. */
import { conflictKey } from '../consensus/conflict.ts'
import type { Proposal } from '../consensus/types.ts'
import type { Vertex } from '../consensus/vertex.ts'
import { bytesKey } from '../core/bytes.ts'
import { sha256 } from '../crypto/hash.ts'
import type { Candidate } from '../ledger/execution.ts'
import { decodeSignedTransaction, type SignedTransaction } from '../ledger/transaction.ts'
import { accountSuite, type SimAccount, type SimSignatures } from './identities.ts'

export interface KnownTransaction {
  readonly transaction: SignedTransaction
  readonly txKey: string
  /** Account and nonce: at most one transaction of a conflict executes. */
  readonly conflict: string
  /** The key its signature is good under; null where it is bad. */
  readonly verifiedUnder: Uint8Array | null
  readonly proposal: Proposal
}

export interface TransactionBook {
  /** Null where the bytes are no transaction. */
  read(bytes: Uint8Array): KnownTransaction | null
  add(transaction: SignedTransaction): KnownTransaction
  /** What a vertex puts before the execution. */
  candidates(vertex: Vertex): readonly Candidate[]
}

export function createTransactionBook(accounts: readonly SimAccount[], signatures: SimSignatures): TransactionBook {
  const keys = new Map(accounts.map(({ id, signer }) => [bytesKey(id), signer.publicKey]))
  const byArray = new WeakMap<Uint8Array, KnownTransaction>()
  const byContent = new Map<string, KnownTransaction | null>()
  const candidatesOf = new Map<string, readonly Candidate[]>()

  const know = (transaction: SignedTransaction): KnownTransaction => {
    const { account, nonce, signedMessage, signature, txId, bytes, operations } = transaction
    const publicKey = keys.get(bytesKey(account))
    const isGood = publicKey !== undefined && signatures.verify(accountSuite, publicKey, signedMessage, signature)
    const known: KnownTransaction = {
      transaction,
      txKey: bytesKey(txId),
      conflict: conflictKey(transaction),
      verifiedUnder: isGood ? (publicKey ?? null) : null,
      proposal: { txId, account, nonce, bytes, operations: operations.length },
    }
    byArray.set(bytes, known)
    return known
  }

  const book: TransactionBook = {
    read(bytes) {
      const sameArray = byArray.get(bytes)
      if (sameArray !== undefined) return sameArray
      const content = bytesKey(sha256(bytes))
      const sameContent = byContent.get(content)
      if (sameContent !== undefined) return sameContent
      const decoded = decodeSignedTransaction(bytes)
      const known = decoded.ok ? know(decoded.value) : null
      byContent.set(content, known)
      return known
    },
    add(transaction) {
      const known = know(transaction)
      byContent.set(bytesKey(sha256(transaction.bytes)), known)
      return known
    },
    candidates(vertex) {
      const key = bytesKey(vertex.hash)
      let found = candidatesOf.get(key)
      if (found === undefined) {
        const candidates: Candidate[] = []
        for (const [indexInVertex, bytes] of vertex.transactions.entries()) {
          const known = book.read(bytes)
          if (known === null) continue
          const { transaction, verifiedUnder } = known
          candidates.push({ transaction, verifiedUnder, origin: { vertexHash: vertex.hash, indexInVertex } })
        }
        found = candidates
        candidatesOf.set(key, found)
      }
      return found
    },
  }
  return book
}
