/**
 * The owner's token: made anew at each start, in a file that only the owner can read, gone when the node has ended.
 * Whoever can read the file can as well use the local socket, so it opens nothing that its reader has not got.
 */
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NodeError } from '../../../core/node-error.ts'
import type { Rng } from '../../../core/rng.ts'
import { prepareSocketFolder } from '../socket-path.ts'

const tokenBytes = 32

export interface OwnerToken {
  readonly file: string
  readonly token: string
  /** Removes the file. */
  remove(): Promise<void>
}

/** A token or code nobody can guess: 256 bits, in characters that headers and WebSocket subprotocols take. */
export function randomToken(prefix: string, rng: Rng): string {
  return `${prefix}${Buffer.from(rng.bytes(tokenBytes)).toString('base64url')}`
}

/** @throws NodeError API_TOKEN_FILE, SOCKET_FOLDER_UNSAFE */
export async function createOwnerToken(dataDir: string, rng: Rng): Promise<OwnerToken> {
  const file = join(dataDir, 'run', 'api-token')
  const token = randomToken('qudag_owner_', rng)
  await prepareSocketFolder(file)
  const fresh = `${file}.new`
  try {
    await rm(fresh, { force: true })
    // wx with 0600: the file was never open to others, and nothing that lay there is followed.
    const handle = await open(fresh, 'wx', 0o600)
    try {
      // No line end: readers that do not trim would put it into a header.
      await handle.writeFile(token)
    } finally {
      await handle.close()
    }
    await rename(fresh, file)
  } catch (cause) {
    throw new NodeError('API_TOKEN_FILE', "the file with the owner's token could not be written", {
      hint: `Look at ${file}.`,
      details: { path: file, systemCode: (cause as NodeJS.ErrnoException).code ?? '' },
      cause,
    })
  }
  return { file, token, remove: () => rm(file, { force: true }) }
}
