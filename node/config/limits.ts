/** Every bound of the folder, its unit and its reason. */
export const limits = {
  /** A configuration holds a dozen short values; anything longer is the wrong file. */
  maxFileBytes: 65_536,
  /** Longest path that Linux takes (PATH_MAX); other platforms take less and say so when it is opened. */
  maxPathLength: 4_096,
  /** Characters of an address of a peer. One by way of a relay over WebRTC, with two peer ids and a name, has 250. */
  maxAddressLength: 512,
  /** Items of a list: a node listens on a handful of addresses and needs a few to find the others. */
  maxListItems: 32,
  /** What an error quotes of a value that it refuses. */
  maxQuotedLength: 80,
  /** An unknown name further than this from every known one (edits) is no typing mistake, so nothing is suggested. */
  maxSuggestionDistance: 3,
} as const
