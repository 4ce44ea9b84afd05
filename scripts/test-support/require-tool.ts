/**
 * What a test needs and not every machine has. Where it is missing the test is skipped and says why; the closing
 * summary of `npm test` lists it. With CI=true a skip whose tool is there fails the run (scripts/test-run/).
 */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'

export interface ToolNeed {
  /** Name of the executable, or of what else is needed (`root`, `ipv6`). */
  readonly name: string
  /** Whether it is here; by default, whether an executable of that name is on the path. */
  readonly available?: boolean | (() => boolean)
  /** What the test does with it. */
  readonly reason: string
}

/** Folders of system tools that are not on every account's path. */
const systemFolders = ['/usr/sbin', '/sbin', '/usr/local/sbin']

/** Whether an executable file of that name is on the path or among the system's tools. */
export function isToolInstalled(name: string, path = process.env.PATH ?? ''): boolean {
  if (!/^[\w.+-]+$/.test(name)) return false
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
  return [...path.split(delimiter), ...systemFolders].some((folder) =>
    suffixes.some((suffix) => {
      const file = join(folder, name + suffix)
      try {
        accessSync(file, constants.X_OK)
        return folder !== '' && statSync(file).isFile()
      } catch {
        return false
      }
    }),
  )
}

/** Skips the rest of the running test where the need is not met. Call it first in the test. */
export function requireTool(test: Pick<TestContext, 'skip'>, { name, available, reason }: ToolNeed): void {
  const isHere = typeof available === 'function' ? available() : (available ?? isToolInstalled(name))
  if (!isHere) test.skip(skipNote(name, reason))
}

/** The note that the closing summary reads back with toolOfNote. */
export function skipNote(name: string, reason: string): string {
  return `needs ${name}: ${reason}`
}

/** Name of the missing tool, or undefined where the note is about something else. */
export function toolOfNote(note: string): string | undefined {
  return /^needs ([^\s:]+): /.exec(note)?.[1]
}
