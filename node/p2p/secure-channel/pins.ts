/**
 * Remembers who has been seen with the hybrid handshake: such a peer is not believed when it comes without, for somebody on the
 * way can make two willing nodes settle for the weaker of their handshakes.
 *
 * Bounded. A stranger can come as any number of peers, so those who called go before those we called, whose addresses we chose.
 */
import type { Clock } from '../../core/clock.ts'
import { limits } from './limits.ts'

export interface HybridPin {
  /** Peer id's text. */
  readonly peerId: string
  /** We called it, at an address that we had. */
  readonly isDialled: boolean
  readonly seenAtMs: number
}

/** Where pins outlive the process. Writes may be late: what is lost is learned again at the next hybrid connection. */
export interface HybridPinStore {
  /** Read once, at the start. */
  list(): readonly HybridPin[]
  put(pin: HybridPin): void
  remove(peerId: string): void
}

export interface HybridPins {
  isPinned(peerId: string): boolean
  /** A hybrid connection to this peer is up. */
  pin(peerId: string, how: { readonly isDialled: boolean }): void
  readonly size: number
}

export function createHybridPins(
  { maxPins = limits.maxPins }: { readonly maxPins?: number },
  { store, clock }: { readonly store: HybridPinStore; readonly clock: Clock },
): HybridPins {
  // Maps keep the order of insertion: the first of each is the one seen longest ago.
  const dialled = new Map<string, HybridPin>()
  const others = new Map<string, HybridPin>()

  const insert = (pin: HybridPin): void => {
    others.delete(pin.peerId)
    dialled.delete(pin.peerId)
    ;(pin.isDialled ? dialled : others).set(pin.peerId, pin)
  }

  const shrink = (): void => {
    while (dialled.size + others.size > maxPins) {
      const from = others.size > 0 ? others : dialled
      const [oldest] = from.keys()
      if (oldest === undefined) return
      from.delete(oldest)
      store.remove(oldest)
    }
  }

  for (const pin of [...store.list()].sort((a, b) => a.seenAtMs - b.seenAtMs)) insert(pin)
  shrink()

  return {
    isPinned: (peerId) => dialled.has(peerId) || others.has(peerId),
    pin(peerId, { isDialled }) {
      const pin = { peerId, isDialled: isDialled || dialled.has(peerId), seenAtMs: clock.nowMs() }
      insert(pin)
      store.put(pin)
      shrink()
    },
    get size() {
      return dialled.size + others.size
    },
  }
}
