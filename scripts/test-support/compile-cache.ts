/**
 * Node's cache of compiled modules for one run of the tests. The tests start hundreds of processes and threads from the same
 * sources; without it each of them strips the types from all of those anew, which is most of the time that a start takes.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const variable = 'NODE_COMPILE_CACHE'

/** Makes the cache, for this process to pass on; it goes with this process. One that is passed to us is used as it is. */
export function openCompileCache(): void {
  if (process.env[variable] !== undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'qudag-compiled-'))
  // Tests start programs as another user too: each user has a folder of its own in it, which Node makes.
  chmodSync(folder, 0o1777)
  process.env[variable] = folder
  process.once('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // A program that is still ending writes to it: the tests have been judged by now.
    }
  })
}

/** For the environment of a program that a test starts, where that is not ours anyway. */
export function compileCache(): Readonly<Record<string, string>> {
  const folder = process.env[variable]
  return folder === undefined ? {} : { [variable]: folder }
}
