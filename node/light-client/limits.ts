/** Every bound of the folder, its unit and its reason. */
export const lightClientLimits = {
  /** A proof as a file, characters: with 100 validators a change of epoch is 1.1 MB of hex, with four 45 KB. */
  maxProofChars: 64_000_000,
  /** Changes of validators in one proof: with an epoch of ten minutes a week has 1,008, were each to change some. */
  maxEpochSteps: 1_024,
  /** Validators of an epoch. */
  maxValidators: 1_000,
} as const
