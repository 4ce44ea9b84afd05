/** Saves what a window made, where the owner says. */
import { join } from 'node:path'
import { NodeError } from '../../node/core/node-error.ts'
import type { FileToSave } from './desktop-procedures.ts'
import { replaceFile } from './json-file.ts'

export interface SaveFileDeps {
  /** Asks where to; undefined where the owner thought better of it. */
  readonly ask: (proposedPath: string) => Promise<string | undefined>
  readonly folder: string
}

/** @throws NodeError FILE_WRITE_FAILED */
export async function saveFile(
  { name, bytes, isPrivate = false }: FileToSave,
  { ask, folder }: SaveFileDeps,
): Promise<boolean> {
  const path = await ask(join(folder, plainName(name)))
  if (path === undefined) return false
  try {
    replaceFile(path, bytes, isPrivate ? 0o600 : 0o644)
    return true
  } catch (cause) {
    throw new NodeError('FILE_WRITE_FAILED', 'The file could not be written.', {
      hint: 'Choose another folder, or make room on the disk, and save again.',
      details: { systemCode: (cause as NodeJS.ErrnoException).code ?? '' },
      cause,
    })
  } finally {
    if (isPrivate) bytes.fill(0)
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const unfit = /[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A name and no path, of characters that every system takes (Windows is the strictest), and never hidden. */
export function plainName(name: string): string {
  const plain = name
    .replaceAll(unfit, '_')
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '')
  return plain === '' ? 'file' : plain
}
