/** Every bound of the vertex graph on the screen, its unit and its reason. */
export const graphLimits = {
  /** Vertices kept: as many as are drawn in a few milliseconds, and as the node tells in one answer. */
  maxVertices: 2_000,
  /** Rounds kept: as many as the node keeps. */
  maxRounds: 200,
  /** Between two snapshots that are asked for because events left something out, ms. */
  refreshMs: 2_000,
  /** Transactions of a vertex that are listed: those of a full one are 500. */
  maxListedTransactions: 50,
  /** Names of other vertices that are listed at first. */
  maxListedParents: 8,
  /** Height of the canvas, CSS pixels. */
  height: 380,
  /** Smallest and largest magnification: 200 rounds of dots, and a dozen with their numbers. */
  minScale: 0.12,
  maxScale: 2.5,
  /** One step of the keys and buttons. */
  zoomStep: 1.25,
  /** How long the view takes to come to where it should be, ms; at once for who wants no motion. */
  glideMs: 150,
} as const
