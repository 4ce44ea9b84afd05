/** Every bound of the folder, its unit and its reason. */
export const hostLimits = {
  /** Connections in all where the configuration says nothing: gossip's meshes and the DHT take some 40 of them. */
  defaultMaxPeers: 100,
  /** Connections that this node looks for by itself; more come from outside. */
  targetPeers: 12,
  /** Of all places this share may be taken by anybody; beyond it connections are closed that nobody needs, so that newcomers find a place. */
  comfortableShare: 0.5,
  /** How often that is looked at, in ms. */
  placesIntervalMs: 5_000,
  /** A newcomer is not sent away before it has had the time to find others, in ms. */
  settlingMs: 20_000,
  /** Connections that stay for being the oldest: who floods a node with connections must not drive out all that it knew. */
  oldestKept: 8,
  /** How often those that it was told of at first are called though there are enough others: these may all be one attacker's; in ms. */
  bootstrapIntervalMs: 600_000,
  /** Handshakes at a time, for libp2p, which refuses what is more: the gate (node/p2p/peers) has dropped older ones by then. */
  maxPendingInbound: 128,
  /** Connections a second from one address. A home or a company comes with a few; all nodes of a test network share one. */
  inboundPerSecond: 5,
  inboundPerSecondOnThisMachine: 250,
  maxParallelDials: 16,
  maxDialQueue: 200,
  /** Addresses of one peer that are tried. */
  maxAddressesToDial: 12,
  /** Name look-up, connection and handshakes of one peer, at all its addresses. */
  dialTimeoutMs: 12_000,
  /** From an accepted socket to a peer that is known. */
  inboundUpgradeTimeoutMs: 10_000,
  negotiationTimeoutMs: 10_000,
  /** Streams of all protocols at a time on one connection; each protocol has its own, lower limit. */
  maxStreamsPerConnection: 256,
  /** Streams that a peer may open before its connection is ready for them. */
  maxEarlyStreams: 10,
  /** Bytes that a stream may send ahead of its reader: 10 MB/s at 100 ms. Less than what a paused stream may hold (4 MiB). */
  maxStreamWindowBytes: 1_048_576,
  /** What a stream may have waiting to be sent: a full vertex and some. Beyond it the stream is cut. */
  maxStreamWriteBufferBytes: 8_388_608,
  /** A gossip message: a full vertex (2 MB) with what surrounds it. */
  maxGossipBytes: 2_400_000,
  /** Gossip waiting for one peer; one that lets it fill up misses messages, and asks for them later. */
  maxGossipQueueBytes: 16_777_216,
  /** What one peer may send in its stream of gossip, copies of what is known and control messages included: bytes a second, and at once. */
  gossipBytesPerSecond: 30_000_000,
  burstGossipBytes: 60_000_000,
  /** A peer that opens too many streams, or sends too much in them, is told on at most so often, in ms. */
  excessReportMs: 1_000,
  /** Peers times kinds of streams whose shares are remembered after they have left. */
  maxStreamShares: 4_096,
  /** Until a socket has to have said that it speaks HTTP, and a request has to be whole, where WebSocket listens; in ms. */
  httpTimeoutMs: 10_000,
  /** How often that is looked at, in ms. */
  httpCheckMs: 2_000,
  /** Topics that one peer may name: there are two. */
  maxTopicBytesPerPeer: 32_768,
  /** Identify: a dozen addresses and protocols, and a signed record. */
  maxIdentifyBytes: 16_384,
  identifyTimeoutMs: 10_000,
  /** Observed addresses that peers may make us believe in. */
  maxObservedAddresses: 10,
  /** A peer that has not shown within this time that it is of our network is let go. */
  strangerTimeoutMs: 15_000,
  /** How soon a connection that is dead is seen to be, and its peer called again. */
  pace: {
    /**
     * Of nodes at home: a capped or busy one answers late. A sign of life is asked for at this interval, which also takes the
     * latency, and missing for the shortest time given here it means that the connection is dead; then that peer is left alone after
     * a failed call, twice as long each time, up to the last figure where it was named to us. All in ms.
     */
    usual: {
      pingIntervalMs: 15_000,
      pingTimeoutMs: 20_000,
      addressDialTimeoutMs: 6_000,
      firstBackoffMs: 5_000,
      longestNamedBackoffMs: 30_000,
    },
    /**
     * Of validators: rounds wait for their votes. After a cut of any length TCP alone would take as long again to notice that
     * it is over; a call within these bounds gets through some three seconds after it.
     */
    validators: {
      pingIntervalMs: 4_000,
      pingTimeoutMs: 6_000,
      addressDialTimeoutMs: 3_000,
      firstBackoffMs: 500,
      longestNamedBackoffMs: 1_000,
    },
  },
  /**
   * Peers in a bucket of the DHT, and asked at a time (Kademlia's k and α). A walk connects with k peers and those on the way to them;
   * BitTorrent's DHT of millions has eight, too (BEP 5). Measured with `bench network`: docs/benchmarks.md.
   */
  dhtBucketSize: 8,
  dhtAlpha: 3,
  dhtQueryTimeoutMs: 10_000,
  /** Walks through the DHT in search of relays and of peers that dial back: so many at once, then one in this time (ms). */
  walksAtOnce: 5,
  walkIntervalMs: 10_000,
  /** Before the network is asked again where a peer is that has to be reached and was called in vain, in ms. */
  locateIntervalMs: 10_000,
  /** Where new peers are looked for when there are too few: how often at first, and at most. */
  connectIntervalMs: 2_000,
  longestConnectIntervalMs: 60_000,
  /** The same where somebody new has just been heard of. */
  soonMs: 200,
  /** Peers dialled in one look. */
  dialsPerLook: 4,
  /** The longest that a peer known by hearsay is left alone after failed dials. */
  longestBackoffMs: 600_000,
  /** Weight of a peer that was named, where connections have to go; others have 0 to 50. */
  namedPeerValue: 100,
  /** Peers whose failed dials are remembered. */
  maxBackoffs: 1_000,
  /** Entries of the peer store, and their bytes in memory and on disk; beyond it the oldest go. */
  maxStoreEntries: 10_000,
  maxStoreBytes: 8_388_608,
  /** Bytes of one key and of one value there. */
  maxStoreKeyBytes: 1_024,
  maxStoreValueBytes: 65_536,
  /** What is new in the peer store waits this long for more: it costs one write of the file. */
  storeDelayMs: 30_000,
  /** The peer key's file: some 200 bytes of JSON. */
  maxKeyFileBytes: 4_096,
  /** Until the node goes on without a clean end of its connections. */
  stopTimeoutMs: 5_000,
  /** Reservations at a relay: this many peers behind it, each with one relayed connection after another. */
  maxReservations: 64,
  /** A relayed connection serves to find a direct one; what cannot find it, gets this much every time. */
  relayedBytes: 134_217_728n,
  relayedDurationMs: 7_200_000,
  /** A connection that came in from outside proves for this long that others reach us; routers forget, people move. */
  inboundProofMs: 1_800_000,
  /** What changes of reachability without an event, such as a proof that is too old, is seen this late at most. */
  reachabilityIntervalMs: 10_000,
  /** A question of STUN: a header and a few attributes that are not looked at (RFC 8489 §6.1: 576 bytes at most without a path's size). */
  maxStunBytes: 576,
  /** Answers of STUN in a second, to all together. */
  stunAnswersPerSecond: 100,
  /** Servers of STUN that are asked at once. */
  maxStunServers: 4,
  /** Relays that a node behind a router holds a reservation at. */
  relaysWanted: 2,
} as const
