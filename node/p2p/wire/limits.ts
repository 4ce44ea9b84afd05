/** Every bound of the folder, its unit and its reason. */
export const wireLimits = {
  /** A message of any class: one full vertex, or an answer of as many small ones (consensus: maxMessageBytes). */
  maxMessageBytes: 2_400_000,
  /** A vote (poll, checkpoint signature) or a question for vertices: 200 references of 70 bytes make 14 kB. */
  maxSmallMessageBytes: 64_000,
  /** Content of one frame. What waits behind a frame on its way waits for this: 5 ms at 100 Mbit/s. */
  maxChunkBytes: 64_000,
  /** A frame's content with what it says of its message. */
  maxFramePayloadBytes: 64_016,
  /** A hello: a chain id, three numbers and their heads. */
  maxHelloBytes: 128,
  /** For the other side's hello, and for the proof of who it is, in ms: a few round trips round the world on a busy machine. */
  helloTimeoutMs: 10_000,
  /** For the negotiation of a stream, in ms. */
  openTimeoutMs: 10_000,
  /** Before a link that broke or could not be opened is tried again, in ms; doubles each time. */
  reopenMs: 500,
  maxReopenMs: 30_000,
  /** A link that lasted this long has not failed when it ends, in ms. */
  soundLinkMs: 60_000,
  /** Refused consensus streams to a peer before it is given a feed: better that than none. */
  maxRefusals: 3,
  /**
   * Before a feed between two that call themselves validators is tried to be made a consensus stream, in ms: until then they have
   * no votes of each other. What it costs, the pauses of the binding bound (node/p2p/binding/limits.ts).
   */
  upgradeIntervalMs: 5_000,
  /** Between two looks at links that stand still, in ms. */
  watchIntervalMs: 5_000,
  /** A peer that takes nothing of what waits for it this long, or does not end a message it began, is cut off, in ms. */
  stalledAfterMs: 30_000,
  /** Frames put into a stream in one turn of the event loop where the stream takes them all: 1 MB. */
  framesATurn: 16,
  /** What a stream may have under way, bytes: below what libp2p keeps for one that is not read, 4 MB, above which it resets it. */
  maxStreamWindowBytes: 2_097_152,
  /** Small frames that go together into one piece, bytes: fewer pieces to encrypt and to write. */
  coalescedBytes: 16_000,
  /** Peers whose budgets are remembered after they have left, so that coming back is no fresh start. */
  rememberedPeers: 1_024,
  /** A peer that exceeds its budget is told on at most so often, in ms. */
  reportIntervalMs: 1_000,
  /** Messages of gossip under validation at once, of all peers. */
  maxValidations: 256,
  /** Their bytes. */
  maxValidationBytes: 32_000_000,
  /** Before a validation that does not end is given up, in ms: what comes of it later is ignored. */
  validationTimeoutMs: 5_000,
  /** Ahead of what is gossiped: the second it is said in. */
  gossipStampBytes: 4,
  /** Bytes that wait in a gossip stream to a slow peer; above it the stream is reset. */
  maxGossipBufferBytes: 8_000_000,
  /**
   * gossipsub's own score at which it no longer hears a peer (its graylist). Only broken rules of gossip lower it so far: messages
   * promised and not sent, meshes joined against the word of those in it.
   */
  gossipGraylistScore: -80,
  /** Shortest message that is tried to compress, bytes: below it the frame costs as much as the gain. */
  minCompressedBytes: 4_096,
  /** Start of a message that is compressed to see whether it pays, bytes. */
  compressionSampleBytes: 16_384,
  /** Share of a message that compression has to save: signatures and keys save nothing, and decompression costs 3 ms a MB. */
  minCompressionGain: 0.15,
  /** A method's name, bytes. */
  maxMethodBytes: 64,
  /** An error code in an answer, bytes. */
  maxCodeBytes: 64,
  /** Questions to one peer that wait for their turn here: beyond it they fail at once. */
  maxWaitingQuestions: 256,
  /** Streams of questions that a peer may hold open at once, all methods together. */
  maxQuestionStreams: 64,
  /** Handshakes that streams on one connection outside the channel (WebRTC) may have: a second, and at once. One costs 10 ms of CPU. */
  innerHandshakesPerSecond: 10,
  innerHandshakesAtOnce: 20,
  /**
   * Longest that answers under way may be, all peers together, bytes: whoever asks and does not read keeps its answer here until
   * its time is over.
   */
  maxAnswerBytes: 268_435_456 as number,
  /** The same of one peer: all that an honest one has under way, twice. */
  maxPeerAnswerBytes: 67_108_864 as number,
  /** Methods that can be served. */
  maxMethods: 32,
} as const

/** Options of yamux that links need: a stream that rests for its peer's budget must not break by what is on its way. */
export const muxerOptions = { streamOptions: { maxStreamWindowSize: wireLimits.maxStreamWindowBytes } } as const
