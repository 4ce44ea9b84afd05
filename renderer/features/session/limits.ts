/** Every bound of keeping up with the node, its unit and its reason. */
export const limits = {
  /** Between two questions for the node's status in a page that is seen, ms: its figures move every second. */
  pollMs: 4_000,
  /** The same in a page that nobody sees: enough to notice a loss. */
  hiddenPollMs: 30_000,
  /** At most one status in this time, however many events come, ms. */
  refreshMs: 1_000,
  /** At most one sign of life to the vault in this time, ms; it locks after minutes. */
  keepOpenMs: 30_000,
  /** Before the shell's own events are asked for again, ms. */
  desktopRetryMs: 1_000,
} as const
