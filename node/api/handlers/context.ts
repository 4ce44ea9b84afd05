/** What a transport says of the caller, and what the handlers leave behind for after the answer. */
import type { Scope } from '../contract/index.ts'

export interface ApiContext {
  /** What the caller may do. */
  readonly scopes: readonly Scope[]
  /** The token that speaks, where it is not the owner: its limits hold, and its idempotency keys are its own. */
  readonly tokenId?: string
  /**
   * True where passwords and phrases may travel: the local socket, the port of a secret window, an owner's session on
   * a loopback listener. False on REST, whatever the token says.
   */
  readonly secretChannel: boolean
  /** Run once the answer has been turned into text. Set for each call by the handlers' own interceptor. */
  readonly afterAnswer?: (() => void)[]
}

/** The owner over the local socket, and in a secret window: everything. */
export const ownerContext: ApiContext = Object.freeze({
  scopes: Object.freeze(['read', 'submit', 'spend', 'network', 'owner', 'secret'] as const),
  secretChannel: true,
})

/** The owner's main window on the desktop: everything that no secret is part of. */
export const windowContext: ApiContext = Object.freeze({
  scopes: Object.freeze(['read', 'submit', 'spend', 'network', 'owner'] as const),
  secretChannel: false,
})
