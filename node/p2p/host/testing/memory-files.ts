/** Private files in memory, that can fail. */
import { err, ok } from '../../../core/result.ts'
import type { PrivateFileProblem, PrivateFiles } from '../../peers/private-files.ts'

export interface MemoryFiles extends PrivateFiles {
  readonly content: Map<string, Uint8Array>
  /** Every operation fails so until it is undefined again. */
  fault: PrivateFileProblem | undefined
  writes: number
}

export function memoryFiles(): MemoryFiles {
  const content = new Map<string, Uint8Array>()
  const files: MemoryFiles = {
    content,
    fault: undefined,
    writes: 0,
    async read(name, maxBytes) {
      if (files.fault !== undefined) return err(files.fault)
      const bytes = content.get(name)
      if (bytes === undefined) return ok(null)
      return bytes.length > maxBytes ? err({ fault: 'too-large' }) : ok(Uint8Array.from(bytes))
    },
    async replace(name, bytes) {
      if (files.fault !== undefined) return err(files.fault)
      files.writes += 1
      content.set(name, Uint8Array.from(bytes))
      return ok(undefined)
    },
  }
  return files
}
