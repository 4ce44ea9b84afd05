/**
 * Append-only, hash-chained record of what was asked of this node and what it did: JSON lines under `audit/`. An entry
 * is durable before append() resolves; entries that come together are synced together. Beside it `head.json` records
 * the last entry, so that an end cut off is found (verify-audit.ts says what is found, and what cannot be).
 */
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { auditLimits, rowsOfPage } from '../limits.ts'
import { fileName, privateFileMode, splitLines, syncFolder, writeHead } from './audit-files.ts'
import {
  type AuditDetails,
  type AuditEntry,
  type AuditLink,
  assertLoggable,
  formatLine,
  parseEntry,
} from './audit-line.ts'
import { openAudit } from './open-audit.ts'
import { type AuditVerdict, verifyAudit } from './verify-audit.ts'

export interface AuditLogOptions {
  /** Folder of the log alone, usually `audit` in the data folder; made (0700) where missing. */
  readonly folder: string
  /** Length at which the next file is started, in bytes. */
  readonly maxFileBytes?: number
}

export interface AuditLog {
  /**
   * Resolves with the entry when it is durable. Never hand it a secret, whatever the name of the fact.
   *
   * @param action words parted by dots, like `vault.unlock`
   * @param details flat facts; amounts as decimal strings
   * @throws NodeError AUDIT_BUSY (nothing was written), AUDIT_CLOSED, and for good AUDIT_FAILED
   */
  append(action: string, details?: AuditDetails): Promise<AuditEntry>
  /** The last entries, newest last. */
  tail(limit: number): Promise<AuditEntry[]>
  /** Reads all of it, as of now. @param witness an entry noted elsewhere, which must be in it */
  verify(options?: { witness?: AuditLink | undefined }): Promise<AuditVerdict>
  /** The last durable entry: what to note elsewhere. */
  readonly last: AuditLink
  /** Resolves when no further entry can be made durable; the node must stop. Never rejects. */
  readonly failed: Promise<NodeError>
  close(): Promise<void>
}

interface Pending {
  readonly atMs: number
  readonly action: string
  readonly details: AuditDetails
  resolve(entry: AuditEntry): void
  reject(error: NodeError): void
}

/** @throws NodeError AUDIT_DAMAGED, AUDIT_FAILED */
export async function createAuditLog(options: AuditLogOptions, { clock }: { clock: Clock }): Promise<AuditLog> {
  const { folder, maxFileBytes = auditLimits.maxFileBytes } = options
  const end = await openAudit(folder).catch((cause: unknown) => {
    throw failedError(cause)
  })
  let { fileNumber, bytes, last } = end
  let handle: FileHandle | undefined
  let queue: Pending[] = []
  let writing: Promise<void> | undefined
  let headWriting: Promise<void> | undefined
  let headBusy = false
  let headWritten: AuditLink | undefined
  let failure: NodeError | undefined
  let closing: Promise<void> | undefined

  let tellFailed: (error: NodeError) => void = () => {}
  const failed = new Promise<NodeError>((resolve) => {
    tellFailed = resolve
  })

  function fail(cause: unknown): void {
    if (failure !== undefined) return
    failure = failedError(cause)
    const abandoned = queue
    queue = []
    for (const { reject } of abandoned) reject(failure)
    tellFailed(failure)
  }

  /** The file to write to: the last one, or the next where that is full. */
  async function currentFile(): Promise<FileHandle> {
    if (fileNumber > 0 && bytes < maxFileBytes) {
      handle ??= await open(join(folder, fileName(fileNumber)), 'r+')
      return handle
    }
    await handle?.close()
    handle = await open(join(folder, fileName(fileNumber + 1)), 'wx', privateFileMode)
    await syncFolder(folder)
    fileNumber += 1
    bytes = 0
    return handle
  }

  /** As many of the oldest as one file takes, with one sync. */
  async function writeBatch(): Promise<void> {
    const file = await currentFile()
    const entries: AuditEntry[] = []
    let link = last
    let text = ''
    let length = bytes
    for (const pending of queue.slice(0, auditLimits.maxBatchEntries)) {
      if (length >= maxFileBytes) break
      const { line, entry } = formatLine(link, pending)
      entries.push(entry)
      text += `${line}\n`
      length += Buffer.byteLength(line) + 1
      link = entry
    }
    const content = Buffer.from(text)
    for (let written = 0; written < content.length; ) {
      written += (await file.write(content, written, content.length - written, bytes + written)).bytesWritten
    }
    await file.datasync()
    bytes = length
    last = { seq: link.seq, hash: link.hash }
    const done = queue.slice(0, entries.length)
    queue = queue.slice(entries.length)
    done.forEach(({ resolve }, index) => {
      resolve(entries[index] as AuditEntry)
    })
  }

  async function writeAll(): Promise<void> {
    try {
      while (queue.length > 0) {
        await writeBatch()
        if (!headBusy) headWriting = writeHeads()
      }
    } catch (cause) {
      fail(cause)
    } finally {
      writing = undefined
    }
  }

  /** After the entries, and behind them: many batches may share one head. */
  async function writeHeads(): Promise<void> {
    headBusy = true
    try {
      while (headWritten !== last) {
        const head = last
        await writeHead(folder, head)
        headWritten = head
      }
    } catch (cause) {
      fail(cause)
    } finally {
      headBusy = false
    }
  }

  function append(action: string, details: AuditDetails = {}): Promise<AuditEntry> {
    return new Promise((resolve, reject) => {
      if (failure !== undefined) throw failure
      if (closing !== undefined) throw new NodeError('AUDIT_CLOSED', 'the audit log is closed')
      assertLoggable(action, details)
      if (queue.length >= auditLimits.maxOutstanding) {
        throw new NodeError('AUDIT_BUSY', 'the audit log has more to write than it may queue', {
          hint: 'Try again shortly; if it persists, the disk is too slow for the load.',
        })
      }
      queue.push({ atMs: clock.nowMs(), action, details: { ...details }, resolve, reject })
      writing ??= writeAll()
    })
  }

  async function tail(limit: number): Promise<AuditEntry[]> {
    const wanted = rowsOfPage(limit, auditLimits.maxTailEntries)
    const entries: AuditEntry[] = []
    const complete = bytes
    const newest = fileNumber
    for (let number = newest; number > 0 && entries.length < wanted; number--) {
      const content = await readFile(join(folder, fileName(number)))
      const { lines } = splitLines(number === newest ? content.subarray(0, complete) : content)
      const missing = wanted - entries.length
      entries.unshift(...lines.slice(-missing).map(({ text }) => parseEntry(text)))
    }
    return entries
  }

  if (end.torn !== undefined) await append('audit.torn-end', end.torn)

  return {
    append,
    tail,
    verify: ({ witness } = {}) => verifyAudit(folder, { witness, boundary: () => ({ fileNumber, bytes }) }),
    get last() {
      return last
    },
    failed,
    close() {
      closing ??= (async () => {
        await writing
        await headWriting
        await handle?.close()
      })()
      return closing
    },
  }
}

function failedError(cause: unknown): NodeError {
  if (cause instanceof NodeError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new NodeError('AUDIT_FAILED', `the audit log cannot be written: ${reason}`, {
    hint: 'Check the space on the disk and the permissions of the data folder, then start again.',
    cause,
  })
}
