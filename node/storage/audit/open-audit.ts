/**
 * Finds the end of an audit log to go on from. What a crash left half written behind it is moved to a file of its own;
 * anything a crash cannot leave is damage, and refused: going on would bury it.
 */
import { readFile, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toHex } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { sha256 } from '../../crypto/hash.ts'
import { makeFolder } from '../../files/index.ts'
import {
  fileName,
  fileNumbers,
  readHead,
  splitLines,
  syncFile,
  syncFolder,
  writeAndSync,
  writeHead,
} from './audit-files.ts'
import { type AuditDetails, type AuditLink, genesisLink, readLine } from './audit-line.ts'

export interface AuditEnd {
  /** File to write on; 0 where there is none yet. */
  readonly fileNumber: number
  readonly bytes: number
  readonly last: AuditLink
  /** Facts of the half-written end that was moved aside, to be logged before anything else. */
  readonly torn: AuditDetails | undefined
}

function damagedLog(file: string, line: number, reason: string): NodeError {
  return new NodeError('AUDIT_DAMAGED', `the audit log is damaged: ${file}, line ${line}: ${reason}`, {
    hint: 'Keep a copy of the audit folder as evidence, then move it out of the data folder; a new log starts by itself.',
    details: { file, line, reason },
  })
}

/** @throws NodeError AUDIT_DAMAGED */
export async function openAudit(folder: string): Promise<AuditEnd> {
  await makeFolder(folder)
  await syncFolder(dirname(folder))
  const head = await readHead(folder)
  const numbers = await fileNumbers(folder)
  if (head === null) throw damagedLog('head.json', 0, 'not readable as the record of the last entry')
  if (head === undefined) {
    if (numbers.length > 0) throw damagedLog('head.json', 0, 'file missing')
    await writeHead(folder, genesisLink)
    await syncFolder(folder)
  }
  const missing = numbers.findIndex((number, index) => number !== index + 1)
  if (missing >= 0) throw damagedLog(fileName(missing + 1), 0, 'file missing')

  const fileNumber = numbers.length
  let last = fileNumber > 1 ? await lastOfWholeFile(folder, fileNumber - 1) : genesisLink
  let bytes = 0
  let fault: { line: number; reason: string } | undefined
  const file = fileName(Math.max(1, fileNumber))
  const content = fileNumber === 0 ? Buffer.alloc(0) : await readFile(join(folder, file))
  for (const [index, { text, end }] of splitLines(content).lines.entries()) {
    const result = readLine(last, text)
    if ('fault' in result) {
      fault = { line: index + 1, reason: result.fault }
      break
    }
    last = result.entry
    bytes = end
    if (last.seq === head?.seq && last.hash !== head.hash) {
      throw damagedLog(file, index + 1, 'not the entry that head.json records')
    }
  }
  // The log is synced before its head is written: whatever a crash tore lies behind the head's entry.
  if (head !== undefined && last.seq < head.seq) {
    const line = fault?.line ?? splitLines(content).lines.length + 1
    throw damagedLog(file, line, fault?.reason ?? `cut off: entries up to ${head.seq} were written`)
  }
  const torn = await moveTornEndAside(folder, { file, content, bytes, next: last.seq + 1 })
  return { fileNumber, bytes, last, torn }
}

/** A file that another follows: its last line stands for it, the rest is verifyAudit's to read. */
async function lastOfWholeFile(folder: string, number: number): Promise<AuditLink> {
  const { lines, rest } = splitLines(await readFile(join(folder, fileName(number))))
  const text = lines.at(-1)?.text ?? ''
  const before = claimedLink(text)
  const result = before === undefined ? { fault: 'not an entry' as const } : readLine(before, text)
  if ('fault' in result) throw damagedLog(fileName(number), lines.length, result.fault)
  if (rest.length > 0) throw damagedLog(fileName(number), lines.length + 1, 'incomplete line')
  return result.entry
}

/** The link that a line says it goes on from. */
function claimedLink(text: string): AuditLink | undefined {
  try {
    const { seq, prev } = JSON.parse(text) as Record<string, unknown>
    return typeof seq === 'number' && typeof prev === 'string' ? { seq: seq - 1, hash: prev } : undefined
  } catch {
    return undefined
  }
}

async function moveTornEndAside(
  folder: string,
  { file, content, bytes, next }: { file: string; content: Buffer; bytes: number; next: number },
): Promise<AuditDetails | undefined> {
  const name = `torn-${next}.bin`
  const path = join(folder, name)
  const torn = content.subarray(bytes)
  if (torn.length > 0) {
    await writeAndSync(path, torn)
    await syncFolder(folder)
    await truncate(join(folder, file), bytes)
    await syncFile(join(folder, file))
    return { file: name, bytes: torn.length, sha256: toHex(sha256(torn)) }
  }
  // Moved aside by a start that itself ended before it could log so.
  const left = await stat(path).catch(() => undefined)
  if (left === undefined) return undefined
  return { file: name, bytes: left.size, sha256: toHex(sha256(await readFile(path))) }
}
