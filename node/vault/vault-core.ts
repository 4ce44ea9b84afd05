/**
 * What all operations of the vault share: the open session, the turn-taking, the lock, and how the file is opened,
 * made and replaced. State lives here and nowhere else.
 */
import { NodeError } from '../core/node-error.ts'
import type { Result } from '../core/result.ts'
import { type Attempts, createAttempts } from './attempts.ts'
import { type VaultErrorCode, vaultError } from './errors.ts'
import { nodeFs } from './file-system.ts'
import { createIdleTimer, type IdleTimer } from './idle-timer.ts'
import { defaultKdf, derivePasswordKey, newKdfSection, type PasswordKey } from './kdf.ts'
import { encodeKeystore, type KeystoreKind, splitPlaintext, type VaultSecrets, wipeSecrets } from './keystore.ts'
import { limits } from './limits.ts'
import { checkPasswordLength } from './password.ts'
import { unseal } from './sealing.ts'
import type { SecretBytes } from './secrets.ts'
import { createSerialQueue } from './serial-queue.ts'
import { type KeptFile, openSession, type Session } from './session.ts'
import { type OpenSeal, openSealBy, type TokenSeal } from './token-seal.ts'
import type { LockReason, VaultAudit, VaultDeps, VaultOptions } from './types.ts'
import { createVaultFile, type StoredVault, type VaultFile, vaultFileName } from './vault-file.ts'

export interface OpenedVault {
  readonly stored: StoredVault
  readonly key: PasswordKey
  readonly secrets: VaultSecrets
}

export interface VaultCore {
  readonly file: VaultFile
  readonly attempts: Attempts
  readonly idle: IdleTimer
  readonly audit: VaultAudit
  /** The open vault, if it is open; one whose quiet time is over is locked first. */
  current(): Session | undefined
  /** @throws NodeError VAULT_LOCKED */
  requireOpen(): Session
  lockNow(reason: LockReason): void
  /** Runs in turn and records a refusal. `askedAt` goes to `open`: how many locks there had been when it was asked for. */
  perform<T>(action: string, operation: (askedAt: number) => Promise<T>): Promise<T>
  /** Takes secrets and key over. False where a lock came in between: then they are zeroed. */
  open(secrets: VaultSecrets, key: PasswordKey, kept: KeptFile, askedAt: number): boolean
  /** With a new salt. */
  newKey(password: SecretBytes, kind: KeystoreKind, seal?: TokenSeal): Promise<PasswordKey>
  readonly openSeal: OpenSeal
  /**
   * Reads the file, counts the attempt, opens. The caller owns secrets and key.
   *
   * @throws NodeError VAULT_MISSING, VAULT_WRONG_PASSWORD {retryAfterMs}, VAULT_RETRY_LATER {retryAfterMs}, VAULT_DAMAGED …
   */
  openStored(password: SecretBytes): Promise<OpenedVault>
  /** Writes a vault that was not there, and opens it. Takes the secrets over, also where it throws. */
  createFile(
    secrets: VaultSecrets,
    password: SecretBytes,
    content: KeptFile['content'],
    askedAt: number,
    seal?: TokenSeal,
  ): Promise<void>
  /** @throws NodeError VAULT_CHANGED, VAULT_WRITE_FAILED */
  replaceFile(bytes: Uint8Array, expected: Uint8Array): Promise<void>
}

export function createVaultCore(options: VaultOptions, deps: VaultDeps): VaultCore {
  const { clock, rng, addressOf } = deps
  const fs = deps.fs ?? nodeFs
  const audit = deps.audit ?? (() => undefined)
  const kdfParameters = options.kdf ?? defaultKdf
  const file = createVaultFile(options.dir, fs, addressOf)
  const attempts = createAttempts(options.dir, { clock, fs })
  const queue = createSerialQueue(limits.maxPendingOperations)
  const idle = createIdleTimer(Math.min(options.autoLockMs, limits.maxAutoLockMs), deps, () => lockNow('idle'))

  let session: Session | undefined
  /** Counts locks, so that an unlock under way notices that it came too late. */
  let locks = 0

  const lockNow = (reason: LockReason): void => {
    locks += 1
    idle.stop()
    // Also where the vault is not open: a token may have been unlocked to open it.
    deps.hardware?.lock()
    if (session === undefined) return
    session.close()
    session = undefined
    audit('vault.locked', { reason })
  }

  const current = (): Session | undefined => {
    if (idle.overdue) lockNow('idle')
    return session
  }

  const requireOpen = (): Session => {
    const open = current()
    if (open === undefined) throw vaultError('VAULT_LOCKED')
    return open
  }

  const perform = async <T>(action: string, operation: (askedAt: number) => Promise<T>): Promise<T> => {
    const askedAt = locks
    try {
      return await queue.run(() => operation(askedAt))
    } catch (error) {
      audit(`${action}.refused`, { code: error instanceof NodeError ? error.code : 'INTERNAL' })
      throw error
    }
  }

  const open = (secrets: VaultSecrets, key: PasswordKey, kept: KeptFile, askedAt: number): boolean => {
    if (locks !== askedAt) {
      wipeSecrets(secrets)
      key.encryption.wipe()
      return false
    }
    session?.close()
    session = openSession(secrets, key, kept, deps)
    idle.start()
    return true
  }

  const openSeal = openSealBy(deps.hardware)
  const newKey = (password: SecretBytes, kind: KeystoreKind, seal?: TokenSeal): Promise<PasswordKey> =>
    derivePasswordKey(password, newKdfSection(kdfParameters, rng, seal), kind, openSeal)

  const openStored = async (password: SecretBytes): Promise<OpenedVault> => {
    checkPasswordLength(password)
    const stored = await file.read()
    const attempt = await attempts.begin()
    const opened = await unseal(stored.document, password, openSeal).catch(async (error: unknown) => {
      await attempt.withdrawn()
      throw error
    })
    if (!opened.ok && opened.error.code === 'WRONG_PASSWORD') {
      throw vaultError('VAULT_WRONG_PASSWORD', { retryAfterMs: attempt.nextDelayMs })
    }
    if (!(await attempt.succeeded())) audit('vault.attempts.not-reset', {})
    if (!opened.ok) throw vaultError('VAULT_DAMAGED', { file: vaultFileName, reason: 'altered' })
    return { stored, key: opened.value.key, secrets: splitPlaintext(opened.value.plaintext) }
  }

  const createFile = async (
    secrets: VaultSecrets,
    password: SecretBytes,
    content: KeptFile['content'],
    askedAt: number,
    seal?: TokenSeal,
  ): Promise<void> => {
    let key: PasswordKey | undefined
    try {
      key = await newKey(password, 'qudag-vault', seal)
      const bytes = encodeKeystore('qudag-vault', content, secrets, key, rng)
      await file.create(bytes)
      if (!(await attempts.reset())) audit('vault.attempts.not-reset', {})
      open(secrets, key, { bytes, content }, askedAt)
    } catch (error) {
      wipeSecrets(secrets)
      key?.encryption.wipe()
      throw error
    }
  }

  const replaceFile = async (bytes: Uint8Array, expected: Uint8Array): Promise<void> => {
    try {
      await file.replace(bytes, expected)
    } catch (error) {
      // It is unclear which file a power cut would leave; the next unlock reads the one that is there.
      if (error instanceof NodeError && error.details.step === 'sync-folder') lockNow('write-failed')
      throw error
    }
  }

  return {
    file,
    attempts,
    idle,
    audit,
    current,
    requireOpen,
    lockNow,
    perform,
    open,
    newKey,
    openSeal,
    openStored,
    createFile,
    replaceFile,
  }
}

/** A Result's value, or its error thrown with its facts as details. */
export function valueOrThrow<T, E extends { readonly code: VaultErrorCode }>(result: Result<T, E>): T {
  if (result.ok) return result.value
  const { code, ...details } = result.error
  throw vaultError(code, details as Readonly<Record<string, string | number>>)
}

/** @throws NodeError ACCOUNT_LIMIT */
export function requireRoom(accounts: number): void {
  if (accounts > limits.maxAccounts) throw vaultError('ACCOUNT_LIMIT', { maxAccounts: limits.maxAccounts })
}
