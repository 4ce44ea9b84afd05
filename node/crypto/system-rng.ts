import type { Rng } from '../core/rng.ts'

/** The operating system's generator, in Node and browsers alike. */
export const systemRng: Rng = {
  bytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
}
