/** Every bound of the secret forms, its unit and its reason. */
export const limits = {
  /** Words of a recovery phrase: 256 bits of entropy (BIP-39, "Generating the mnemonic"). */
  phraseWords: 24,
  /** Letters after which a word of the list is the only one: BIP-39, "Wordlist". */
  decidingLetters: 4,
  /** Letters of the longest word of the list. */
  maxWordLetters: 8,
  /** Suggestions under a word: what is read at a glance. */
  maxSuggestions: 5,
  /** Words that are asked for after they were written down: guessing four of 2,048 each is hopeless, typing them is not. */
  confirmedWords: 4,
  /** Characters of pasted text that are looked at: 24 words with numbers, punctuation and lines are 500. */
  maxPastedCharacters: 4_096,
  /** Characters of a new password. The vault has the last word: PASSWORD_TOO_SHORT says its own. */
  minPasswordCharacters: 8,
  /** Characters of a password that are rated: beyond, it is strong, and rating takes longer than a key stroke. */
  maxRatedCharacters: 128,
  /** Quiet time in ms after a key stroke before a password is rated. */
  ratingDelayMs: 120,
  /** Accounts that a restore derives at most at once: the vault holds 256. */
  maxRestoredAccounts: 256,
} as const
