/**
 * Where secrets live: byte buffers that are zeroed when they are no longer needed, inside a holder that does not print.
 *
 * What this cannot do: the garbage collector never moves or copies a typed array's memory, so zeroing reaches it, but
 * the operating system may have swapped the page out, and native code (Argon2, OpenSSL) works on copies of its own.
 */
import { inspect } from 'node:util'
import { invariant } from '../core/node-error.ts'

const shown = '[secret]'

export class SecretBytes {
  #bytes: Uint8Array | undefined

  /** Takes the buffer over: from here on nobody else keeps or reads it. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** A holder of its own buffer with the same content. */
  static copyOf(bytes: Uint8Array): SecretBytes {
    return new SecretBytes(Uint8Array.from(bytes))
  }

  get wiped(): boolean {
    return this.#bytes === undefined
  }

  get length(): number {
    return this.#bytes?.length ?? 0
  }

  /**
   * Lends the bytes for the duration of a synchronous call. The borrower keeps no reference; work that outlives the
   * call goes through `copy`, whose owner wipes it.
   */
  use<T>(read: (bytes: Uint8Array) => T): T {
    invariant(this.#bytes !== undefined, 'a wiped secret is not used')
    return read(this.#bytes)
  }

  copy(): SecretBytes {
    return this.use((bytes) => SecretBytes.copyOf(bytes))
  }

  /** Zeroes and lets go; harmless when repeated. */
  wipe(): void {
    this.#bytes?.fill(0)
    this.#bytes = undefined
  }

  toString(): string {
    return shown
  }

  toJSON(): string {
    return shown
  }

  [inspect.custom](): string {
    return shown
  }
}

/** Zeroes buffers that passed through our hands without a holder. */
export function wipeBytes(...buffers: readonly (Uint8Array | undefined)[]): void {
  for (const buffer of buffers) buffer?.fill(0)
}
