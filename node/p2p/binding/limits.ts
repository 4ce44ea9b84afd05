/** Every bound of the binding of validators to connections, its unit and its reason. */
export const limits = {
  /** Bytes of a certificate: keys, signatures and five heads make 5,4xx; anything above is none. */
  maxCertificateBytes: 5_600,
  /** Bytes of what each side sends: a certificate and a proof of 3,309 bytes. */
  maxMessageBytes: 9_000,
  /** Bytes that wait unread: a message, an answer, and their lengths. */
  maxBufferBytes: 16_384,
  /** Milliseconds for both sides to prove themselves. Signing takes milliseconds in software and seconds in a slow token. */
  timeoutMs: 10_000,
  /** Milliseconds before a binding that proved nobody is run again on its connection; doubles each time, up to the second. */
  againAfterMs: 2_000,
  maxAgainAfterMs: 60_000,
  /** Milliseconds before the other side may run one again: whoever opens has its own pauses, and each costs a signature here. */
  takeAgainAfterMs: 1_000,
  /** Milliseconds between the two ends of a certificate's validity, at most: a stolen peer key serves no longer. */
  maxValidityMs: 30 * 24 * 3_600_000,
  /** Milliseconds that two clocks may differ: a certificate is taken this much before its time. */
  clockSkewMs: 300_000,
  /** Share of its validity that is left when a certificate should be made again, in parts of 1. */
  renewBelowShare: 1 / 3,
} as const
