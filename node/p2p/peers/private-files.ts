/**
 * Small files of the data folder that only their owner may read, as this layer needs them: read whole, replaced whole in one
 * step that outlives a power cut. Whoever puts the node together hands them in.
 */
import type { Result } from '../../core/result.ts'

export type PrivateFileProblem =
  /** Longer than asked for. */
  | { readonly fault: 'too-large' }
  /** Open to others, another's, or no plain file. */
  | { readonly fault: 'permissions'; readonly reason: string }
  | { readonly fault: 'read' | 'write'; readonly systemCode: string }

export interface PrivateFiles {
  /** Null where there is no such file. */
  read(name: string, maxBytes: number): Promise<Result<Uint8Array | null, PrivateFileProblem>>
  /** Readable and writable by its owner alone from its creation. */
  replace(name: string, bytes: Uint8Array): Promise<Result<undefined, PrivateFileProblem>>
}
