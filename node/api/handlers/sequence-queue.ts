/** Ascending numbers, added at the end and taken from the front: what was sent and is not acknowledged. */

export interface SequenceQueue {
  readonly size: number
  push(sequence: number): void
  dropUpTo(sequence: number): void
}

export function createSequenceQueue(): SequenceQueue {
  let sequences: number[] = []
  let head = 0
  return {
    get size() {
      return sequences.length - head
    },
    push(sequence) {
      sequences.push(sequence)
    },
    dropUpTo(sequence) {
      while (head < sequences.length && (sequences[head] as number) <= sequence) head += 1
      if (head * 2 < sequences.length) return
      sequences = sequences.slice(head)
      head = 0
    },
  }
}
