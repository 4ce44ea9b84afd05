/** For tests: the same phrase in a vault on another machine, and transactions that it signs there. */

import { fromHex } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import { defaultSignatureBackend, systemRng } from '../crypto/index.ts'
import {
  accountIdOf,
  attachSignature,
  formatAddress,
  type Operation,
  operationsCodec,
  type Transaction,
  transactionToSign,
} from '../ledger/index.ts'
import type { Node } from '../node.ts'
import { createVault } from '../vault/index.ts'
import { passwordBytes, temporaryDataDir } from './test-support.ts'

export interface OfflineWallet {
  /** Signed bytes of the phrase's first account; an account that the ledger knows carries no key. */
  sign(nonce: number, operations: readonly Operation[], change?: Partial<Transaction>): Promise<Uint8Array>
  close(): void
}

export async function offlineWallet(node: Node, phrase: Uint8Array): Promise<OfflineWallet> {
  const folder = temporaryDataDir()
  const backend = defaultSignatureBackend()
  const vault = createVault(
    { dir: folder.path, autoLockMs: 0 },
    {
      clock: { nowMs: () => Date.now() },
      scheduler: { after: () => () => undefined },
      rng: systemRng,
      keys: {
        publicKeyOfSeed: (suite, seed) => backend.keygen(suite, seed).publicKey,
        sign: (suite, seed, message) => backend.sign(suite, seed, message),
        verify: (suite, publicKey, message, signature) => backend.verify(suite, publicKey, message, signature),
      },
      addressOf: (suite, publicKey) => formatAddress('development', accountIdOf(suite, publicKey)),
    },
  )
  const { accounts } = await vault.restorePhrase({ phrase, password: passwordBytes(), accounts: 1 })
  const [own] = accounts
  if (own === undefined) throw new Error('a restored vault has an account')
  return {
    async sign(nonce, operations, change = {}) {
      const transaction: Transaction = {
        chainId: fromHex(node.info.chainId) as Uint8Array,
        account: accountIdOf(own.suite, own.publicKey),
        key: null,
        nonce,
        operations,
        maxFeeMicroRuv: 10_000n + BigInt(canonicalEncode(operationsCodec, operations).length),
        validUntilMs: Date.now() + 60_000,
        ...change,
      }
      const signer = vault.signer(own.address)
      return attachSignature(transaction, await signer.sign(transactionToSign(signer.suite, transaction))).bytes
    },
    close: () => folder.remove(),
  }
}
