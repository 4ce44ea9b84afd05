/** What the password opens: the vault, a new password, a seal, a backup. Interface: types.ts. */
import { vaultError } from './errors.ts'
import { type PasswordKey, sealOf } from './kdf.ts'
import { contentOf, encodeKeystore, type KeystoreKind, wipeSecrets } from './keystore.ts'
import { checkNewPassword, withSecrets } from './password.ts'
import type { SecretBytes } from './secrets.ts'
import { newTokenSeal, type TokenSeal } from './token-seal.ts'
import type { Vault, VaultDeps } from './types.ts'
import type { OpenedVault, VaultCore } from './vault-core.ts'

export function vaultPassword(
  core: VaultCore,
  { rng, hardware }: Pick<VaultDeps, 'rng' | 'hardware'>,
): Pick<Vault, 'unlock' | 'changePassword' | 'seal' | 'unseal' | 'backup'> {
  const { audit, perform, current } = core

  /** Opens with one password and encodes under a key of another; hands the key over only with the bytes. */
  const reencode = async (
    { stored, key, secrets }: OpenedVault,
    password: SecretBytes,
    kind: KeystoreKind,
    seal: TokenSeal | undefined,
  ): Promise<{ bytes: Uint8Array; key: PasswordKey }> => {
    key.encryption.wipe()
    let fresh: PasswordKey | undefined
    try {
      fresh = await core.newKey(password, kind, seal)
      return { bytes: encodeKeystore(kind, contentOf(stored.document), secrets, fresh, rng), key: fresh }
    } catch (error) {
      fresh?.encryption.wipe()
      throw error
    } finally {
      wipeSecrets(secrets)
    }
  }

  /** The file under another key, and the open vault with it, if it is open. */
  const rekey = async (opened: OpenedVault, password: SecretBytes, seal: TokenSeal | undefined): Promise<void> => {
    const { bytes, key } = await reencode(opened, password, 'qudag-vault', seal)
    let taken = false
    try {
      await core.replaceFile(bytes, current()?.file.bytes ?? opened.stored.bytes)
      const open = current()
      open?.replaceFile({ bytes, content: contentOf(opened.stored.document) }, key)
      taken = open !== undefined
    } finally {
      if (!taken) key.encryption.wipe()
    }
  }

  /** Zeroes what was opened where the work does not come to take it over. */
  const giveUp = ({ key, secrets }: OpenedVault): void => {
    key.encryption.wipe()
    wipeSecrets(secrets)
  }

  return {
    unlock({ password }) {
      return withSecrets([password], ([password]) =>
        perform('vault.unlock', async (askedAt) => {
          const { stored, key, secrets } = await core.openStored(password)
          const { bytes, document } = stored
          if (!core.open(secrets, key, { bytes, content: contentOf(document) }, askedAt))
            throw vaultError('VAULT_LOCKED')
          audit('vault.unlocked', { accounts: document.public.accounts.length })
        }),
      )
    },

    changePassword({ password, newPassword }) {
      return withSecrets([password, newPassword], ([password, newPassword]) =>
        perform('vault.change-password', async () => {
          checkNewPassword(newPassword)
          const opened = await core.openStored(password)
          await rekey(opened, newPassword, sealOf(opened.stored.document.kdf))
          audit('vault.password-changed', {})
        }),
      )
    },

    seal({ password, hardware: name }) {
      return withSecrets([password], ([password]) =>
        perform('vault.seal', async () => {
          const opened = await core.openStored(password)
          let seal: TokenSeal
          try {
            const { document } = opened.stored
            if (hardware === undefined || sealOf(document.kdf) !== undefined) throw vaultError('VAULT_SEALED')
            seal = await newTokenSeal(hardware, name, document.public.vaultId, rng)
          } catch (error) {
            giveUp(opened)
            throw error
          }
          // Deriving the key has the token open its part again, before the file is written.
          await rekey(opened, password, seal)
          audit('vault.sealed', { serial: seal.serial, keyId: seal.keyId })
        }),
      )
    },

    unseal({ password }) {
      return withSecrets([password], ([password]) =>
        perform('vault.unseal', async () => {
          await rekey(await core.openStored(password), password, undefined)
          audit('vault.unsealed', {})
        }),
      )
    },

    backup({ password }) {
      return withSecrets([password], ([password]) =>
        perform('vault.backup', async () => {
          const opened = await core.openStored(password)
          const { bytes, key } = await reencode(
            opened,
            password,
            'qudag-vault-backup',
            sealOf(opened.stored.document.kdf),
          )
          key.encryption.wipe()
          audit('vault.backed-up', { accounts: opened.stored.document.public.accounts.length })
          return { backup: bytes }
        }),
      )
    },
  }
}
