/** The configuration file, read whole and replaced whole: after a power cut it is the old one or the new one. */
import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { utf8 } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { replaceFile } from '../files/index.ts'
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
  try {
    // A link stays one: what it leads to is replaced.
    const target = await realpath(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return path
      throw cause
    })
    const written = await replaceFile(target, utf8(text), { mode: await modeOf(target) })
    if (!written.ok) throw written.error.cause
  } catch (cause) {
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

function fileError(path: string, reason: string, cause?: unknown): NodeError {
  return new NodeError('SETTINGS_FILE', `the configuration file ${reason}; it was left as it is`, {
    hint: `Look at ${path}.`,
    details: { path, systemCode: (cause as NodeJS.ErrnoException | undefined)?.code ?? '' },
    cause,
  })
}
