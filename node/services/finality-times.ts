/** Time from admission to Finalized of the last transactions admitted here. */
export interface FinalityTimes {
  add(ms: number): void
  percentiles(): { readonly p50: number; readonly p95: number } | null
}

/** @param capacity samples kept */
export function createFinalityTimes(capacity: number): FinalityTimes {
  const samples: number[] = []
  let next = 0
  return {
    add(ms) {
      samples[next] = ms
      next = (next + 1) % capacity
    },
    percentiles() {
      if (samples.length === 0) return null
      const sorted = [...samples].sort((a, b) => a - b)
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
      return { p50: at(0.5), p95: at(0.95) }
    },
  }
}
