/** Every bound of the folder, its unit and its reason. */
export const peerLimits = {
  /** Score at which a peer is banned. Points of misconduct: misconduct.ts. */
  banScore: -100,
  /** Best score: a good past forgives less than one grave offence. */
  maxScore: 20,
  /** What an hour of connection without misconduct is worth: two hours make up for one small offence. */
  goodHourPoints: 5,
  /** Half of a score, good or bad, is forgotten in this time. A peer that errs once a day never adds up to a ban. */
  scoreHalfLifeMs: 3_600_000,
  /** Scores below this size are as good as none and are dropped from the record. */
  forgottenScore: 0.5,
  /** Peers whose score is remembered; beyond it the one nearest to 0 goes. */
  maxScores: 2_000,
  /** First ban for misconduct. Each further one within `offenceMemoryMs` is `banGrowth` times as long. */
  firstBanMs: 3_600_000,
  banGrowth: 4,
  /** Longest ban that no person has decided: what misbehaves for a week may have been repaired. */
  longestBanMs: 604_800_000,
  /** How long an offence counts towards the length of the next ban. */
  offenceMemoryMs: 2_592_000_000,
  /** Bans in force, by hand and by score; beyond it the one that ends first goes. */
  maxBans: 5_000,
  /** Different peer ids of one public address that were banned within `addressMemoryMs` until the address itself is. */
  bannedIdsUntilAddressBan: 3,
  addressMemoryMs: 86_400_000,
  /** Short: behind one address there may be a household, a company or a whole mobile network. */
  addressBanMs: 3_600_000,
  /** Addresses of which banned ids, or a ban, are remembered. */
  maxAddresses: 1_000,
  /** Handshakes of strangers at a time, whatever address they come from. One costs 2.5 ms of CPU, and 8 seconds where it stands still. */
  maxPendingHandshakes: 64,
  /** The same of one address: a household, or a company that comes back after a cut. */
  maxPendingPerAddress: 16,
  /** Connections of one peer: one, two where both have called in the same moment, and as many on another way. */
  maxConnectionsPerPeer: 4,
  /** Connections of one public address: the nodes of a household or a small company. */
  maxConnectionsPerAddress: 16,
  /** Places at a relay that nodes behind one public address may hold, and behind a private one, behind which may be a router that hides who calls; of 64. */
  maxReservationsPerAddress: 4,
  maxReservationsPerPrivateAddress: 32,
  /** Share of all connections that only peers come in by that this node knows by name: validators, and those that a person has named. */
  keptShare: 0.25,
  /** Peers that have proven to be validators and are known by name for it, after they have left. */
  maxKept: 256,
  /** Addresses that were added by hand, and are dialled at every start. */
  maxAddedAddresses: 64,
  /** Characters of an address that somebody types. One by way of a relay over WebRTC has 250. */
  maxAddressLength: 512,
  /** Peers of which it is remembered that they came with the post-quantum handshake. */
  maxPins: 4_096,
  /** Validators of which the peer id is remembered: those of a few committees. */
  maxValidators: 400,
  /** For how long after they were met last: a certificate is valid for 30 days. */
  validatorMemoryMs: 2_592_000_000,
  /** The file of all this: some 5,000 bans of 500 bytes, 2,000 scores and 4,000 pins of 100. */
  maxBookBytes: 8_388_608,
  /** What is new in that file waits this long for more. A ban is written at once. */
  bookDelayMs: 5_000,
  /** Characters of an agent's text that are kept of a stranger. */
  maxAgentLength: 96,
  /** Listeners of changes. */
  maxListeners: 64,
  /** Changes are handed out this often at most, each peer once. */
  changeIntervalMs: 250,
  /** Changes that wait for that; beyond it the oldest go, as every view can be read anew. */
  maxWaitingChanges: 1_000,
  /** How often traffic rates and latencies are looked at. */
  sampleIntervalMs: 2_000,
  /** Rates are means over this many samples: 10 s. */
  rateSamples: 5,
  /** Dial of an address that a person has added. Includes a relay's help and the handshakes. */
  addTimeoutMs: 15_000,
  /** Attempts within that time, and the pause between them. */
  addAttempts: 3,
  addPauseMs: 700,
  /** Between looks at whether such a peer is there. */
  lookIntervalMs: 50,
  /** A cap below this could not carry consensus, and would drop connections for their silence. */
  leastCapBytesPerSecond: 16_384,
  /** What one connection sends at a time where a cap makes them take turns: a frame of the multiplexer. */
  sentPieceBytes: 65_536,
  /** What may be sent or taken at once after a pause, in seconds of the cap: a whole round's messages. */
  burstSeconds: 1,
} as const
