/**
 * Wrong passwords cost time. Each attempt is on disk before the password is looked at, so ending the process in the
 * middle of one buys nothing; a delay lasts through restarts.
 *
 * This protects the doors of a running node (its socket, its interface). Whoever can read the vault file guesses without
 * us, at the price that Argon2id sets; whoever can delete this file can read that one.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../core/clock.ts'
import { type DocumentForm, decodeDocument, encodeDocument } from './document.ts'
import { vaultError } from './errors.ts'
import type { VaultFs } from './file-system.ts'
import { limits } from './limits.ts'
import { readPrivateFile, replacePrivateFile } from './private-file.ts'

export const attemptsFileName = 'vault-attempts.json'

const kind = 'qudag-vault-attempts'
/** The count stops here; the delay stopped growing long before. */
const maxRecordedFailures = 1_000_000
const schema = z.strictObject({
  kind: z.literal(kind),
  version: z.literal(1),
  /** Attempts since the last right password. */
  failures: z.int().min(0).max(maxRecordedFailures),
  lastAtMs: z.int().min(0),
})
type AttemptsRecord = z.infer<typeof schema>
const form: DocumentForm<AttemptsRecord> = { kind, version: 1, maxBytes: limits.maxAttemptsFileBytes, schema }

/** Failures after which the delay is the longest one. */
const failuresAtCap = limits.freeAttempts + Math.ceil(Math.log2(limits.maxRetryDelayMs / limits.firstRetryDelayMs))

/** Delay in ms that so many wrong passwords in a row cause. */
export function retryDelayMs(failures: number): number {
  if (failures < limits.freeAttempts) return 0
  const doublings = Math.min(failures, failuresAtCap) - limits.freeAttempts
  return Math.min(limits.firstRetryDelayMs * 2 ** doublings, limits.maxRetryDelayMs)
}

export interface Attempt {
  /** The password was right: the count starts anew. False where that could not be written; the count then stays. */
  succeeded(): Promise<boolean>
  /** The password was not looked at after all (no memory for Argon2, say): as if it had not been tried. */
  withdrawn(): Promise<void>
  /** Delay in ms before the next attempt if this one was wrong. */
  readonly nextDelayMs: number
}

export interface Attempts {
  /** When the next attempt is allowed; null when at once. @throws NodeError VAULT_READ_FAILED */
  retryAtMs(): Promise<number | null>
  /** @throws NodeError VAULT_RETRY_LATER {retryAfterMs}; VAULT_READ_FAILED and VAULT_WRITE_FAILED, and then it is not made */
  begin(): Promise<Attempt>
  /** A new vault has a clean sheet. */
  reset(): Promise<boolean>
}

export function createAttempts(dir: string, deps: { readonly clock: Clock; readonly fs: VaultFs }): Attempts {
  const path = join(dir, attemptsFileName)

  const record = (failures: number, lastAtMs: number): AttemptsRecord => ({ kind, version: 1, failures, lastAtMs })

  /** Since when a delay counts that the file gives no usable time for; forgotten once the file does. */
  let anchorMs: number | undefined

  const write = async (content: AttemptsRecord) => {
    const written = await replacePrivateFile(deps.fs, path, encodeDocument(content))
    if (written.ok) anchorMs = undefined
    return written
  }

  /** anchored: the time is ours, not the file's. */
  const read = async (): Promise<{ record: AttemptsRecord; anchored: boolean }> => {
    const nowMs = deps.clock.nowMs()
    const file = await readPrivateFile(deps.fs, path, limits.maxAttemptsFileBytes)
    if (!file.ok && file.error.fault === 'read') {
      throw vaultError('VAULT_READ_FAILED', { file: attemptsFileName, systemCode: file.error.systemCode })
    }
    if (file.ok && file.value === null) return { record: record(0, 0), anchored: false }
    const decoded = file.ok && file.value !== null ? decodeDocument(file.value, form) : undefined
    if (decoded?.ok === true && decoded.value.lastAtMs <= nowMs) return { record: decoded.value, anchored: false }
    // Damaged is not zero: the longest delay, once, from the moment it is found. And where the clock went back,
    // the delay counts from the moment that is noticed: it is neither longer than it was nor over.
    anchorMs = Math.min(anchorMs ?? nowMs, nowMs)
    return { record: record(decoded?.ok === true ? decoded.value.failures : failuresAtCap, anchorMs), anchored: true }
  }

  return {
    async retryAtMs() {
      const current = await read()
      const atMs = current.record.lastAtMs + retryDelayMs(current.record.failures)
      return retryDelayMs(current.record.failures) > 0 && atMs > deps.clock.nowMs() ? atMs : null
    },

    async begin() {
      const { record: before, anchored } = await read()
      const nowMs = deps.clock.nowMs()
      const retryAfterMs = before.lastAtMs + retryDelayMs(before.failures) - nowMs
      if (retryDelayMs(before.failures) > 0 && retryAfterMs > 0) {
        if (anchored) await write(before)
        throw vaultError('VAULT_RETRY_LATER', { retryAfterMs })
      }
      const failures = Math.min(before.failures + 1, maxRecordedFailures)
      const written = await write(record(failures, nowMs))
      if (!written.ok) {
        const { step, systemCode } = written.error
        throw vaultError('VAULT_WRITE_FAILED', { file: attemptsFileName, step, systemCode })
      }
      return {
        nextDelayMs: retryDelayMs(failures),
        succeeded: async () => (await write(record(0, nowMs))).ok,
        withdrawn: async () => {
          await write(before)
        },
      }
    },

    async reset() {
      return (await write(record(0, deps.clock.nowMs()))).ok
    },
  }
}
