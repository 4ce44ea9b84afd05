/**
 * What a caller may do, a word a procedure.
 * `secret` is the only one that needs a channel which keeps passwords and phrases off HTTP; elsewhere it ends in SECRET_CHANNEL_REQUIRED.
 */
import { oc } from '@orpc/contract'

/**
 * - `read`: shows, changes nothing
 * - `submit`: hands in transactions that were signed elsewhere
 * - `spend`: changes something or signs with the open vault
 * - `secret`: takes or shows a password, phrase or backup, or is the owner's alone (tokens, locking the vault, ending the
 *   node); never served over REST, never given to a token
 */
export type Scope = 'read' | 'submit' | 'spend' | 'secret'

export const scopes = ['read', 'submit', 'spend', 'secret'] as const satisfies readonly Scope[]

/** What every procedure says of itself besides its shapes. */
export interface ProcedureMeta {
  readonly scope: Scope
  /** Another scope that lets a caller in, where it depends on the input which of the two is needed. */
  readonly orScope?: Scope
}

/** Start of a procedure's declaration. */
export function procedure(scope: Scope, orScope?: Scope) {
  return oc.$meta<ProcedureMeta>(orScope === undefined ? { scope } : { scope, orScope })
}
