/**
 * The matrix of a long campaign: sizes, stakes, adversaries alone and together, and networks from good to hostile. A case is
 * a function of its number, so that a campaign can be cut anywhere and gone on with, and any case run again by itself.
 */
import { createChance } from './chance.ts'
import { type AdversaryName, type SimOptions, simOptions } from './options.ts'

export interface CampaignCase {
  readonly index: number
  /** `7/2 unequal equivocate,omit crashes`: what the summary counts by. */
  readonly network: string
  readonly stakes: 'equal' | 'unequal'
  readonly adversary: string
  readonly environment: string
  readonly options: SimOptions
}

interface Size {
  readonly nodes: number
  readonly byzantine: number
  /** Less for larger networks, whose events grow with the square. */
  readonly seconds: number
}

const sizes: readonly Size[] = [
  { nodes: 1, byzantine: 0, seconds: 20 },
  { nodes: 4, byzantine: 1, seconds: 20 },
  { nodes: 7, byzantine: 2, seconds: 12 },
  { nodes: 10, byzantine: 3, seconds: 6 },
  { nodes: 20, byzantine: 6, seconds: 3 },
]

const adversaries: readonly (readonly AdversaryName[])[] = [
  [],
  ['silent'],
  ['slow'],
  ['equivocate'],
  ['withhold'],
  ['omit'],
  ['split'],
  ['lie', 'split'],
  ['amnesia'],
  ['flood'],
  ['future'],
  ['mixed'],
  ['equivocate', 'omit'],
  ['equivocate', 'withhold', 'split'],
  ['slow', 'omit', 'lie', 'split'],
  ['withhold', 'future', 'flood'],
]

const environments: Readonly<Record<string, (size: Size) => Partial<SimOptions>>> = {
  good: () => ({}),
  lossy: () => ({ drop: 0.05, duplicate: 0.05, maxSkewMs: 200 }),
  late: () => ({ late: 0.05, maxLateMs: 2_000, maxSkewMs: 400 }),
  crashes: () => ({ randomCrashes: { meanIntervalMs: 8_000, maxKills: null, onlyAfterSending: false } }),
  parted: ({ nodes, seconds }) => ({
    partitions: [
      { startMs: 200 * seconds, durationMs: 300 * seconds, groups: [Math.ceil(nodes / 2)], isOneWay: false },
      { startMs: 700 * seconds, durationMs: 200 * seconds, groups: [Math.ceil(nodes / 3)], isOneWay: true },
    ],
  }),
  epochs: ({ seconds }) => ({ epochMs: Math.max(2_000, 250 * seconds) }),
  oracle: () => ({ preference: 'adversarial' }),
  rough: ({ seconds }) => ({
    drop: 0.03,
    late: 0.03,
    maxLateMs: 1_000,
    maxSkewMs: 300,
    epochMs: Math.max(3_000, 400 * seconds),
    randomCrashes: { meanIntervalMs: 10_000, maxKills: null, onlyAfterSending: false },
    preference: 'random',
  }),
}

/** Cases of one round of the matrix: another round has other seeds. */
export const casesOfRound: readonly Omit<CampaignCase, 'index' | 'options'>[] = sizes.flatMap((size) =>
  (['equal', 'unequal'] as const).flatMap((stakes) =>
    adversaries.flatMap((names) =>
      Object.keys(environments).flatMap((environment) => {
        const needsByzantine = names.some((name) => name !== 'split')
        if (size.byzantine === 0 && (needsByzantine || stakes === 'unequal')) return []
        const adversary = names.length === 0 ? 'none' : names.join()
        return [{ network: `${size.nodes}/${size.byzantine}`, stakes, adversary, environment }]
      }),
    ),
  ),
)

export function campaignCase(index: number): CampaignCase {
  const place = casesOfRound[index % casesOfRound.length] as (typeof casesOfRound)[number]
  const { network, stakes, adversary, environment } = place
  const size = sizes.find(({ nodes, byzantine }) => network === `${nodes}/${byzantine}`) as Size
  const names = (adversary === 'none' ? [] : adversary.split(',')) as AdversaryName[]
  const seed = index + 1
  const isFaultless = names.length === 0 || (names.length === 1 && names[0] === 'split')
  const byzantine = isFaultless ? 0 : size.byzantine
  return {
    ...place,
    index,
    options: simOptions({
      seed,
      nodes: size.nodes,
      byzantine,
      adversaries: names,
      seconds: size.seconds,
      stakes: stakes === 'equal' ? null : unequalStakes(seed, size.nodes, byzantine),
      ...environments[environment]?.(size),
    }),
  }
}

/** From 1 to 10 a validator, the Byzantine ones below a third of all. */
function unequalStakes(seed: number, nodes: number, byzantine: number): number[] {
  const chance = createChance(seed, 'stakes')
  const stakes = Array.from({ length: nodes }, () => chance.between(1, 10))
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  while (3 * sum(stakes.slice(nodes - byzantine)) >= sum(stakes)) {
    const honest = chance.below(nodes - byzantine)
    stakes[honest] = (stakes[honest] as number) + 1
  }
  return stakes
}
