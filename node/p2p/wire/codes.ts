/**
 * What a peer can do wrong on the wire. The codes are stable: they go to the peer directory, which scores and bans, and from
 * there to people.
 */
export type WireFault =
  /** Bytes that are no frame of this protocol: wrong version, unknown type or flags, or a length above the limit. */
  | 'LINK_FRAME_INVALID'
  /** The first frame was no hello, or a second one came. */
  | 'LINK_HELLO_INVALID'
  /** No hello in time. */
  | 'LINK_HELLO_TIMEOUT'
  /** It belongs to another chain. */
  | 'LINK_WRONG_CHAIN'
  /** A message longer than its class may be, a part of none, or one that ends elsewhere than it said. */
  | 'LINK_MESSAGE_INVALID'
  /** Compressed content that is damaged, unannounced, or longer than its class may be. */
  | 'LINK_COMPRESSION_INVALID'
  /** A class of messages that only a proven validator may send. */
  | 'LINK_CLASS_REFUSED'
  /** More bytes or messages a second than its budget. */
  | 'LINK_RATE_EXCEEDED'
  /** It did not take what waits for it, and its share of memory here is used up. */
  | 'LINK_TOO_SLOW'
  /** It took nothing for half a minute while something waited, or never ended a message. */
  | 'LINK_STALLED'
  /** Gossip that no honest peer passes on. */
  | 'GOSSIP_REJECTED'
  /** It broke the rules of gossip itself until gossipsub no longer heard it. */
  | 'GOSSIP_CONTROL'
  /** A question that is no frame, or longer than its method takes. */
  | 'REQUEST_INVALID'
  /** More questions than the quota of their method. */
  | 'REQUEST_QUOTA'
  /** It asked, and did not take the answer in its time. */
  | 'ANSWER_NOT_TAKEN'
  /** An answer that is no frame, or longer than its method allows. */
  | 'RESPONSE_INVALID'
