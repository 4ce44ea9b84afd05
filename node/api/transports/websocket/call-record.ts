/**
 * Calls over WebSocket in the audit log, as REST has them: what a token changed, before the answer goes out, and that it
 * was refused. What needs no password is enough here; the vault itself records what is done with one.
 */
import { contract, type ProcedureMeta } from '../../contract/index.ts'
import type { CallObserver } from '../rpc-server.ts'

export interface CallRecordDeps {
  /** Resolves when the entry is durable. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
  readonly refused: (code: string, route: string) => void
  /** Changes kept in mind, so that a repeated request cannot fill the log. */
  readonly maxRecordedChanges: number
}

/** Of how much is asked, not of what: one line for all of them. */
const ofConnections: readonly string[] = ['TOO_MANY_CALLS', 'RATE_LIMITED']

/** Refusals that say something of the caller; the others are answers about the ledger. */
const refusalsOfCallers: ReadonlySet<string> = new Set(['SCOPE_REQUIRED', 'SECRET_CHANNEL_REQUIRED', ...ofConnections])

export function createCallRecord({ audit, refused, maxRecordedChanges }: CallRecordDeps): CallObserver {
  const changing = new Set(
    Object.entries(contract).flatMap(([area, group]) =>
      Object.entries(group)
        .filter(([, procedure]) => isChange((procedure as { '~orpc': { meta: ProcedureMeta } })['~orpc'].meta))
        .map(([name]) => `${area}.${name}`),
    ),
  )
  const recorded = new Set<string>()

  return {
    async answered(procedure, { tokenId }, output) {
      if (!changing.has(procedure)) return
      const token = tokenId ?? 'owner'
      const subject = subjectOf(output)
      const key = `${procedure} ${token} ${subject}`
      if (subject !== '' && recorded.has(key)) return
      recorded.add(key)
      const [oldest] = recorded
      if (recorded.size > maxRecordedChanges && oldest !== undefined) recorded.delete(oldest)
      await audit('api.change', { route: `rpc ${procedure}`, token, subject })
    },
    refused(procedure, code) {
      // The name of what was asked for is the caller's own text where there is no such procedure.
      if (refusalsOfCallers.has(code)) refused(code, ofConnections.includes(code) ? 'rpc' : `rpc ${procedure}`)
    },
  }
}

function isChange({ scope }: ProcedureMeta): boolean {
  return scope === 'submit' || scope === 'spend' || scope === 'network'
}

/** What was made, moved or changed: a transaction's id, an account's address, a peer's address or id. */
function subjectOf(output: unknown): string {
  if (typeof output !== 'object' || output === null) return ''
  const { txId, address, id } = output as { txId?: unknown; address?: unknown; id?: unknown }
  const subject = txId ?? address ?? id
  return typeof subject === 'string' ? subject : ''
}
