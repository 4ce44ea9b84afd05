/**
 * Data folders of other chains, inside the one that the app began with: `networks/<16 hex digits>` (node/services/join-network.ts).
 * A page may have the node started on one of these, and on no other folder.
 */
import { basename, dirname, join, resolve } from 'node:path'

/** What the node is started on, in place of what flags and files say; all left out, that. */
export interface Choice {
  readonly network?: string | undefined
  /** One of `isChainFolder`. */
  readonly dataDir?: string | undefined
}

/** @param base the data folder that flags, environment and defaults name; absolute */
export function isChainFolder(base: string, folder: string): boolean {
  if (folder === base) return true
  return (
    folder === resolve(folder) && dirname(folder) === join(base, 'networks') && /^[0-9a-f]{16}$/.test(basename(folder))
  )
}

/** As it was kept: a text of either, and no folder that is none of the chains'. @param base as for isChainFolder */
export function choiceFrom(value: unknown, base: string): Choice {
  if (typeof value !== 'object' || value === null) return {}
  const { network, dataDir } = value as { network?: unknown; dataDir?: unknown }
  if (typeof dataDir === 'string' && isChainFolder(base, dataDir)) return { dataDir }
  return typeof network === 'string' ? { network } : {}
}
