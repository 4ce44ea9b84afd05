/** Where the audit log lies: `audit-000001.jsonl` and on, `head.json` beside them, and what crashes left in `torn-*.bin`. */
import { isUtf8 } from 'node:buffer'
import { type FileHandle, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { utf8 } from '../../core/bytes.ts'
import { diskFiles, replaceFile } from '../../files/index.ts'
import type { AuditLink } from './audit-line.ts'

export const privateFileMode = 0o600
const headName = 'head.json'
const newline = 10

export function fileName(number: number): string {
  return `audit-${String(number).padStart(6, '0')}.jsonl`
}

/** Numbers of the log's files, ascending; gaps are for the reader to notice. */
export async function fileNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names
    .map((name) => /^audit-(\d{6,})\.jsonl$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b)
}

/** fsync of the folder, so that a name made in it survives the loss of power. */
export const syncFolder = diskFiles.syncFolder

export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function writeAndSync(path: string, bytes: Uint8Array | string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'w', privateFileMode)
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle?.close()
  }
}

/** Replaces the head whole or not at all. Not waited for to be durable: the log may be ahead of its head. */
export async function writeHead(folder: string, { seq, hash }: AuditLink): Promise<void> {
  const head = utf8(`${JSON.stringify({ seq, hash })}\n`)
  const written = await replaceFile(join(folder, headName), head, { mode: privateFileMode, syncsFolder: false })
  if (!written.ok) throw written.error.cause
}

/** Undefined where there is none, null where it cannot be read as one. */
export async function readHead(folder: string): Promise<AuditLink | null | undefined> {
  let text: string
  try {
    text = await readFile(join(folder, headName), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
  try {
    const { seq, hash } = JSON.parse(text) as Record<string, unknown>
    return Number.isSafeInteger(seq) && typeof hash === 'string' ? { seq: seq as number, hash } : null
  } catch {
    return null
  }
}

/** Lines of a file without their newlines, where each ends in bytes, and what follows the last newline. */
export function splitLines(content: Buffer): { lines: { text: string; end: number }[]; rest: Buffer } {
  const lines: { text: string; end: number }[] = []
  let start = 0
  for (let end = content.indexOf(newline, start); end >= 0; end = content.indexOf(newline, start)) {
    const line = content.subarray(start, end)
    // Decoding would replace bytes that are no UTF-8, and could so turn an edited line back into the written one.
    lines.push({ text: isUtf8(line) ? line.toString('utf8') : '', end: end + 1 })
    start = end + 1
  }
  return { lines, rest: content.subarray(start) }
}
