/**
 * Where expanded keys lie in memory: one after the other in a ring, each new one in the place of the oldest. A key that
 * is overwritten while still in use is expanded again once a lap, which costs less than keeping account of every use;
 * keys of all suites share the ring without leaving gaps.
 */

/** A key's place. What lies there is that key's as long as `isLive`. */
export interface RingEntry {
  readonly name: string
  /** From the start of the ring, in bytes. */
  readonly offset: number
  readonly sizeBytes: number
  isLive: boolean
}

export interface ExpandedKeyRing {
  find(name: string): RingEntry | undefined
  /**
   * Places a key that is not there yet. It is found only once it has been filled: were that to fail, nothing would be.
   *
   * @param sizeBytes at most the ring's capacity
   * @param fill writes the key at that offset
   */
  place(name: string, sizeBytes: number, fill: (offset: number) => void): RingEntry
  readonly size: number
}

export interface ExpandedKeyRingOptions {
  /** Bytes the ring takes at most. */
  readonly capacityBytes: number
  /** Bytes that are there from the start: enough for the largest key. */
  readonly initialBytes: number
  /** Makes memory of so many bytes there. False: there is none to be had, and the ring stays as it is. */
  readonly ensure: (sizeBytes: number) => boolean
}

export function createExpandedKeyRing({
  capacityBytes,
  initialBytes,
  ensure,
}: ExpandedKeyRingOptions): ExpandedKeyRing {
  // In order of insertion: the oldest is the first, and the next that the cursor meets.
  const entries = new Map<string, RingEntry>()
  let cursor = 0
  let thereBytes = initialBytes
  let boundBytes = capacityBytes

  const evictWhile = (inTheWay: (oldest: RingEntry) => boolean): void => {
    for (const oldest of entries.values()) {
      if (!inTheWay(oldest)) return
      oldest.isLive = false
      entries.delete(oldest.name)
    }
  }

  /** Whether a key of that size fits between the cursor and the end; grows the memory where that makes it fit. */
  const fitsBeforeEnd = (sizeBytes: number): boolean => {
    const end = cursor + sizeBytes
    if (end > boundBytes) return false
    if (end <= thereBytes) return true
    if (ensure(end)) thereBytes = end
    else boundBytes = thereBytes
    return end <= boundBytes
  }

  return {
    find: (name) => entries.get(name),
    place(name, sizeBytes, fill) {
      if (!fitsBeforeEnd(sizeBytes)) {
        // What lies behind the cursor is older than what lies at the start.
        evictWhile(({ offset }) => offset >= cursor)
        cursor = 0
      }
      const end = cursor + sizeBytes
      evictWhile(({ offset }) => offset >= cursor && offset < end)
      fill(cursor)
      const entry: RingEntry = { name, offset: cursor, sizeBytes, isLive: true }
      entries.set(name, entry)
      cursor = end
      return entry
    },
    get size() {
      return entries.size
    },
  }
}
