/**
 * The open vault: secrets in memory, and what they sign. It exists between unlock and lock; closing it zeroes
 * everything, and a signature under way then ends in VAULT_LOCKED.
 */
import { invariant } from '../core/node-error.ts'
import { compositeHalf, type SignatureSuite } from '../crypto/index.ts'
import { accountSeed } from './account-keys.ts'
import { signerKindOf } from './accounts.ts'
import { pointOf, seedBesideToken, signComposite } from './composite-key.ts'
import { vaultError } from './errors.ts'
import type { PasswordKey } from './kdf.ts'
import { accountOfStored, type KeystorePublic, type VaultSecrets, wipeSecrets } from './keystore.ts'
import type { SecretBytes } from './secrets.ts'
import type { Approval, TokenKey, VaultAccount, VaultDeps } from './types.ts'

/** What the file said when it was last read or written by us. */
export interface KeptFile {
  readonly bytes: Uint8Array
  readonly content: KeystorePublic
}

export interface Session {
  readonly secrets: VaultSecrets
  readonly key: PasswordKey
  readonly file: KeptFile
  readonly accounts: readonly VaultAccount[]
  account(address: string): VaultAccount | undefined
  /** The file was written anew. A new key is taken over and the old one zeroed. */
  replaceFile(file: KeptFile, key?: PasswordKey): void
  /** @throws NodeError VAULT_LOCKED, SIGNATURE_SELF_CHECK_FAILED */
  sign(account: VaultAccount, message: Uint8Array, approval: Approval): Promise<Uint8Array>
  close(): void
}

/** Takes secrets and key over. */
export function openSession(
  secrets: VaultSecrets,
  key: PasswordKey,
  file: KeptFile,
  { keys, hardware }: Pick<VaultDeps, 'keys' | 'hardware'>,
): Session {
  let currentKey = key
  let currentFile = file
  let accounts = file.content.accounts.map(accountOfStored)
  let closed = false
  /** Seeds of accounts that have signed, by address. */
  const seeds = new Map<string, SecretBytes>()

  /** @param seedOf the seed that this address signs with, where it has not signed before */
  const signBySeed = async (
    address: string,
    suite: SignatureSuite,
    seedOf: () => SecretBytes,
    message: Uint8Array,
  ): Promise<Uint8Array> => {
    const seed = seeds.get(address) ?? seedOf()
    seeds.set(address, seed)
    // A lock zeroes the seed at once while a signature may still be in the making: it works on a copy, and what
    // comes of it after a lock is not handed out.
    const lent = seed.copy()
    try {
      const signature = await lent.use((bytes) => keys.sign(suite, bytes, message))
      if (closed) throw vaultError('VAULT_LOCKED')
      return signature
    } finally {
      lent.wipe()
    }
  }

  const signByToken = async (key: TokenKey, message: Uint8Array, approval: Approval): Promise<Uint8Array> => {
    if (hardware === undefined) throw vaultError('ACCOUNT_UNKNOWN')
    const signature = await hardware.sign(key, message, approval)
    if (closed) throw vaultError('VAULT_LOCKED')
    return signature
  }

  const signatureOf = (account: VaultAccount, message: Uint8Array, approval: Approval): Promise<Uint8Array> => {
    const { address, suite, index, publicKey, hardware: binding } = account
    if (binding === null) {
      invariant(index !== null, 'a key of the phrase has its place')
      return signBySeed(address, suite, () => accountSeed(secrets.masterSeed, suite, index), message)
    }
    if (signerKindOf(account) === 'token-mldsa') {
      return signByToken({ binding, algorithm: 'ML-DSA-65', publicKey }, message, approval)
    }
    const point = pointOf(publicKey)
    return signComposite(message, {
      byToken: (both) => signByToken({ binding, algorithm: 'P-256', publicKey: point }, both, approval),
      byVault: (both) => signBySeed(address, compositeHalf, () => seedBesideToken(secrets.masterSeed, point), both),
    })
  }

  return {
    secrets,
    get key() {
      return currentKey
    },
    get file() {
      return currentFile
    },
    get accounts() {
      return accounts
    },

    account: (address) => accounts.find((account) => account.address === address),

    replaceFile(newFile, newKey) {
      if (newKey !== undefined) {
        currentKey.encryption.wipe()
        currentKey = newKey
      }
      currentFile = newFile
      accounts = newFile.content.accounts.map(accountOfStored)
    },

    async sign(account, message, approval) {
      if (closed) throw vaultError('VAULT_LOCKED')
      // Copied, because its owner may write into it.
      const signed = Uint8Array.from(message)
      const signature = await signatureOf(account, signed, approval)
      // A fault during signing can give the key away, and a wrong public key would make the payment invalid.
      if (!keys.verify(account.suite, account.publicKey, signed, signature))
        throw vaultError('SIGNATURE_SELF_CHECK_FAILED')
      return signature
    },

    close() {
      closed = true
      wipeSecrets(secrets)
      currentKey.encryption.wipe()
      for (const seed of seeds.values()) seed.wipe()
      seeds.clear()
    },
  }
}
