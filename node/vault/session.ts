/**
 * The open vault: secrets in memory, and what they sign. It exists between unlock and lock; closing it zeroes
 * everything, and a signature under way then ends in VAULT_LOCKED.
 */
import { accountSeed } from './account-keys.ts'
import { vaultError } from './errors.ts'
import type { PasswordKey } from './kdf.ts'
import { accountOfStored, type KeystorePublic, type VaultSecrets, wipeSecrets } from './keystore.ts'
import type { SecretBytes } from './secrets.ts'
import type { VaultAccount, VaultKeys } from './types.ts'

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
  sign(account: VaultAccount, message: Uint8Array): Promise<Uint8Array>
  close(): void
}

/** Takes secrets and key over. */
export function openSession(secrets: VaultSecrets, key: PasswordKey, file: KeptFile, keys: VaultKeys): Session {
  let currentKey = key
  let currentFile = file
  let accounts = file.content.accounts.map(accountOfStored)
  let closed = false
  /** Seeds of accounts that have signed, by address. */
  const seeds = new Map<string, SecretBytes>()

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

    async sign({ address, suite, index, publicKey }, message) {
      if (closed) throw vaultError('VAULT_LOCKED')
      const seed = seeds.get(address) ?? accountSeed(secrets.masterSeed, suite, index)
      seeds.set(address, seed)
      // A lock zeroes the seed at once while a signature may still be in the making: it works on a copy, and what
      // comes of it after a lock is not handed out. The message is copied because its owner may write into it.
      const lent = seed.copy()
      const signed = Uint8Array.from(message)
      try {
        const signature = await lent.use((bytes) => keys.sign(suite, bytes, signed))
        if (closed) throw vaultError('VAULT_LOCKED')
        // A fault during signing can give the key away, and a wrong public key would make the payment invalid.
        if (!keys.verify(suite, publicKey, signed, signature)) throw vaultError('SIGNATURE_SELF_CHECK_FAILED')
        return signature
      } finally {
        lent.wipe()
      }
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
