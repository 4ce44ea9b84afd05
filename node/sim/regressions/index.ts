/**
 * Runs that failed once, made small, and what was wrong. Each is a test for good. A new one: `qudag sim run … --minimise`
 * prints the entry.
 */
import { type SimOptions, simOptions } from '../options.ts'

export interface Regression {
  readonly name: string
  /** What was wrong when it failed. */
  readonly was: string
  readonly options: SimOptions
}

export const regressions: readonly Regression[] = [
  {
    name: 'junk of low rounds does not push out what others have named',
    was:
      'An author’s share of waiting vertices was full of junk whose parents never come; a vertex of its that honest ' +
      'vertices named was the highest and dropped each time it came, before its own parent was asked for.',
    options: simOptions({ seed: 1, nodes: 4, byzantine: 1, adversaries: ['future'], seconds: 20 }),
  },
  {
    name: 'a copy with another signature keeps no transaction out',
    was: 'A committed copy whose signature is bad counted as the transaction, which its proposer then never brought in again.',
    options: simOptions({
      seed: 6,
      nodes: 7,
      byzantine: 2,
      adversaries: ['mixed'],
      seconds: 20,
      randomCrashes: { meanIntervalMs: 8_000, maxKills: null, onlyAfterSending: false },
    }),
  },
  {
    name: 'vertices that nobody names keep no transaction out',
    was:
      'A transaction counted as on its way once any stored vertex carried it. Proven equivocators, whose vertices are not ' +
      'named, put it into new ones for ever, and its own validator never proposed it.',
    options: simOptions({
      seed: 813,
      nodes: 20,
      byzantine: 6,
      adversaries: ['equivocate'],
      seconds: 3,
      partitions: [
        { startMs: 600, durationMs: 900, groups: [10], isOneWay: false },
        { startMs: 2_100, durationMs: 600, groups: [7], isOneWay: true },
      ],
    }),
  },
  {
    name: 'a lost signature does not hold up an epoch’s end for ever',
    was:
      'Signatures of checkpoints were said again only by a validator that had made no vertex for a second. While an epoch ' +
      'waits for its closing certificate, vertices go on, so that one which was lost never came.',
    options: simOptions({
      seed: 64,
      nodes: 4,
      byzantine: 1,
      adversaries: ['omit'],
      seconds: 18,
      drop: 0.03,
      maxSkewMs: 300,
      randomCrashes: { meanIntervalMs: 10_000, maxKills: null, onlyAfterSending: false },
      epochMs: 8_000,
    }),
  },
]
