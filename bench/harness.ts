/**
 * What benchmarks share: the machine they ran on, the median of several runs with the competitors in turn, and output
 * as a table or as one JSON value. Figures of different runs are never compared: a comparison stands side by side in one.
 */
import { availableParallelism, cpus, totalmem } from 'node:os'
import { performance } from 'node:perf_hooks'

/** Where the figures come from: without it they mean nothing. */
export interface MachineDescription {
  readonly cpuModel: string
  /** Threads the process may use. */
  readonly cores: number
  readonly memoryBytes: number
  readonly platform: string
  readonly node: string
  readonly openssl: string
}

export function describeMachine(): MachineDescription {
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
    openssl: process.versions.openssl,
  }
}

/** One thing to time: does its work once, or several times and says how often. */
export interface BenchCase {
  readonly name: string
  /** Units of work that one call of run() does; default 1. */
  readonly unitsPerCall?: number
  readonly run: () => unknown
}

export interface BenchFigure {
  readonly name: string
  /** Median over the runs. */
  readonly perSecond: number
  /** Median time of one unit in microseconds. */
  readonly microseconds: number
  /** Lowest and highest run: how much to believe the median. */
  readonly lowestPerSecond: number
  readonly highestPerSecond: number
  readonly runs: number
}

export interface MeasureOptions {
  /** Time for one run of one case. */
  readonly secondsPerRun: number
  /** Runs of each case; odd, so that the median is one of them. */
  readonly runs: number
}

/**
 * Median rate of each case. The cases take turns, run by run, so that a machine that slows down meanwhile slows all.
 */
export async function measure(cases: readonly BenchCase[], options: MeasureOptions): Promise<BenchFigure[]> {
  const rates = cases.map((): number[] => [])
  for (const { run } of cases) await run()
  for (let round = 0; round < options.runs; round++) {
    for (const [index, benchCase] of cases.entries()) {
      rates[index]?.push(await rateOf(benchCase, options.secondsPerRun))
    }
  }
  return cases.map(({ name }, index) => {
    const sorted = (rates[index] as number[]).toSorted((a, b) => a - b)
    const perSecond = medianOf(sorted)
    return {
      name,
      perSecond,
      microseconds: 1_000_000 / perSecond,
      lowestPerSecond: sorted[0] as number,
      highestPerSecond: sorted[sorted.length - 1] as number,
      runs: sorted.length,
    }
  })
}

async function rateOf({ run, unitsPerCall = 1 }: BenchCase, seconds: number): Promise<number> {
  const startMs = performance.now()
  const endMs = startMs + 1_000 * seconds
  let calls = 0
  let nowMs = startMs
  do {
    const result = run()
    // Awaiting what is no promise would cost a turn of the queue, and be measured with it.
    if (result instanceof Promise) await result
    calls += 1
    nowMs = performance.now()
  } while (nowMs < endMs)
  return (calls * unitsPerCall * 1_000) / (nowMs - startMs)
}

/** @param sorted at least one */
export function quantileOf(sorted: readonly number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] as number
}

/** @param sorted ascending, not empty */
export function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2
}

/** Three significant digits, with k and M: a benchmark knows no more. */
export function formatRate(perSecond: number): string {
  for (const [unit, size] of [
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (perSecond >= size * 0.9995) return `${Number((perSecond / size).toPrecision(3))}${unit}`
  }
  return String(Number(perSecond.toPrecision(3)))
}

/** Columns as wide as their widest cell; the first flush left, the others flush right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? ''
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd()
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

/** "AMD EPYC …, 2 cores, 8 GB, linux-x64, Node 24.21.0, OpenSSL 3.5.8" */
export function formatMachine(machine: MachineDescription): string {
  const gigabytes = Math.round(machine.memoryBytes / 2 ** 30)
  return `${machine.cpuModel}, ${machine.cores} cores, ${gigabytes} GB, ${machine.platform}, Node ${machine.node}, OpenSSL ${machine.openssl}`
}
