/** vault.json on disk: read with every check, replaced in one step, never overwritten unseen. */
import { join } from 'node:path'
import { equalBytes } from '../core/bytes.ts'
import type { NodeError } from '../core/node-error.ts'
import type { DocumentFault } from './document.ts'
import { vaultError } from './errors.ts'
import type { VaultFs } from './file-system.ts'
import { accountOfStored, contentOf, decodeKeystore, type Keystore } from './keystore.ts'
import { limits } from './limits.ts'
import { type PrivateFileFault, readPrivateFile, replacePrivateFile } from './private-file.ts'
import type { VaultDeps } from './types.ts'

export const vaultFileName = 'vault.json'

export interface StoredVault {
  readonly bytes: Uint8Array
  readonly document: Keystore
}

export interface VaultFile {
  /** @throws NodeError VAULT_EXISTS where anything at all is in its place */
  requireMissing(): Promise<void>
  /** Null where there is none. @throws NodeError VAULT_DAMAGED, _NEWER_VERSION, _PERMISSIONS, _OTHER_NETWORK, _READ_FAILED */
  find(): Promise<StoredVault | null>
  /** @throws NodeError VAULT_MISSING and those of `find` */
  read(): Promise<StoredVault>
  /** @throws NodeError VAULT_EXISTS, VAULT_WRITE_FAILED; in both cases there is no new vault */
  create(bytes: Uint8Array): Promise<void>
  /**
   * @param expected what must be there now
   * @throws NodeError VAULT_CHANGED; VAULT_WRITE_FAILED, where the new file is in place only if step is 'sync-folder'
   */
  replace(bytes: Uint8Array, expected: Uint8Array): Promise<void>
}

/** @param addressOf of this node's network: a file with other addresses is VAULT_OTHER_NETWORK */
export function createVaultFile(dir: string, fs: VaultFs, addressOf: VaultDeps['addressOf']): VaultFile {
  const path = join(dir, vaultFileName)

  const readBytes = async (): Promise<Uint8Array | null> => {
    const file = await readPrivateFile(fs, path, limits.maxVaultFileBytes)
    if (!file.ok) throw fileError(file.error)
    return file.value
  }

  const find = async (): Promise<StoredVault | null> => {
    const bytes = await readBytes()
    if (bytes === null) return null
    const document = decodeKeystore(bytes, 'qudag-vault')
    if (!document.ok) throw documentError(document.error, vaultFileName)
    for (const account of contentOf(document.value).accounts.map(accountOfStored)) {
      if (addressOf(account.suite, account.publicKey) !== account.address) throw vaultError('VAULT_OTHER_NETWORK')
    }
    return { bytes, document: document.value }
  }

  const requireMissing = async (): Promise<void> => {
    const bytes = await readBytes().catch((error: NodeError) => {
      // A file that cannot be read is a file all the same.
      throw error.code === 'VAULT_READ_FAILED' ? error : vaultError('VAULT_EXISTS')
    })
    if (bytes !== null) throw vaultError('VAULT_EXISTS')
  }

  return {
    requireMissing,
    find,

    async read() {
      const stored = await find()
      if (stored === null) throw vaultError('VAULT_MISSING')
      return stored
    },

    async create(bytes) {
      await requireMissing()
      const written = await replacePrivateFile(fs, path, bytes)
      if (written.ok) return
      const { step, systemCode, replaced } = written.error
      // Nobody will be shown the phrase of this vault, so it must not stay.
      if (replaced) await fs.remove(path).catch(() => undefined)
      throw vaultError('VAULT_WRITE_FAILED', { file: vaultFileName, step, systemCode })
    },

    async replace(bytes, expected) {
      const present = await readBytes()
      if (present === null || !equalBytes(present, expected)) throw vaultError('VAULT_CHANGED')
      const written = await replacePrivateFile(fs, path, bytes)
      if (written.ok) return
      const { step, systemCode } = written.error
      throw vaultError('VAULT_WRITE_FAILED', { file: vaultFileName, step, systemCode })
    },
  }
}

/** @param file shown to the person: vault.json or backup */
export function documentError(fault: DocumentFault, file: string): NodeError {
  return fault.reason === 'newer-version'
    ? vaultError('VAULT_NEWER_VERSION', { file, version: fault.version })
    : vaultError('VAULT_DAMAGED', { file, reason: fault.reason })
}

function fileError(fault: PrivateFileFault): NodeError {
  switch (fault.fault) {
    case 'too-large':
      return vaultError('VAULT_DAMAGED', { file: vaultFileName, reason: 'too-large' })
    case 'permissions':
      return vaultError('VAULT_PERMISSIONS', { file: vaultFileName, reason: fault.reason })
    case 'read':
      return vaultError('VAULT_READ_FAILED', { file: vaultFileName, systemCode: fault.systemCode })
  }
}
