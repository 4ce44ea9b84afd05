/**
 * First in, first out, with a limit. A full queue refuses the new entry (it never drops an old one silently):
 * the caller passes the refusal on as back-pressure.
 */
export class BoundedQueue<T> {
  readonly capacity: number
  #items: T[] = []
  #head = 0

  /** @param capacity entries held at most; at least 1 */
  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.#items.length - this.#head
  }

  /** False when the queue is full; the entry is then not taken. */
  push(item: T): boolean {
    if (this.size >= this.capacity) return false
    this.#items.push(item)
    return true
  }

  shift(): T | undefined {
    if (this.#head >= this.#items.length) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined as T
    this.#head += 1
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Takes everything, oldest first. */
  drain(): T[] {
    const items = this.#items.slice(this.#head)
    this.#items = []
    this.#head = 0
    return items
  }
}
