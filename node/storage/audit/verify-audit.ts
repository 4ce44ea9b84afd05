/**
 * Reads a whole audit log and says whether anything in it was edited, removed, reordered, inserted or cut off.
 *
 * What it cannot see: the log holds no secret, so whoever can write to the folder can write all of it anew, head included,
 * or add entries at its end. Against that, note the sequence number and hash of an entry elsewhere now and then
 * (`audit show` prints them) and pass them as the witness: a log rewritten before that entry no longer has it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileName, fileNumbers, readHead, splitLines } from './audit-files.ts'
import { type AuditLink, genesisLink, readLine } from './audit-line.ts'

export interface AuditProblem {
  readonly file: string
  /** 1-based; 0 where it concerns the file as a whole. */
  readonly line: number
  readonly reason: string
}

/** How far a log that is being written to is complete. */
export interface AuditBoundary {
  readonly fileNumber: number
  readonly bytes: number
}

export interface AuditVerdict {
  readonly ok: boolean
  /** Entries found in order, up to the problem. */
  readonly entries: number
  /** The first one. */
  readonly problem?: AuditProblem
}

/**
 * @param witness an entry known from elsewhere, which must be in the log
 * @param boundary of a log in use: asked once, after its head was read, so that the head is never ahead of it
 */
export async function verifyAudit(
  folder: string,
  { witness, boundary }: { witness?: AuditLink | undefined; boundary?: () => AuditBoundary } = {},
): Promise<AuditVerdict> {
  const head = await readHead(folder)
  const until = boundary?.()
  let last: AuditLink = genesisLink
  let headSeen = head?.seq === genesisLink.seq && head.hash === genesisLink.hash
  let witnessSeen = witness === undefined
  const fault = (file: string, line: number, reason: string): AuditVerdict => ({
    ok: false,
    entries: last.seq,
    problem: { file, line, reason },
  })
  if (head === null) return fault('head.json', 0, 'not readable as the record of the last entry')

  const numbers = (await fileNumbers(folder)).filter((number) => until === undefined || number <= until.fileNumber)
  let lastPlace = { file: fileName(1), line: 0 }
  for (const [index, number] of numbers.entries()) {
    const file = fileName(number)
    if (number !== index + 1) return fault(fileName(index + 1), 0, 'file missing')
    const content = await readFile(join(folder, file))
    const { lines, rest } = splitLines(number === until?.fileNumber ? content.subarray(0, until.bytes) : content)
    for (const [lineIndex, { text }] of lines.entries()) {
      const result = readLine(last, text)
      if ('fault' in result) return fault(file, lineIndex + 1, result.fault)
      last = result.entry
      lastPlace = { file, line: lineIndex + 1 }
      if (last.seq === head?.seq) {
        if (last.hash !== head.hash) return fault(file, lineIndex + 1, 'not the entry that head.json records')
        headSeen = true
      }
      if (last.seq === witness?.seq) {
        if (last.hash !== witness.hash) return fault(file, lineIndex + 1, 'not the entry that was noted elsewhere')
        witnessSeen = true
      }
    }
    if (lines.length === 0 && index < numbers.length - 1) return fault(file, 0, 'file emptied')
    if (rest.length > 0) return fault(file, lines.length + 1, 'incomplete line')
  }
  if (head === undefined && last.seq > 0) return fault('head.json', 0, 'file missing')
  if (head !== undefined && !headSeen) {
    return fault(lastPlace.file, lastPlace.line + 1, `cut off: entries up to ${head.seq} were written`)
  }
  if (!witnessSeen) return fault(lastPlace.file, lastPlace.line + 1, 'cut off: the entry noted elsewhere is missing')
  return { ok: true, entries: last.seq }
}
