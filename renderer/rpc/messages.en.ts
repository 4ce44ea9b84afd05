/** Errors by code: what happened and what it means for the money, and as `.hint` what to do. */
export const messages = {
  'errors.UNKNOWN': 'Something went wrong that this version has no words for ({code}).',
} as const
