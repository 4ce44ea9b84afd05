/** Every bound of the settings, its unit and its reason. */
export const limits = {
  /** Bytes of a file of labels: 20,000 lines of 128 characters and an address are 5 MB; twice that for other programs' fields. */
  maxLabelFileBytes: 10_000_000,
  /** Characters of one of its lines: an entry of ours has 250. */
  maxLabelLineCharacters: 4_096,
  /** Faulty lines that are named: who has more has the wrong file. */
  maxNamedFaults: 20,
} as const
