/**
 * What a caller may do, a word a procedure. `network`, `owner` and `secret` are for whoever owns the node: no token that
 * is made has them. `owner` and `secret` are not served over REST. `secret` is the only one that needs a channel which keeps passwords and phrases off HTTP; elsewhere it ends in SECRET_CHANNEL_REQUIRED.
 */
import { oc } from '@orpc/contract'

/**
 * - `read`: shows, changes nothing
 * - `submit`: hands in transactions that were signed elsewhere
 * - `spend`: changes something or signs with the open vault
 * - `network`: says whom this node talks to: adds, bans and pardons peers
 * - `owner`: changes how the node or its vault behaves, without a secret crossing (locking, settings, ending the node)
 * - `secret`: takes or shows a password, phrase, backup, token or session code
 */
export type Scope = 'read' | 'submit' | 'spend' | 'network' | 'owner' | 'secret'

export const scopes = ['read', 'submit', 'spend', 'network', 'owner', 'secret'] as const satisfies readonly Scope[]

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
