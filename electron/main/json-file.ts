/** Small files of the shell's own, replaced as a whole: after a crash the old one is there, or the new one. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
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
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const descriptor = openSync(temporary, 'w', mode)
    try {
      writeFileSync(descriptor, content)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  }
}
