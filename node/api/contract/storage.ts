/** What the node keeps on disk, and whether it still adds up. */
import { z } from 'zod'
import { commonErrors, declareErrors } from './errors.ts'
import { procedure } from './scopes.ts'
import { count } from './shapes.ts'

export const storageStatus = z.object({
  bytes: count,
  schemaVersion: count,
  commits: count,
  transactions: count,
  journalRecords: count,
})
export type StorageStatus = z.infer<typeof storageStatus>

export const storageVerdict = z.object({
  ok: z.boolean(),
  commits: count,
  transactions: count,
  stateRoot: z.string(),
  problems: z.array(z.string()),
})
export type StorageVerdict = z.infer<typeof storageVerdict>

const errors = declareErrors(commonErrors)

export const storageContract = {
  status: procedure('read').errors(errors).output(storageStatus),
  /** Replays everything from the genesis and compares. Slow; the node goes on meanwhile. */
  verify: procedure('read').errors(errors).output(storageVerdict),
}
