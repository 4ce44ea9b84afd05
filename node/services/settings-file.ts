/** The configuration file, read whole and replaced whole: after a power cut it is the old one or the new one. */
import { constants } from 'node:fs'
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NodeError } from '../core/node-error.ts'
import { serviceLimits } from './limits.ts'

/** Undefined where there is none. @throws NodeError SETTINGS_FILE */
export async function readSettingsFile(path: string): Promise<string | undefined> {
  let handle: FileHandle
  try {
    // Without waiting: opening a named pipe that nobody writes to would otherwise never return.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fileError(path, 'cannot be read', cause)
  }
  try {
    const { size } = await handle.stat()
    if (size > serviceLimits.maxSettingsFileBytes) throw fileError(path, 'is too long')
    return await handle.readFile('utf8')
  } catch (cause) {
    throw cause instanceof NodeError ? cause : fileError(path, 'cannot be read', cause)
  } finally {
    await handle.close()
  }
}

/** A new one is for its owner alone; one that is there keeps its rights. @throws NodeError SETTINGS_FILE */
export async function writeSettingsFile(path: string, text: string): Promise<void> {
  let fresh: string | undefined
  try {
    // A link stays one: what it leads to is replaced.
    const target = await realpath(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return path
      throw cause
    })
    const mode = await modeOf(target)
    fresh = `${target}.new`
    await rm(fresh, { force: true })
    const handle = await open(fresh, 'wx', mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(fresh, target)
    fresh = undefined
    await syncFolder(dirname(target))
  } catch (cause) {
    if (fresh !== undefined) await rm(fresh, { force: true }).catch(() => undefined)
    throw fileError(path, 'cannot be written', cause)
  }
}

async function modeOf(path: string): Promise<number> {
  try {
    const handle = await open(path, 'r')
    try {
      return (await handle.stat()).mode & 0o777
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0o600
    throw cause
  }
}

/** A rename is durable when its folder is (not on Windows, which has no such call). */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function fileError(path: string, reason: string, cause?: unknown): NodeError {
  return new NodeError('SETTINGS_FILE', `the configuration file ${reason}; it was left as it is`, {
    hint: `Look at ${path}.`,
    details: { path, systemCode: (cause as NodeJS.ErrnoException | undefined)?.code ?? '' },
    cause,
  })
}
