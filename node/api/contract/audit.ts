/** The append-only, hash-chained audit log. */
import { z } from 'zod'
import { commonErrors, declareErrors } from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import { count, timestamp } from './shapes.ts'

export const auditEntry = z.object({
  seq: count,
  at: timestamp,
  action: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof auditEntry>

export const auditVerdict = z.object({
  entries: count,
  ok: z.boolean(),
  /** The first line that does not fit. */
  problem: z.object({ line: count, file: z.string(), reason: z.string() }).optional(),
})
export type AuditVerdict = z.infer<typeof auditVerdict>

const errors = declareErrors(commonErrors)

export const auditContract = {
  /** Newest last. */
  show: procedure('read')
    .errors(errors)
    .input(z.strictObject({ limit: z.int().min(1).max(limits.maxAuditEntries).optional() }))
    .output(z.object({ entries: z.array(auditEntry) })),
  verify: procedure('read').errors(errors).output(auditVerdict),
}
