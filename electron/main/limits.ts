/** Every bound of the shell, its unit and its reason. */
export const shellLimits = {
  /** Characters of a desktop port's message: a file of 64 MB in hex and its envelope (contract: maxSavedFileBytes). */
  maxDesktopMessageCharacters: 130_000_000,
  /** Characters of a message that is passed on: as the node takes them (transports/message-port/limits.ts). */
  maxRelayedMessageCharacters: 12_500_000,
  /** Messages kept while the socket to an attached node opens: what a page asks for at its start, several times over. */
  maxHeldMessages: 64,
  /** Commands and links that wait for a page to take them; the oldest goes first. */
  maxWaitingEvents: 32,
  /** Windows for hardware keys that wait for their turn: a person types one PIN at a time. */
  maxWaitingWindows: 8,
  /** Between two looks at a node that starts in another process, ms. */
  attachPollMs: 250,
  /** How long a node in another process may take to answer before we say so, ms: recovery of a large ledger. */
  attachTimeoutMs: 30_000,
  /** Between the loss of an attached node and the next try, ms: it may have been restarted. */
  reattachDelayMs: 500,
  /** Losses of attached nodes in a row, each within a minute of the one before, until we stop trying by ourselves. */
  maxLossesInARow: 5,
  /** What counts as in a row, ms. */
  lossMemoryMs: 60_000,
  /** How long the end of the program waits for its node, ms. The node survives being cut off; the person waits no longer. */
  stopTimeoutMs: 20_000,
  /** A settings file longer than this is none of ours, bytes. */
  maxSettingsBytes: 65_536,
  /** Size at which a log is moved aside, bytes; one older is kept. */
  maxLogBytes: 1_000_000,
  /** Between two looks at how long nobody has touched the machine, ms. */
  idlePollMs: 15_000,
  /** What notifications of a kind are gathered over, ms: a busy account would otherwise fill the screen. */
  notificationWindowMs: 5_000,
  /** Between two looks for a new version, ms. */
  updateIntervalMs: 6 * 3_600_000,
  /** A page that crashed is loaded again by itself, but not if it crashed within this time before, ms. */
  reloadAfterCrashMs: 30_000,
  /** Between two writes of where the window is, ms, while somebody drags it. */
  windowStateDelayMs: 500,
} as const
