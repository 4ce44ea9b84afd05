/** For those who measure what messages cost: hears of the work that is done on account of each kind. */
export interface MessageMeter {
  /**
   * Calls `work` at once and gives back what it gives back; what it began may go on after that.
   *
   * @param kind as the counters of the wire call it
   */
  around<T>(kind: string, work: () => T): T
}

export const unmetered: MessageMeter = { around: (_, work) => work() }
