/** What happens next: a binary heap of events by virtual time; equal times run in the order they were scheduled. */

interface Entry<Event> {
  readonly atMs: number
  readonly sequence: number
  readonly event: Event
}

export class EventQueue<Event> {
  readonly #heap: Entry<Event>[] = []
  #sequence = 0

  get size(): number {
    return this.#heap.length
  }

  /** Time of the next event; undefined where there is none. */
  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs
  }

  push(atMs: number, event: Event): void {
    const heap = this.#heap
    const entry = { atMs, sequence: this.#sequence++, event }
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const above = (index - 1) >> 1
      const other = heap[above] as Entry<Event>
      if (!isBefore(entry, other)) break
      heap[index] = other
      index = above
    }
    heap[index] = entry
  }

  pop(): { readonly atMs: number; readonly event: Event } | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      let below = 2 * index + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry<Event>, heap[below] as Entry<Event>)) below += 1
      const other = heap[below] as Entry<Event>
      if (!isBefore(other, last)) break
      heap[index] = other
      index = below
    }
    heap[index] = last
    return first
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence)
}
