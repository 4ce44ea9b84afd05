/** The options of a simulated network as they are typed: durations, partitions, crashes. */
import { type Command, Option } from 'commander'
import {
  type AdversaryName,
  adversaryNames,
  type ControlName,
  controlNames,
  controlOptions,
  maxNodes,
  optionsProblem,
  type Partition,
  type PlannedCrash,
  type RandomCrashes,
  type SimOptions,
  simOptions,
} from '../../sim/index.ts'
import { usageError } from '../errors.ts'
import type { Options } from './action.ts'
import { share, wholeNumber } from './numbers.ts'

const maxSeconds = 86_400

export function addNetworkOptions(command: Command): Command {
  return command
    .option('--nodes <n>', 'validators (default: 4)', wholeNumber('--nodes', 1, maxNodes))
    .option('--byzantine <n>', 'of these, Byzantine ones (default: 0)', wholeNumber('--byzantine', 0, maxNodes - 1))
    .option(
      '--seats <n>',
      'seats of a committee drawn by stake (default: everybody votes)',
      wholeNumber('--seats', 1, maxNodes),
    )
    .option('--adversary <names>', `what they do, joined by commas: ${adversaryNames.join(', ')}`, adversaries)
    .option('--stakes <list>', 'stake of each validator, joined by commas; the last are Byzantine', stakes)
    .option('--seed <n>', 'the same seed gives the same run', wholeNumber('--seed', 0, 0xffff_ffff), 1)
    .option('--seconds <n>', 'virtual seconds under load, such as 30 or 0.4 (default: 60)', seconds)
    .option('--load <n>', 'transactions a second (default: 10)', wholeNumber('--load', 0, 1_000))
    .option('--delay <ms-ms>', 'time a message takes (default: 50-100)', delay)
    .option('--drop <share>', 'messages lost', share('--drop'))
    .option('--duplicate <share>', 'messages that arrive twice', share('--duplicate'))
    .option('--late <share:ms>', 'messages that take longer, and up to how much: 0.05:2000', late)
    .option('--skew <ms>', 'clocks are off by up to this', wholeNumber('--skew', 0, 600_000))
    .option(
      '--partition <spec>',
      'start:sizes:duration, such as 10s:2/2:5s; :oneway at the end; repeatable',
      partitions,
    )
    .option('--crash <spec>', 'at:validator:down, such as 8s:1:2s; or random; repeatable', crashes)
    .option(
      '--join <spec>',
      'at, such as 20s: the last honest validator starts empty then, from a snapshot; at:validator for another; repeatable',
      joins,
    )
    .option('--epoch <duration>', 'ledger time of an epoch (default: 600s)', duration)
    .addOption(
      new Option('--preference <source>', 'where the preference of snow comes from').choices([
        'polls',
        'random',
        'adversarial',
      ]),
    )
    .addOption(new Option('--break <rule>', 'take a rule away and stage what it prevents').choices(controlNames))
    .option('--real-signatures', 'ML-DSA and encoded messages in place of stand-ins; slow')
    .option('--execute-all', 'every validator executes for itself')
}

/** @throws CliError USAGE */
export function networkOptions(options: Options): SimOptions {
  const crash = options.crash as ReturnType<typeof crashes> | undefined
  const range = options.delay as { min: number; max: number } | undefined
  const lateness = options.late as { share: number; ms: number } | undefined
  const given: { [K in keyof SimOptions]?: SimOptions[K] | undefined } = {
    seed: options.seed as number,
    nodes: options.nodes as number | undefined,
    byzantine: options.byzantine as number | undefined,
    adversaries: options.adversary as readonly AdversaryName[] | undefined,
    stakes: options.stakes as readonly number[] | undefined,
    seats: options.seats as number | undefined,
    seconds: options.seconds as number | undefined,
    load: options.load as number | undefined,
    minDelayMs: range?.min,
    maxDelayMs: range?.max,
    drop: options.drop as number | undefined,
    duplicate: options.duplicate as number | undefined,
    late: lateness?.share,
    maxLateMs: lateness?.ms,
    maxSkewMs: options.skew as number | undefined,
    partitions: options.partition as readonly Partition[] | undefined,
    crashes: crash?.planned,
    randomCrashes: crash?.random ?? undefined,
    joins: joinsOf(options),
    epochMs: options.epoch as number | undefined,
    preference: options.preference as SimOptions['preference'] | undefined,
    realSignatures: options.realSignatures as boolean | undefined,
    executesAll: options.executeAll as boolean | undefined,
  }
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const control = options.break as ControlName | undefined
  const network = control === undefined ? simOptions(named) : controlOptions(control, named)
  const problem = optionsProblem(network)
  if (problem !== undefined) throw usageError(`This is no network to simulate: ${problem}.`)
  return network
}

function adversaries(value: string): AdversaryName[] {
  return value.split(',').map((name) => {
    const known = adversaryNames.find((other) => other === name)
    if (known === undefined) throw usageError(`--adversary knows ${adversaryNames.join(', ')}, not ${name}.`)
    return known
  })
}

function seconds(value: string): number {
  if (!/^\d{1,5}(?:\.\d{1,3})?$/.test(value) || Number(value) <= 0 || Number(value) > maxSeconds) {
    throw usageError(`--seconds is a number above 0 and up to ${maxSeconds}, not ${value}.`)
  }
  return Number(value)
}

function stakes(value: string): number[] {
  return value.split(',').map(wholeNumber('--stakes', 1, 1_000_000))
}

function delay(value: string): { min: number; max: number } {
  const [min, max, more] = value.split('-')
  if (min === undefined || more !== undefined) throw usageError(`--delay is a range such as 50-100, not ${value}.`)
  const parse = wholeNumber('--delay', 0, 600_000)
  return { min: parse(min), max: parse(max ?? min) }
}

function late(value: string): { share: number; ms: number } {
  const [part, ms, more] = value.split(':')
  if (part === undefined || ms === undefined || more !== undefined) {
    throw usageError(`--late is a share and a time such as 0.05:2000, not ${value}.`)
  }
  return { share: share('--late')(part), ms: wholeNumber('--late', 0, 600_000)(ms) }
}

/** Milliseconds of `10s`, `250ms` or `2m`. */
export function duration(value: string): number {
  const match = /^(\d{1,7})(ms|s|m)$/.exec(value)
  if (match === null) throw usageError(`A duration is a number with ms, s or m, such as 10s, not ${value}.`)
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }
  return Number(match[1]) * (units[match[2] as string] as number)
}

function partitions(value: string, before: readonly Partition[] | undefined): Partition[] {
  const [start, sizes, length, way, more] = value.split(':')
  if (start === undefined || sizes === undefined || length === undefined || more !== undefined) {
    throw usageError(`--partition is start:sizes:duration, such as 10s:2/2:5s, not ${value}.`)
  }
  if (way !== undefined && way !== 'oneway') throw usageError(`--partition may end in :oneway, not in :${way}.`)
  const groups = sizes.split('/').map(wholeNumber('--partition', 1, maxNodes))
  const isOneWay = way === 'oneway'
  return [...(before ?? []), { startMs: duration(start), durationMs: duration(length), groups, isOneWay }]
}

/** Without a validator: the last honest one. */
type TypedJoin = { readonly atMs: number; readonly node: number | null }

function joins(value: string, before: readonly TypedJoin[] | undefined): TypedJoin[] {
  const [at, node, more] = value.split(':')
  if (at === undefined || more !== undefined)
    throw usageError(`--join is at or at:validator, such as 20s, not ${value}.`)
  const atMs = duration(at)
  return [...(before ?? []), { atMs, node: node === undefined ? null : wholeNumber('--join', 0, 99)(node) }]
}

function joinsOf(options: Options): SimOptions['joins'] | undefined {
  const typed = options.join as readonly TypedJoin[] | undefined
  const { nodes: defaultNodes, byzantine: defaultByzantine } = simOptions()
  const nodes = (options.nodes as number | undefined) ?? defaultNodes
  const last = nodes - ((options.byzantine as number | undefined) ?? defaultByzantine) - 1
  return typed?.map(({ atMs, node }) => ({ atMs, node: node ?? last }))
}

const defaultCrashIntervalMs = 10_000

function crashes(
  value: string,
  before: { planned: readonly PlannedCrash[]; random: RandomCrashes | null } | undefined,
): { planned: readonly PlannedCrash[]; random: RandomCrashes | null } {
  const { planned, random } = before ?? { planned: [], random: null }
  const parts = value.split(':')
  if (parts[0] === 'random' && parts.length <= 2) {
    const meanIntervalMs = parts[1] === undefined ? defaultCrashIntervalMs : duration(parts[1])
    return { planned, random: { meanIntervalMs, maxKills: null, onlyAfterSending: false } }
  }
  const [at, node, down, damage, more] = parts
  if (at === undefined || node === undefined || down === undefined || more !== undefined) {
    throw usageError(`--crash is at:validator:down, such as 8s:1:2s, or random, not ${value}.`)
  }
  if (damage !== undefined && damage !== 'damage') throw usageError(`--crash may end in :damage, not in :${damage}.`)
  const crash: PlannedCrash = {
    atMs: duration(at),
    node: wholeNumber('--crash', 0, maxNodes - 1)(node),
    downMs: duration(down),
    damagesJournal: damage === 'damage',
  }
  return { planned: [...planned, crash], random }
}
