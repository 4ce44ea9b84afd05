/** How a vault comes to be: new, from its phrase, or from a backup. Interface: types.ts. */
import { equalBytes } from '../core/bytes.ts'
import { accountPublicKey } from './account-keys.ts'
import { signerKindOf } from './accounts.ts'
import { compositeKeyBesideToken, pointOf } from './composite-key.ts'
import { findAccounts } from './discovery.ts'
import { vaultError } from './errors.ts'
import { sealOf } from './kdf.ts'
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
import type { OpenSeal, TokenSeal } from './token-seal.ts'
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
          const { secrets, content, seal } = await openBackup(backup, password, core.openSeal)
          const accounts = ownAccounts(content, secrets)
          const here = { ...content, accounts: accounts.map(storedOfAccount) }
          // What was sealed stays so.
          await createFile(secrets, password, here, askedAt, seal)
          audit('vault.restored', { vaultId: here.vaultId, from: 'backup', accounts: accounts.length })
          return { accounts }
        }),
      )
    },
  }

  /** What the secrets make of it; of a key, or a half, that is in a token nothing is known but what the account says. */
  function publicKeyOf(account: VaultAccount, { masterSeed }: VaultSecrets): Uint8Array {
    const { suite, index, publicKey } = account
    if (index !== null) return accountPublicKey(masterSeed, suite, index, keys)
    return signerKindOf(account) === 'composite'
      ? compositeKeyBesideToken(masterSeed, pointOf(publicKey), keys)
      : publicKey
  }

  /** The backup's accounts with keys made anew and addresses of this node's network. Zeroes the secrets where it throws. */
  function ownAccounts(content: KeystorePublic, secrets: VaultSecrets): VaultAccount[] {
    try {
      return content.accounts.map(accountOfStored).map((account) => {
        const publicKey = publicKeyOf(account, secrets)
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
  openSeal: OpenSeal,
): Promise<{ secrets: VaultSecrets; content: KeystorePublic; seal: TokenSeal | undefined }> {
  const document = decodeKeystore(backup, 'qudag-vault-backup')
  if (!document.ok) throw documentError(document.error, 'backup')
  const opened = await unseal(document.value, password, openSeal)
  if (!opened.ok) {
    throw opened.error.code === 'WRONG_PASSWORD'
      ? vaultError('VAULT_WRONG_PASSWORD')
      : vaultError('VAULT_DAMAGED', { file: 'backup', reason: 'altered' })
  }
  opened.value.key.encryption.wipe()
  return {
    secrets: splitPlaintext(opened.value.plaintext),
    content: contentOf(document.value),
    seal: sealOf(document.value.kdf),
  }
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
