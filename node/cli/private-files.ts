/** Files that hold something worth stealing: written for their owner alone, read within a limit. */
import { open, readFile, stat } from 'node:fs/promises'
import { CliError, usageError } from './errors.ts'

/** @throws CliError FILE_EXISTS (usage): nothing is ever overwritten */
export async function refuseExisting(file: string): Promise<void> {
  if (await stat(file).catch(() => undefined)) throw fileExists(file)
}

function fileExists(file: string): CliError {
  return usageError(`${file} exists already; nothing was written.`, 'Choose another name.', 'FILE_EXISTS')
}

/** 0600 from the start, on disk before we say so, and never over something else. */
export async function writeNewFile(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw fileExists(file)
    throw new CliError('FILE_WRITE_FAILED', `${file} cannot be written (${cause.code ?? 'no reason given'}).`, {
      hint: 'Choose another place.',
      cause,
    })
  })
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** @throws CliError FILE_UNREADABLE (usage) */
export async function readFileUpTo(file: string, maxBytes: number): Promise<Uint8Array> {
  const unreadable = (reason: string) => usageError(`${file} cannot be read: ${reason}.`, '', 'FILE_UNREADABLE')
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(cause.code === 'ENOENT' ? 'it does not exist' : (cause.code ?? 'no reason given'))
  })
  if (!found.isFile()) throw unreadable('it is not a file')
  if (found.size > maxBytes) throw unreadable(`it is longer than ${maxBytes} bytes`)
  return new Uint8Array(await readFile(file))
}
