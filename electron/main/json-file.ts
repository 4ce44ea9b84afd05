/** Small files of the shell's own, replaced as a whole: after a crash the old one is there, or the new one. */
import { readFileSync, statSync } from 'node:fs'
import { replaceFileSync } from '../../node/files/index.ts'
import { shellLimits } from './limits.ts'

/** What the file holds; undefined where there is none, or none that can be read. */
export function readJsonFile(path: string): unknown {
  try {
    if (statSync(path).size > shellLimits.maxSettingsBytes) return undefined
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** @throws the system's error; the file is then as it was */
export function writeJsonFile(path: string, value: unknown): void {
  replaceFile(path, `${JSON.stringify(value, null, 2)}\n`, 0o600)
}

/** Writes beside it, then puts it in its place. @throws the system's error; what was there is then as it was */
export function replaceFile(path: string, content: string | Uint8Array, mode: number): void {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  // The owner chooses folders too, where a file of theirs may have the plainer name.
  const temporary = `${path}.${process.pid}.tmp`
  const done = replaceFileSync(path, bytes, { mode, makesFolder: true, temporary })
  // In place and not yet sure to last through a power cut: not every file system can say more of a folder.
  if (!done.ok && !done.error.replaced) throw done.error.cause
}
