/**
 * Where a node's socket is, found alike by the node and by whoever looks for it: `<dataDir>/run/node.sock`, or, where that
 * is longer than the system takes, in a folder of the user's own below the temporary folder; a named pipe on Windows.
 *
 * The folder is what protects it: 0700 and ours, checked on both sides, so that nobody else can put a socket there that
 * waits for a password.
 */
import { createHash } from 'node:crypto'
import { constants, realpathSync } from 'node:fs'
import { access, chmod, lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { NodeError } from '../../core/node-error.ts'
import { transportLimits } from './limits.ts'

/** What decides the path; the defaults are this process's. */
export interface SocketSurroundings {
  readonly platform: NodeJS.Platform
  readonly temporaryDir: string
  /** Undefined on Windows. */
  readonly userId: number | undefined
}

export function surroundings(): SocketSurroundings {
  return { platform: process.platform, temporaryDir: tmpdir(), userId: process.getuid?.() }
}

/** Path to listen at or connect to. */
export function socketPathOf(dataDir: string, around: SocketSurroundings = surroundings()): string {
  const canonical = canonicalPath(dataDir)
  const digest = createHash('sha256').update(canonical).digest('hex')
  if (around.platform === 'win32') return `\\\\.\\pipe\\qudag-${digest.slice(0, 32)}`
  const { linux, other } = transportLimits.maxSocketPathBytes
  const maxBytes = around.platform === 'linux' ? linux : other
  const inside = join(canonical, 'run', 'node.sock')
  if (Buffer.byteLength(inside) <= maxBytes) return inside
  return join(around.temporaryDir, `qudag-${around.userId ?? 0}-${digest.slice(0, 16)}`, 'node.sock')
}

/** The same folder by another name (a link, `..`) has the same socket. */
function canonicalPath(dataDir: string): string {
  const absolute = resolve(dataDir)
  try {
    return realpathSync(absolute)
  } catch {
    return absolute
  }
}

/** Makes the socket's folder where it is missing and refuses one that is not ours alone. No-op on Windows. */
export async function prepareSocketFolder(
  socketPath: string,
  around: SocketSurroundings = surroundings(),
): Promise<void> {
  if (around.platform === 'win32') return
  const folder = dirname(socketPath)
  try {
    await mkdir(folder, { mode: 0o700, recursive: false })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw folderError(folder, 'it cannot be made', cause)
  }
  await checkSocketFolder(socketPath, around, { tighten: true })
}

/**
 * @param tighten take rights away from others where the folder is ours; else refuse
 * @throws NodeError SOCKET_FOLDER_UNSAFE
 */
export async function checkSocketFolder(
  socketPath: string,
  around: SocketSurroundings = surroundings(),
  { tighten = false }: { tighten?: boolean } = {},
): Promise<void> {
  if (around.platform === 'win32') return
  const folder = dirname(socketPath)
  // Not stat: a link would be checked where it points to now and followed to where it points to later.
  const found = await lstat(folder)
  if (!found.isDirectory()) throw folderError(folder, 'it is not a folder')
  if (found.uid !== around.userId) throw folderError(folder, 'it belongs to another user')
  if ((found.mode & 0o077) === 0) return
  if (!tighten) throw folderError(folder, 'others may enter it')
  await chmod(folder, 0o700)
}

function folderError(folder: string, reason: string, cause?: unknown): NodeError {
  return new NodeError('SOCKET_FOLDER_UNSAFE', `The folder of the node's socket cannot be used: ${reason}.`, {
    hint: `Look at ${folder}; it must be a folder of your own user with mode 0700.`,
    details: { folder, reason },
    cause,
  })
}

/** What is at the path: nothing, a socket, or something else. */
export async function kindAt(path: string): Promise<'nothing' | 'socket' | 'other'> {
  try {
    await access(path, constants.F_OK)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 'nothing'
    throw cause
  }
  return (await lstat(path)).isSocket() ? 'socket' : 'other'
}
