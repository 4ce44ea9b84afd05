/** Texts from files and standard input: UTF-8 as it stands, to the last byte. */
import { createReadStream } from 'node:fs'
import { usageError } from './errors.ts'

/**
 * @param file a path, or - for standard input
 * @throws CliError FILE_UNREADABLE, FILE_TOO_LONG, FILE_NOT_TEXT (usage)
 */
export async function readTextInput(file: string, maxBytes: number): Promise<string> {
  const bytes = await readInput(file, maxBytes)
  try {
    // A byte order mark is kept, so that what is signed is what stands in the file, or refused.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw usageError(`${nameOf(file)} is not UTF-8 text.`, '', 'FILE_NOT_TEXT')
  }
}

/** @throws CliError FILE_UNREADABLE, FILE_TOO_LONG (usage) */
export async function readInput(file: string, maxBytes: number): Promise<Uint8Array> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of input as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      length += chunk.length
      if (length > maxBytes) throw usageError(`${nameOf(file)} is longer than ${maxBytes} bytes.`, '', 'FILE_TOO_LONG')
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'FILE_TOO_LONG') throw cause
    throw usageError(`${nameOf(file)} cannot be read (${code ?? 'no reason given'}).`, '', 'FILE_UNREADABLE')
  }
  return Buffer.concat(chunks)
}

function nameOf(file: string): string {
  return file === '-' ? 'Standard input' : file
}
