/** Every bound of the folder, its unit and its reason. */
export const limits = {
  /** A configuration holds a dozen short values; anything longer is the wrong file. */
  maxFileBytes: 65_536,
  /** Longest path that Linux takes (PATH_MAX); other platforms take less and say so when it is opened. */
  maxPathLength: 4_096,
  /** What an error quotes of a value that it refuses. */
  maxQuotedLength: 80,
  /** An unknown name further than this from every known one (edits) is no typing mistake, so nothing is suggested. */
  maxSuggestionDistance: 3,
} as const
