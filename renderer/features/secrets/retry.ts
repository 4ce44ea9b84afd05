/** The wait after wrong passwords: from when to when, and how much is left. */

/**
 * When the next attempt is allowed, ms since the epoch; null when at once. A refusal tells it as a length from now
 * (`retryAfterMs` of VAULT_WRONG_PASSWORD and VAULT_RETRY_LATER), the vault's status as a time of the node's clock.
 */
export function retryAtOf(
  failure: { readonly details: Readonly<Record<string, string | number | boolean>> },
  nowMs: number,
): number | null {
  const after = failure.details.retryAfterMs
  return typeof after === 'number' && Number.isFinite(after) && after > 0 ? nowMs + after : null
}

/** Whole seconds that are left, rounded up so that 0 means "now". */
export function secondsLeft(retryAtMs: number | null, nowMs: number): number {
  return retryAtMs === null ? 0 : Math.max(0, Math.ceil((retryAtMs - nowMs) / 1_000))
}
