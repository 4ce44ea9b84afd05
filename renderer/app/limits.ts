/** Every bound of the shell, its unit and its reason. */
export const limits = {
  /** Results that the palette lists: what fits its height, and what somebody reads before typing on. */
  maxPaletteResults: 50,
  /** Characters of a search in the palette. */
  maxPaletteQueryCharacters: 80,
  /** How often times that count down are written anew, ms. */
  clockMs: 10_000,
  /** Before a loss is said aloud, ms: a reconnect within a second is nobody's business. */
  lossNoticeMs: 1_500,
  /** Before a start counts as long, ms. */
  longStartMs: 6_000,
} as const
