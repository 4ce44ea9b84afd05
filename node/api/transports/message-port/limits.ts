/** Every bound of message ports, its unit and its reason. */
export const messagePortLimits = {
  /** Characters of a message: a backup in hex and its envelope. The port has copied it by then; what it stops is our part. */
  maxMessageCharacters: 12_500_000,
  /** Ports at once: windows of one desktop, with room. */
  maxPorts: 64,
  /** Calls of one port that have no answer yet, streams included. */
  maxOutstandingCalls: 64,
} as const
