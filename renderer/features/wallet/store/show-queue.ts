/** Single transactions that are wanted, a few at a time: each once, however often it is wanted meanwhile. */

export interface ShowQueue {
  want(txIds: Iterable<string>): void
  clear(): void
}

/** @param show asks for one and takes it in; where it fails, the transaction stays away until it is wanted again */
export function createShowQueue(show: (txId: string) => Promise<unknown>, maxParallel: number): ShowQueue {
  const wanted = new Set<string>()
  let underWay = 0
  const next = (): void => {
    for (const txId of wanted) {
      if (underWay >= maxParallel) return
      wanted.delete(txId)
      underWay += 1
      void show(txId)
        .catch(() => undefined)
        .then(() => {
          underWay -= 1
          next()
        })
    }
  }
  return {
    want(txIds) {
      for (const txId of txIds) wanted.add(txId)
      next()
    },
    clear: () => wanted.clear(),
  }
}
