/** Every bound of the signature verifier and the signer, its unit and its reason. */
export const limits = {
  /** Jobs a message to a worker carries at most: beyond this the cost of a message no longer shows (0.1 s of work). */
  maxJobsPerBatch: 500,
  /** Bytes a message to a worker carries, give or take one job: 500 transactions of the usual size are 2.8 MB. */
  maxBatchBytes: 4_194_304,
  /** Batches a worker has at a time: one being checked, one waiting, so that it never idles for the other thread. */
  maxBatchesInFlight: 2,
  /** Jobs admitted and not yet answered, over all workers: about a second of work for one core. */
  maxPendingJobs: 10_000,
  /** Bytes of the same: 10,000 usual jobs are 56 MB. */
  maxPendingBytes: 67_108_864,
  /** Bytes of one signed message. Twice the largest frame; anything above is no message of ours. */
  maxMessageBytes: 4_194_304,
  /** Prepared public keys a worker keeps, the least recently used going first; 2 to 8 KB each, 16 MB in all at most. */
  maxPreparedKeys: 2_048,
  /**
   * Bytes a thread spends on public keys that the WebAssembly verifier has expanded, taken as keys come: 2,271 of
   * ML-DSA-65 (36,928 each), so that each of the prepared keys above stays expanded; 4,083 of ML-DSA-44, 1,278 of ML-DSA-87.
   */
  maxExpandedKeyBytes: 83_886_080,
  /**
   * Attempts at one signature in WebAssembly (FIPS 204 appendix C): with chance less than 2^-256 more are needed, 4 to 5
   * being usual. A signer that reaches this has a fault.
   */
  maxSigningAttempts: 814,
  /** Milliseconds for one batch: over ten times what the slowest backend needs for 500 of the largest suite, twice. */
  batchTimeoutMs: 60_000,
  /** Times a batch is given to a worker: a crash may have had another cause, a second one had not. */
  maxAttempts: 2,
  /** Worker threads at most: beyond this the thread that packs the jobs is the limit. */
  maxWorkers: 16,
} as const
