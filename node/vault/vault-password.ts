/** What the password opens: the vault, a new password, a backup. Interface: types.ts. */
import type { Rng } from '../core/rng.ts'
import { vaultError } from './errors.ts'
import type { PasswordKey } from './kdf.ts'
import { contentOf, encodeKeystore, type KeystoreKind, wipeSecrets } from './keystore.ts'
import { checkNewPassword, withSecrets } from './password.ts'
import type { SecretBytes } from './secrets.ts'
import type { Vault } from './types.ts'
import type { OpenedVault, VaultCore } from './vault-core.ts'

export function vaultPassword(core: VaultCore, rng: Rng): Pick<Vault, 'unlock' | 'changePassword' | 'backup'> {
  const { audit, perform, current } = core

  /** Opens with one password and encodes under a key of another; hands the key over only with the bytes. */
  const reencode = async (
    { stored, key, secrets }: OpenedVault,
    password: SecretBytes,
    kind: KeystoreKind,
  ): Promise<{ bytes: Uint8Array; key: PasswordKey }> => {
    key.encryption.wipe()
    let fresh: PasswordKey | undefined
    try {
      fresh = await core.newKey(password, kind)
      return { bytes: encodeKeystore(kind, contentOf(stored.document), secrets, fresh, rng), key: fresh }
    } catch (error) {
      fresh?.encryption.wipe()
      throw error
    } finally {
      wipeSecrets(secrets)
    }
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
          const { bytes, key } = await reencode(opened, newPassword, 'qudag-vault')
          let taken = false
          try {
            await core.replaceFile(bytes, current()?.file.bytes ?? opened.stored.bytes)
            const open = current()
            open?.replaceFile({ bytes, content: contentOf(opened.stored.document) }, key)
            taken = open !== undefined
          } finally {
            if (!taken) key.encryption.wipe()
          }
          audit('vault.password-changed', {})
        }),
      )
    },

    backup({ password }) {
      return withSecrets([password], ([password]) =>
        perform('vault.backup', async () => {
          const opened = await core.openStored(password)
          const { bytes, key } = await reencode(opened, password, 'qudag-vault-backup')
          key.encryption.wipe()
          audit('vault.backed-up', { accounts: opened.stored.document.public.accounts.length })
          return { backup: bytes }
        }),
      )
    },
  }
}
