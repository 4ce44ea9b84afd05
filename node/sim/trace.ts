/** A running SHA-256 over everything that happens: two runs with the same hash did the same, in the same order. */
import { toHex } from '../core/bytes.ts'
import { sha256 } from '../crypto/hash.ts'

export interface Trace {
  /** @param what a small number for the kind of event  @param content a hash that stands for what it carried */
  note(atMs: number, node: number, what: number, content?: Uint8Array | null): void
  readonly events: number
  /** Hex of the hash so far. */
  digest(): string
}

/** Folded when this many bytes are collected: hashing each event by itself would cost more than the event. */
const blockBytes = 16_384
const maxEntryBytes = 16

export function createTrace(): Trace {
  let state: Uint8Array = new Uint8Array(32)
  const block = new Uint8Array(blockBytes)
  const view = new DataView(block.buffer)
  let offset = 0
  let events = 0
  const fold = (): void => {
    state = sha256(state, block.subarray(0, offset))
    offset = 0
  }
  return {
    note(atMs, node, what, content = null) {
      if (offset + maxEntryBytes > blockBytes) fold()
      events += 1
      view.setUint32(offset, atMs)
      view.setUint16(offset + 4, node)
      view.setUint16(offset + 6, what)
      offset += 8
      if (content === null) return
      block.set(content.length > 8 ? content.subarray(0, 8) : content, offset)
      offset += Math.min(8, content.length)
    },
    get events() {
      return events
    },
    digest: () => toHex(sha256(state, block.subarray(0, offset))),
  }
}
