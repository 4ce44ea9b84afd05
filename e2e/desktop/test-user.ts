/**
 * Whom the app under test runs as. Chromium has no sandbox as root, and a test without the sandbox tests another program: so
 * root becomes `nobody`, and everybody else stays who they are.
 */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TestUser {
  /** Undefined where it is ourselves. */
  readonly name: string | undefined
  readonly userId: number | undefined
  readonly groupId: number | undefined
}

/** `nobody` and its group, as Debian numbers them. */
const nobody: TestUser = { name: 'nobody', userId: 65_534, groupId: 65_534 }

export function testUser(): TestUser {
  return process.getuid?.() === 0 ? nobody : { name: undefined, userId: undefined, groupId: undefined }
}

/** A program and its arguments, as that user. */
export function asUser({ name }: TestUser, program: string, args: readonly string[]): [string, string[]] {
  return name === undefined ? [program, [...args]] : ['runuser', ['-u', name, '--', program, ...args]]
}

/** A folder below one of ours that belongs to that user alone. */
export function folderOf({ userId, groupId }: TestUser, parent: string, name: string): string {
  // The temporary folder is ours alone: let the user through, and see nothing.
  chmodSync(parent, 0o711)
  const folder = join(parent, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (userId !== undefined && groupId !== undefined) chownSync(folder, userId, groupId)
  return folder
}

/** A folder that the app's user owns, for data that must outlive an app. */
export function dataFolder(): { readonly path: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), 'qudag-app-'))
  return { path: folderOf(testUser(), parent, 'data'), remove: () => rmSync(parent, { recursive: true, force: true }) }
}
