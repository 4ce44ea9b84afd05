/** Files that only their owner may read, replaced in one step: at every moment the old file or the new one, whole. */
import { err, ok, type Result } from '../core/result.ts'
import { type ReplaceFault, replaceFile } from '../files/index.ts'
import { systemCode, type VaultFs } from './file-system.ts'

/** Bits of a mode that let group or others in. */
const othersMask = 0o077

export type PrivateFileFault =
  | { readonly fault: 'too-large' }
  /** reason: not-a-file, other-owner, open-to-others */
  | { readonly fault: 'permissions'; readonly reason: 'not-a-file' | 'other-owner' | 'open-to-others' | 'not-readable' }
  | { readonly fault: 'read'; readonly systemCode: string }

/** Null where there is no such file. */
export async function readPrivateFile(
  fs: VaultFs,
  path: string,
  maxBytes: number,
): Promise<Result<Uint8Array | null, PrivateFileFault>> {
  try {
    const read = await fs.read(path, maxBytes)
    if (read.kind === 'missing') return ok(null)
    if (read.kind === 'not-a-file') return err({ fault: 'permissions', reason: 'not-a-file' })
    if (read.kind === 'too-large') return err({ fault: 'too-large' })
    const ownUid = fs.ownUid()
    if (ownUid !== undefined && read.uid !== ownUid) return err({ fault: 'permissions', reason: 'other-owner' })
    if (ownUid !== undefined && (read.mode & othersMask) !== 0) {
      return err({ fault: 'permissions', reason: 'open-to-others' })
    }
    return ok(read.bytes)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EACCES' || code === 'EPERM') return err({ fault: 'permissions', reason: 'not-readable' })
    return err({ fault: 'read', systemCode: code })
  }
}

export type PrivateReplaceFault = Omit<ReplaceFault, 'cause'>

/** Readable and writable by its owner only from creation; makes the folder where there is none. */
export async function replacePrivateFile(
  fs: VaultFs,
  path: string,
  bytes: Uint8Array,
): Promise<Result<undefined, PrivateReplaceFault>> {
  const done = await replaceFile(path, bytes, { mode: 0o600, makesFolder: true }, fs)
  if (done.ok) return done
  const { step, systemCode, replaced } = done.error
  return err({ step, systemCode, replaced })
}
