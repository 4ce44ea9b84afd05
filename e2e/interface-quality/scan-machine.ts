/** Looks for secrets in files, and in what the system tells of processes. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { foundIn, type Needle } from './needles.ts'

export interface Scan {
  /** Files or processes that were read: a scan that read nothing proves nothing. */
  readonly read: number
  readonly found: readonly string[]
}

/** Every file below these folders, whatever it is. */
export function secretsInFolders(folders: readonly string[], needles: readonly Needle[]): Scan {
  const found: string[] = []
  let read = 0
  const visit = (path: string): void => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat?.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name))
    if (!stat?.isFile()) return
    const content = readIfThere(path)
    if (content === undefined) return
    read += 1
    found.push(...foundIn(content, needles).map((name) => `${path}: ${name}`))
  }
  for (const folder of folders) visit(folder)
  return { read, found }
}

/** Arguments and environment of every process that this user may look at (Linux). */
export function secretsInProcesses(needles: readonly Needle[]): Scan {
  const found: string[] = []
  let read = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const part of ['cmdline', 'environ']) {
      const content = readIfThere(join('/proc', pid, part))
      if (content === undefined) continue
      read += 1
      found.push(...foundIn(content, needles).map((name) => `process ${pid}, ${part}: ${name}`))
    }
  }
  return { read, found }
}

/** Undefined where it has gone meanwhile, or is not for us to read. */
function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
