/** How a vault comes to be: new, from its phrase, or from a backup. Interface: types.ts. */
import { equalBytes } from '../core/bytes.ts'
import { accountPublicKey } from './account-keys.ts'
import { findAccounts } from './discovery.ts'
import { vaultError } from './errors.ts'
import {
  accountOfStored,
  contentOf,
  decodeKeystore,
  type KeystorePublic,
  newVaultId,
  splitPlaintext,
  storedOfAccount,
  type VaultSecrets,
  wipeSecrets,
} from './keystore.ts'
import { checkNewPassword, checkPasswordLength, withSecrets } from './password.ts'
import { entropyBytes, entropyOfPhrase, masterSeedOfEntropy, phraseOfEntropy } from './phrase.ts'
import { unseal } from './sealing.ts'
import { SecretBytes } from './secrets.ts'
import type { Vault, VaultAccount, VaultDeps } from './types.ts'
import { requireRoom, type VaultCore, valueOrThrow } from './vault-core.ts'
import { documentError } from './vault-file.ts'

export function vaultSetup(core: VaultCore, deps: VaultDeps): Pick<Vault, 'init' | 'restorePhrase' | 'restoreBackup'> {
  const { clock, rng, keys, addressOf } = deps
  const { file, audit, perform, createFile } = core

  const newContent = (accounts: readonly VaultAccount[]): KeystorePublic => ({
    vaultId: newVaultId(rng),
    createdAtMs: clock.nowMs(),
    accounts: accounts.map(storedOfAccount),
  })

  return {
    init({ password, passphrase = new Uint8Array() }) {
      return withSecrets([password, passphrase], ([password, passphrase]) =>
        perform('vault.init', async (askedAt) => {
          checkNewPassword(password)
          await file.requireMissing()
          const secrets = await secretsOf(new SecretBytes(rng.bytes(entropyBytes)), passphrase)
          // A copy, since a lock may zero the secrets before the phrase is made.
          const entropy = secrets.entropy.copy()
          try {
            const content = newContent([])
            await createFile(secrets, password, content, askedAt)
            audit('vault.created', { vaultId: content.vaultId })
            return { phrase: entropy.use(phraseOfEntropy) }
          } finally {
            entropy.wipe()
          }
        }),
      )
    },

    restorePhrase({ phrase, password, passphrase = new Uint8Array(), accounts: minimum = 1 }) {
      return withSecrets([phrase, password, passphrase], ([phrase, password, passphrase]) =>
        perform('vault.restore', async (askedAt) => {
          checkNewPassword(password)
          requireRoom(Number.isInteger(minimum) && minimum >= 1 ? minimum : Number.POSITIVE_INFINITY)
          await file.requireMissing()
          const secrets = await secretsOf(valueOrThrow(phrase.use(entropyOfPhrase)), passphrase)
          const accounts = await findAccounts(secrets.masterSeed, [], minimum, deps).catch((error: unknown) => {
            wipeSecrets(secrets)
            throw error
          })
          const content = newContent(accounts)
          await createFile(secrets, password, content, askedAt)
          audit('vault.restored', { vaultId: content.vaultId, from: 'phrase', accounts: accounts.length })
          return { accounts }
        }),
      )
    },

    restoreBackup({ backup, password }) {
      return withSecrets([password], ([password]) =>
        perform('vault.restore', async (askedAt) => {
          checkPasswordLength(password)
          await file.requireMissing()
          const { secrets, content } = await openBackup(backup, password)
          const accounts = ownAccounts(content, secrets)
          const here = { ...content, accounts: accounts.map(storedOfAccount) }
          await createFile(secrets, password, here, askedAt)
          audit('vault.restored', { vaultId: here.vaultId, from: 'backup', accounts: accounts.length })
          return { accounts }
        }),
      )
    },
  }

  /** The backup's accounts with keys made anew and addresses of this node's network. Zeroes the secrets where it throws. */
  function ownAccounts(content: KeystorePublic, secrets: VaultSecrets): VaultAccount[] {
    try {
      return content.accounts.map(accountOfStored).map((account) => {
        const publicKey = accountPublicKey(secrets.masterSeed, account.suite, account.index, keys)
        if (!equalBytes(publicKey, account.publicKey)) {
          throw vaultError('VAULT_DAMAGED', { file: 'backup', reason: 'keys' })
        }
        return { ...account, address: addressOf(account.suite, publicKey) }
      })
    } catch (error) {
      wipeSecrets(secrets)
      throw error
    }
  }
}

/**
 * No attempt is counted: whoever brings the file can guess without us.
 *
 * @throws NodeError VAULT_WRONG_PASSWORD, VAULT_DAMAGED, VAULT_NEWER_VERSION
 */
async function openBackup(
  backup: Uint8Array,
  password: SecretBytes,
): Promise<{ secrets: VaultSecrets; content: KeystorePublic }> {
  const document = decodeKeystore(backup, 'qudag-vault-backup')
  if (!document.ok) throw documentError(document.error, 'backup')
  const opened = await unseal(document.value, password)
  if (!opened.ok) {
    throw opened.error.code === 'WRONG_PASSWORD'
      ? vaultError('VAULT_WRONG_PASSWORD')
      : vaultError('VAULT_DAMAGED', { file: 'backup', reason: 'altered' })
  }
  opened.value.key.encryption.wipe()
  return { secrets: splitPlaintext(opened.value.plaintext), content: contentOf(document.value) }
}

/** Takes the entropy over. @throws NodeError PASSPHRASE_INVALID */
async function secretsOf(entropy: SecretBytes, passphrase: SecretBytes): Promise<VaultSecrets> {
  const lent = passphrase.copy()
  try {
    return { entropy, masterSeed: valueOrThrow(await lent.use((bytes) => masterSeedOfEntropy(entropy, bytes))) }
  } catch (error) {
    entropy.wipe()
    throw error
  } finally {
    lent.wipe()
  }
}
