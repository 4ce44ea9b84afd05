/** Every bound of the secure channel, its unit and its reason. */
export const limits = {
  /** Bytes of one frame after its length of two bytes: the most a Noise message may have (Noise, revision 34, §3). */
  maxFrameBytes: 65_535,
  /** Bytes the tag of ChaCha20-Poly1305 adds to each frame (RFC 8439 §2.8). */
  tagBytes: 16,
  /** Bytes of a frame up to which WebAssembly seals faster than a call into node:crypto (3 µs against 60 for 20 bytes, busy machine). */
  maxWasmFrameBytes: 2_048,
  /**
   * Frames that one key seals before both sides derive the next (Noise §11.3): at most 4 GiB, far inside what the cipher
   * bears, and what is found in memory later opens no more than that of the past.
   */
  rekeyAfterFrames: 65_536,
  /** Frames a channel carries in one direction before it closes. 2^48 full ones are 18 exabytes: reached by a fault only. */
  maxFrames: 281_474_976_710_656,
  /**
   * Bytes that wait unread during a handshake: what the other side may send right behind its last message, up to a first
   * window of a stream (256 KiB), and no more for a stranger.
   */
  maxHandshakeBufferBytes: 524_288,
  /** Milliseconds from the first byte to the end of a handshake. libp2p has its own for dials and upgrades, which are longer. */
  handshakeTimeoutMs: 8_000,
  /** Decrypted bytes that wait while the reader is paused. The transport is paused with it, so this is what was under way. */
  maxReadBufferBytes: 4_194_304,
  /**
   * Bytes that wait to be sent while the transport is full: streams stop at their windows (256 KiB each at first), so that this
   * many means a peer that reads nothing, or a caller that heeds no back-pressure. The connection is cut.
   */
  maxWriteBufferBytes: 33_554_432,
  /** Peers remembered as hybrid. About 100 bytes each: 1 MB. */
  maxPins: 10_000,
} as const
