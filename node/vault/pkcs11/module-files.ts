/**
 * Whether a pairing's module is still the file that was paired, for showing it: before it is loaded, its own process looks
 * once more. A file is read again only where its size or its time has changed.
 */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Pairing } from './pairing.ts'

export interface ModuleFiles {
  stateOf(pairing: Pick<Pairing, 'module'>): Promise<'locked' | 'module-changed' | 'module-missing'>
}

export function createModuleFiles(): ModuleFiles {
  const read = new Map<string, { readonly stamp: string; readonly sha256: string }>()
  return {
    async stateOf({ module: { path, sha256 } }) {
      try {
        const { size, mtimeMs, ino } = await stat(path)
        const stamp = `${size} ${mtimeMs} ${ino}`
        const known = read.get(path)
        const found =
          known?.stamp === stamp
            ? known.sha256
            : createHash('sha256')
                .update(await readFile(path))
                .digest('hex')
        read.set(path, { stamp, sha256: found })
        return found === sha256 ? 'locked' : 'module-changed'
      } catch {
        return 'module-missing'
      }
    },
  }
}
