/** Accounts from the master seed: keys by derivation, addresses by the ledger's rule. */
import { invariant } from '../core/node-error.ts'
import type { SignatureSuite } from '../crypto/suites.ts'
import { accountPath, deriveNode } from './derivation.ts'
import type { SecretBytes } from './secrets.ts'
import type { VaultAccount, VaultDeps } from './types.ts'

/** ξ of an account's key pair, 32 bytes; the caller wipes it. */
export function accountSeed(masterSeed: SecretBytes, suite: SignatureSuite, index: number): SecretBytes {
  const node = masterSeed.use((bytes) => deriveNode(suite, bytes, accountPath(index)))
  invariant(node.ok, 'a path of ours derives from a master seed of ours')
  node.value.chainCode.wipe()
  return node.value.secret
}

export function accountPublicKey(
  masterSeed: SecretBytes,
  suite: SignatureSuite,
  index: number,
  keys: VaultDeps['keys'],
): Uint8Array {
  const seed = accountSeed(masterSeed, suite, index)
  try {
    return seed.use((bytes) => keys.publicKeyOfSeed(suite, bytes))
  } finally {
    seed.wipe()
  }
}

/** The account at an index, without a name. */
export function deriveAccount(
  masterSeed: SecretBytes,
  suite: SignatureSuite,
  index: number,
  { keys, addressOf, clock }: Pick<VaultDeps, 'keys' | 'addressOf' | 'clock'>,
): Omit<VaultAccount, 'label' | 'restored' | 'request'> & { readonly index: number } {
  const publicKey = accountPublicKey(masterSeed, suite, index, keys)
  return {
    address: addressOf(suite, publicKey),
    suite,
    publicKey,
    index,
    path: accountPath(index),
    createdAtMs: clock.nowMs(),
    hardware: null,
  }
}
