/** Entries as changed so far, over those of a state. */
export class Overlay<Value> {
  readonly changed = new Map<string, Value>()
  /** Keys in the order of their first change. */
  readonly order: string[] = []
  readonly #below: (key: string) => Value | undefined

  constructor(below: (key: string) => Value | undefined) {
    this.#below = below
  }

  get(key: string): Value | undefined {
    return this.changed.has(key) ? this.changed.get(key) : this.#below(key)
  }

  set(key: string, value: Value): void {
    if (!this.changed.has(key)) this.order.push(key)
    this.changed.set(key, value)
  }

  /** Takes over what was changed on an overlay above this one. */
  absorb(above: Overlay<Value>): void {
    for (const [key, value] of above.changed) this.set(key, value)
  }
}
