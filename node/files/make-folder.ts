/**
 * Makes a folder and those above it. Not by the system library's own recursion: where a folder exists that refuses one below
 * it with ENOENT (/proc, some network mounts), Node's runs for ever and holds its thread (seen in Node 20 and 24).
 */
import { mkdirSync, statSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from './system-code.ts'

/** For the owner alone, like all that is in it. */
const privateMode = 0o700

/** No error where it exists. @throws what the system says: EEXIST where a file is in the way, ENOENT, EACCES, ENOSPC */
export function makeFolderSync(path: string): void {
  try {
    mkdirSync(path, { mode: privateMode })
  } catch (cause) {
    if (isFolderSync(path)) return
    const parent = dirname(path)
    if (systemCode(cause) !== 'ENOENT' || parent === path || isFolderSync(parent)) throw cause
    makeFolderSync(parent)
    makeLastSync(path)
  }
}

/** As makeFolderSync, without holding up the thread. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: privateMode })
  } catch (cause) {
    if (await isFolder(path)) return
    const parent = dirname(path)
    if (systemCode(cause) !== 'ENOENT' || parent === path || (await isFolder(parent))) throw cause
    await makeFolder(parent)
    await makeLast(path)
  }
}

/** Once: whatever is wrong now stays wrong. Another process may have made it meanwhile. */
function makeLastSync(path: string): void {
  try {
    mkdirSync(path, { mode: privateMode })
  } catch (cause) {
    if (!isFolderSync(path)) throw cause
  }
}

async function makeLast(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: privateMode })
  } catch (cause) {
    if (!(await isFolder(path))) throw cause
  }
}

function isFolderSync(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
