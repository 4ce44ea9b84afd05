/** Lists cut into parts that a message can carry. */

/**
 * The items in their order, in parts of at most so many and so many bytes. An item that is too long by itself makes a part of
 * its own: what may not be sent at all is the caller's to refuse.
 */
export function batchesOf<T>(
  items: Iterable<T>,
  limits: { readonly maxItems: number; readonly maxBytes: number; readonly bytesOf: (item: T) => number },
): T[][] {
  const batches: T[][] = []
  let batch: T[] = []
  let bytes = 0
  for (const item of items) {
    const size = limits.bytesOf(item)
    if (batch.length > 0 && (batch.length >= limits.maxItems || bytes + size > limits.maxBytes)) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(item)
    bytes += size
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
