/** One operation at a time, in the order they were asked for; a full queue refuses with VAULT_BUSY. */
import { vaultError } from './errors.ts'

export interface SerialQueue {
  /** @throws NodeError VAULT_BUSY, and whatever the operation throws */
  run<T>(operation: () => Promise<T>): Promise<T>
}

export function createSerialQueue(maxPending: number): SerialQueue {
  let tail: Promise<unknown> = Promise.resolve()
  let pending = 0
  return {
    async run(operation) {
      if (pending >= maxPending) throw vaultError('VAULT_BUSY')
      pending += 1
      const result = tail.then(operation)
      tail = result.catch(() => undefined)
      try {
        return await result
      } finally {
        pending -= 1
      }
    },
  }
}
