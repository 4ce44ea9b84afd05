/**
 * SQLite's native module stays loaded from its first use to the end of the process. Node unloads a module when the last
 * thread that loaded it ends, and loads it anew in the next one: then whatever still points into it, the C library's and V8's
 * tables of that thread among them, points nowhere, and the process can die without a word.
 */
import Database from 'better-sqlite3'
import { storageError } from './errors.ts'

/** Paths of what this thread holds; the empty one is the package's own. */
const held = new Set<string>()

/**
 * Loads the module in this thread, which must outlive the workers that it starts.
 *
 * @param nativeBinding path of the module, where the package's own cannot be loaded
 * @throws NodeError STORAGE_FAILED where it cannot be loaded
 */
export function holdNativeModule(nativeBinding: string | undefined): void {
  const name = nativeBinding ?? ''
  if (held.has(name)) return
  try {
    // The package loads its module with the first database, and keeps it from then on.
    new Database(':memory:', nativeBinding === undefined ? {} : { nativeBinding }).close()
  } catch (cause) {
    throw storageError(cause)
  }
  held.add(name)
}
