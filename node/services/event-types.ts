/** What happens, as it is told to whoever subscribes. */

export interface EventView {
  /** One of the contract's eventTypes: `transaction.<state>`, `account.balance.changed`, `vault.changed` … */
  readonly type: string
  /** Transaction id, address, or number of the checkpoint. */
  readonly subject: string
  /** As it is sent: amounts are decimal strings of µrUv. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Numbered within one run of the node. After a gap the reader takes a new snapshot of what it shows. */
export type EventDelivery =
  | {
      readonly kind: 'event'
      readonly run: string
      readonly sequence: number
      readonly atMs: number
      readonly event: EventView
    }
  | { readonly kind: 'gap'; readonly run: string; readonly nextSequence: number }

export interface EventServices {
  /** Where a subscription that starts now begins. */
  position(): { readonly run: string; readonly sequence: number }
  /**
   * @param query.after resume after this event; without it the next one comes first
   * @param query.types exact types, or families like `transaction.*`; undefined takes all but those of the vertex graph
   * @param query.accounts addresses or labels; undefined takes all, and then checkpoints too
   * @throws NodeError TOO_MANY_SUBSCRIBERS, ADDRESS_INVALID, ADDRESS_WRONG_NETWORK
   */
  subscribe(
    query: {
      readonly after?: { readonly run: string; readonly sequence: number } | undefined
      readonly types?: readonly string[] | undefined
      readonly accounts?: readonly string[] | undefined
      /** Called once when nothing that happens from then on is missed: names of accounts are looked up first. */
      readonly onEstablished?: (() => void) | undefined
    },
    signal?: AbortSignal,
  ): AsyncIterable<EventDelivery>
}
