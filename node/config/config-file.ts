/** Finds and reads the configuration file. The only I/O of the folder. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { type ConfigResult, refuse } from './errors.ts'
import { currentHost, defaultDataDir, type Env, type Host } from './host.ts'
import { limits } from './limits.ts'

export interface ConfigFile {
  /** Absolute; relative paths in the file start at its folder. */
  readonly path: string
  readonly text: string
  /** Whether somebody named the file; otherwise it was found as config.json in the data folder. */
  readonly named: boolean
}

/**
 * Reads the file that `--config` names, else config.json in the data folder if there is one. Reads at most
 * `limits.maxFileBytes`.
 *
 * @returns undefined where there is none; CONFIG_INVALID where a named one is missing, or one is unreadable or too long
 */
export function readConfigFile(
  where: { readonly config?: string | undefined; readonly dataDir?: string | undefined },
  env: Env,
  host: Host = currentHost(),
): ConfigResult<ConfigFile | undefined> {
  const named = where.config !== undefined
  const folder = where.dataDir ?? (env.QUDAG_DATA_DIR || undefined) ?? defaultDataDir(host, env)
  const relative = where.config ?? join(folder, 'config.json')
  const path = isAbsolute(relative) ? relative : resolve(host.workingDir, relative)
  const problem = (allowed: string) =>
    refuse([{ source: 'flag', name: '--config', given: JSON.stringify(path), allowed }])
  let descriptor: number
  try {
    // Without waiting: opening a named pipe that nobody writes to would otherwise never return.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (!named && (code === 'ENOENT' || code === 'ENOTDIR')) return { ok: true, value: undefined }
    return problem(`a file that can be read is needed (${code ?? 'unknown fault'})`)
  }
  try {
    if (!fstatSync(descriptor).isFile()) return problem('a regular file is needed')
    // One byte more than allowed tells a longer file from a full one, whatever its size claims to be.
    const bytes = Buffer.alloc(limits.maxFileBytes + 1)
    let length = 0
    for (;;) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null)
      length += read
      if (read === 0 || length === bytes.length) break
    }
    if (length > limits.maxFileBytes) return problem(`at most ${limits.maxFileBytes} bytes are allowed`)
    return { ok: true, value: { path, text: bytes.toString('utf8', 0, length), named } }
  } catch (cause) {
    return problem(`a file that can be read is needed (${(cause as NodeJS.ErrnoException).code ?? 'unknown fault'})`)
  } finally {
    closeSync(descriptor)
  }
}
