/**
 * What a database says of itself, read from its bytes: opening it with SQLite could already write (recovery of the WAL
 * makes an index file, closing moves the WAL into the database).
 *
 * Format: sqlite.org/fileformat2.html, §1.3 (database header), §4.1–4.4 (WAL). After a crash the newest first page, and
 * with it the newest version number, may be in the WAL only; hence both are read.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { utf8 } from '../core/bytes.ts'

export interface DatabaseHeader {
  readonly applicationId: number
  readonly userVersion: number
}

const magic = utf8('SQLite format 3\0')
const databaseHeaderBytes = 100
const walHeaderBytes = 32
const frameHeaderBytes = 24
const walMagicLittleEndian = 0x377f0682
const walMagicBigEndian = 0x377f0683
const walFormat = 3_007_000

function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0
}

function parseHeader(bytes: Uint8Array): (DatabaseHeader & { pageSize: number }) | undefined {
  if (bytes.length < databaseHeaderBytes || magic.some((byte, index) => bytes[index] !== byte)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pageSize = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16)
  const payloadFractions = bytes[21] === 64 && bytes[22] === 32 && bytes[23] === 32
  if (!isPageSize(pageSize) || !payloadFractions) return undefined
  return { applicationId: view.getInt32(68), userVersion: view.getInt32(60), pageSize }
}

/** Bytes of a file from `position` on, as many as there are. */
function read(descriptor: number, target: Uint8Array, position: number): number {
  let length = 0
  while (length < target.length) {
    const count = readSync(descriptor, target, length, target.length - length, position + length)
    if (count === 0) break
    length += count
  }
  return length
}

/** Running checksum of §4.2 over a multiple of eight bytes. */
function checksum(sums: Uint32Array, view: DataView, start: number, end: number, littleEndian: boolean): void {
  let a = sums[0] as number
  let b = sums[1] as number
  for (let offset = start; offset < end; offset += 8) {
    a = (a + view.getUint32(offset, littleEndian) + b) | 0
    b = (b + view.getUint32(offset + 4, littleEndian) + a) | 0
  }
  sums[0] = a
  sums[1] = b
}

/** First page as of the last committed transaction in the WAL; undefined where no such transaction changed it. */
function firstPageInWal(file: string, pageSize: number): Uint8Array | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
  try {
    const header = new Uint8Array(walHeaderBytes)
    if (read(descriptor, header, 0) < walHeaderBytes) return undefined
    const headerView = new DataView(header.buffer)
    const magicNumber = headerView.getUint32(0)
    const littleEndian = magicNumber === walMagicLittleEndian
    if (!littleEndian && magicNumber !== walMagicBigEndian) return undefined
    if (headerView.getUint32(4) !== walFormat || headerView.getUint32(8) !== pageSize) return undefined
    const sums = new Uint32Array(2)
    checksum(sums, headerView, 0, 24, littleEndian)
    if (sums[0] !== headerView.getUint32(24) || sums[1] !== headerView.getUint32(28)) return undefined

    const frame = new Uint8Array(frameHeaderBytes + pageSize)
    const view = new DataView(frame.buffer)
    let uncommitted: Uint8Array | undefined
    let committed: Uint8Array | undefined
    const end = fstatSync(descriptor).size
    for (let position = walHeaderBytes; position + frame.length <= end; position += frame.length) {
      if (read(descriptor, frame, position) < frame.length) break
      // A frame of an earlier round of the WAL, or one that a crash left half written: the log ends before it.
      if (view.getUint32(8) !== headerView.getUint32(16) || view.getUint32(12) !== headerView.getUint32(20)) break
      checksum(sums, view, 0, 8, littleEndian)
      checksum(sums, view, frameHeaderBytes, frame.length, littleEndian)
      if (sums[0] !== view.getUint32(16) || sums[1] !== view.getUint32(20)) break
      if (view.getUint32(0) === 1) uncommitted = frame.slice(frameHeaderBytes)
      if (view.getUint32(4) !== 0) committed = uncommitted ?? committed
    }
    return committed
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Header as of the last committed transaction; undefined where the file is no SQLite database or its header is damaged.
 * Must not run while this process has the database open: closing a descriptor would drop SQLite's locks on it (POSIX).
 */
export function readDatabaseHeader(file: string): DatabaseHeader | undefined {
  const bytes = new Uint8Array(databaseHeaderBytes)
  const descriptor = openSync(file, 'r')
  let length: number
  try {
    length = read(descriptor, bytes, 0)
  } finally {
    closeSync(descriptor)
  }
  const header = parseHeader(bytes.subarray(0, length))
  if (header === undefined) return undefined
  const newer = firstPageInWal(`${file}-wal`, header.pageSize)
  return newer === undefined ? header : parseHeader(newer)
}
