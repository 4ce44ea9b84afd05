/** Who sends in the pipeline benchmark, and what: the same keys and transactions in whichever thread they are made. */
import { concatBytes, toHex } from '../node/core/bytes.ts'
import { defaultSignatureBackend, seedBytes, sha256, signatureSuites } from '../node/crypto/index.ts'
import {
  type AccountId,
  accountIdOf,
  attachSignature,
  type Transaction,
  transactionMessage,
} from '../node/ledger/index.ts'

export const senderSuite = 'ML-DSA-65'

/** A signed transaction on its way to the node. */
export interface LoadTransaction {
  readonly txId: string
  readonly bytes: Uint8Array
}

/** One transaction to be signed. */
export interface SigningTask {
  readonly sender: number
  readonly nonce: number
  readonly operations: number
}

/** What a thread needs to know of the chain to sign for it. */
export interface SigningContext {
  readonly chainId: Uint8Array
  /** Of all senders: they pay each other. */
  readonly accounts: readonly AccountId[]
  readonly validUntilMs: number
}

/** More than 64 transfers with a carried key cost. */
const maxFeeMicroRuv = 60_000n

/** Made up from the number: these keys hold money of the benchmark only. */
export function senderSeed(sender: number): Uint8Array {
  const number = new DataView(new ArrayBuffer(4))
  number.setUint32(0, sender)
  return sha256(concatBytes(new TextEncoder().encode('bench pipeline'), new Uint8Array(number.buffer))).slice(
    0,
    seedBytes,
  )
}

export function senderAccount(sender: number): AccountId {
  return accountIdOf(senderSuite, defaultSignatureBackend().keygen(senderSuite, senderSeed(sender)).publicKey)
}

export function signTasks(tasks: readonly SigningTask[], context: SigningContext): LoadTransaction[] {
  const backend = defaultSignatureBackend()
  const keys = new Map<number, ReturnType<typeof backend.openSigningKey>>()
  const { accounts, chainId, validUntilMs } = context
  return tasks.map(({ sender, nonce, operations }) => {
    const key = keys.get(sender) ?? backend.openSigningKey(senderSuite, senderSeed(sender))
    keys.set(sender, key)
    const transaction: Transaction = {
      chainId,
      account: accounts[sender] as AccountId,
      // The first carries it; the ledger has stored it for those that follow.
      key: nonce === 0 ? { suite: signatureSuites[senderSuite].wire, publicKey: key.publicKey } : null,
      nonce,
      operations: Array.from({ length: operations }, (_, index) => ({
        kind: 'transfer',
        to: accounts[(sender + 1 + index) % accounts.length] as AccountId,
        amountMicroRuv: 1n,
        memo: null,
      })),
      maxFeeMicroRuv,
      validUntilMs,
    }
    const { txId, bytes } = attachSignature(transaction, key.sign(transactionMessage(transaction)))
    return { txId: toHex(txId), bytes }
  })
}
