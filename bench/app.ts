/**
 * The desktop app as somebody sits before it: how long until its window can be used, what it holds in memory, and how
 * smoothly main and the window go on while payments come in; beside it, in the same run, a window of Electron with one word
 * in it. `qudag bench app [--json]`; about two minutes. Not where no Electron can show a window.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants, getPriority, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ElectronApplication, Page } from 'playwright-core'
import { commandLine } from '../e2e/desktop/command-line.ts'
import { dataFolder, desktopProblem, launchApp, launchProgram } from '../e2e/desktop/launch.ts'
import { findElectron } from '../scripts/electron-binary.ts'
import { type PaymentResult, preparePayments } from './app-load.ts'
import {
  countFrames,
  emptyText,
  type Frames,
  type LoopGaps,
  memoryOf,
  type ProcessMemory,
  scrollHistory,
  sinceStartMs,
  watchLoop,
  writeEmptyProgram,
} from './app-window.ts'
import { describeMachine, formatMachine, formatTable, type MachineDescription, medianOf } from './harness.ts'

export interface AppBenchOptions {
  /** One JSON value instead of tables. */
  readonly json?: boolean
  /** Starts of each program; default 5. */
  readonly starts?: number
  /** Payments that come in; default 10,000. */
  readonly payments?: number
  /** Why no window can be measured here; undefined where one can. Default: whether there is an Electron and a screen. */
  readonly problem?: () => string | undefined
  /** Where the output goes; default stdout. */
  readonly write?: (text: string) => void
}

export interface WindowFigures {
  readonly program: 'QuDAG Exchange' | 'empty window'
  /** From the creation of the process to the text that a person waits for, ms, ascending. */
  readonly startsMs: readonly number[]
  readonly idleMemory: readonly ProcessMemory[]
  readonly idleFrames: Frames
}

export interface LoadFigures extends PaymentResult {
  readonly askedPerSecond: number
  readonly loop: LoopGaps
  readonly frames: Frames
  readonly memory: readonly ProcessMemory[]
  /** While the history is scrolled afterwards. */
  readonly scrolling: Frames
}

export type AppBenchReport =
  | {
      readonly bench: 'app'
      readonly machine: MachineDescription
      readonly electron: string
      readonly windows: readonly WindowFigures[]
      readonly load: LoadFigures
    }
  | { readonly bench: 'app'; readonly skipped: string }

const askedPerSecond = 2_000
/** What is idle is idle after this long, ms. */
const settleMs = 3_000
const idleFramesMs = 2_000
const scrollMs = 5_000
const root = fileURLToPath(new URL('..', import.meta.url))
const password = 'a password of the benchmark'

/** Runs the benchmark, writes its result, and returns it. */
export async function runAppBench(options: AppBenchOptions = {}): Promise<AppBenchReport> {
  const write = options.write ?? ((text: string) => process.stdout.write(text))
  const problem = (options.problem ?? desktopProblem)()
  const report = problem === undefined ? await measureApp(options) : ({ bench: 'app', skipped: problem } as const)
  write(options.json === true ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`)
  return report
}

interface Shown {
  readonly app: ElectronApplication
  readonly page: Page
  close(): Promise<void>
}

async function measureApp({ starts = 5, payments = 10_000 }: AppBenchOptions): Promise<AppBenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'qudag-bench-'))
  const data = dataFolder()
  try {
    const emptyProgram = writeEmptyProgram(folder)
    const startEmpty = (): Promise<Shown> => launchProgram(findElectron(root, process.env) ?? '', [emptyProgram], {})
    const startApp = (): Promise<Shown> => launchApp({ dataDir: data.path })
    await makeWallet(startApp, data.path)
    const empty = { startsMs: [] as number[], text: emptyText, start: startEmpty }
    const own = { startsMs: [] as number[], text: 'Locked', start: startApp }
    // In turn, so that a machine that slows down meanwhile slows both.
    for (let run = 0; run < starts; run += 1) {
      for (const program of [own, empty]) {
        const shown = await program.start()
        await shown.page.getByText(program.text).first().waitFor()
        program.startsMs.push(await sinceStartMs(shown.app))
        await shown.close()
      }
    }
    const emptyFigures = await withWindow(startEmpty, (shown) => idleFigures('empty window', empty.startsMs, shown))
    return await withWindow(startApp, async (shown) => {
      await shown.page.getByText(own.text).first().waitFor()
      await commandLine(data.path).run(['vault', 'unlock', '--password-fd', '3'], [password])
      await shown.page.getByRole('link', { name: 'Wallet', exact: true }).waitFor()
      const figures = await idleFigures('QuDAG Exchange', own.startsMs, shown)
      return {
        bench: 'app',
        machine: describeMachine(),
        electron: await shown.app.evaluate(() => process.versions.electron ?? ''),
        windows: [figures, emptyFigures],
        load: await measureLoad(shown, data.path, payments),
      }
    })
  } finally {
    data.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withWindow<T>(start: () => Promise<Shown>, use: (shown: Shown) => Promise<T>): Promise<T> {
  const shown = await start()
  try {
    return await use(shown)
  } finally {
    await shown.close()
  }
}

/** A vault with one account, as the first start leaves it. */
async function makeWallet(start: () => Promise<Shown>, dataDir: string): Promise<void> {
  await withWindow(start, async ({ page }) => {
    // The first start shows when the node serves.
    await page.getByRole('button', { name: 'Begin' }).waitFor()
    const line = commandLine(dataDir)
    await line.run(['vault', 'init', '--password-fd', '3'], [password])
    await line.run(['account', 'create', '--label', 'Everyday'])
  })
}

async function idleFigures(
  program: WindowFigures['program'],
  startsMs: readonly number[],
  { app, page }: Shown,
): Promise<WindowFigures> {
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  const idleMemory = await memoryOf(app)
  const endFrames = await countFrames(page)
  await new Promise((resolve) => setTimeout(resolve, idleFramesMs))
  return { program, startsMs: startsMs.toSorted((a, b) => a - b), idleMemory, idleFrames: await endFrames() }
}

async function measureLoad({ app, page }: Shown, dataDir: string, payments: number): Promise<LoadFigures> {
  const line = commandLine(dataDir)
  const { url } = await line.run<{ url: string }>(['node', 'open', '--no-open'])
  const [account] = await line.run<{ address: string }[]>(['account', 'list'])
  const run = await preparePayments({
    apiUrl: new URL(url).origin,
    token: readFileSync(join(dataDir, 'run/api-token'), 'utf8').trim(),
    account: account?.address ?? '',
    payments,
    perSecond: askedPerSecond,
  })
  const [endFrames, endLoop] = [await countFrames(page), await watchLoop(app)]
  // Whoever pays has a machine of their own: signing and sending is not to keep the app's processes from this one.
  const priority = getPriority()
  setPriority(constants.priority.PRIORITY_LOW)
  const result = await run()
  if (process.getuid?.() === 0) setPriority(priority)
  const [loop, frames] = [await endLoop(), await endFrames()]
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  const memory = await memoryOf(app)
  return { ...result, askedPerSecond, loop, frames, memory, scrolling: await scrollHistory(page, scrollMs) }
}

function formatReport(report: AppBenchReport): string {
  if ('skipped' in report) return `Nothing was measured: ${report.skipped}`
  const { machine, electron, windows, load } = report
  const rows = windows.map(({ program, startsMs, idleMemory, idleFrames }) => [
    program,
    medianOf(startsMs).toFixed(0),
    `${startsMs[0]?.toFixed(0)}–${startsMs.at(-1)?.toFixed(0)}`,
    ...memoryCells(idleMemory),
    idleFrames.perSecond.toFixed(0),
    idleFrames.worstMs.toFixed(0),
  ])
  return [
    `${formatMachine(machine)}, Electron ${electron}`,
    `start: from the creation of the process to a window that can be used; median of ${windows[0]?.startsMs.length} each`,
    '',
    formatTable(['', 'start ms', 'starts', ...memoryNames, 'frames/s', 'worst frame ms'], rows),
    '',
    `${load.payments} payments to the wallet that is shown, ${load.askedPerSecond} a second asked for`,
    '',
    formatTable(
      [
        'taken/s',
        'final/s',
        'main p99 ms',
        'main max ms',
        'its own p99',
        'its own max',
        'frames/s',
        'median frame ms',
        'worst frame ms',
        ...memoryNames,
      ],
      [
        [
          load.admittedPerSecond.toFixed(0),
          load.finalPerSecond.toFixed(0),
          load.loop.p99Ms.toFixed(0),
          load.loop.maxMs.toFixed(0),
          load.loop.computed?.p99Ms.toFixed(0) ?? '-',
          load.loop.computed?.maxMs.toFixed(0) ?? '-',
          load.frames.perSecond.toFixed(0),
          load.frames.medianMs.toFixed(0),
          load.frames.worstMs.toFixed(0),
          ...memoryCells(load.memory),
        ],
      ],
    ),
    '',
    'main: time between two turns of a timer of 5 ms; its own: what the main thread computed in such a time, others having its processor for the rest',
    `scrolling through them, two rows a frame: ${load.scrolling.perSecond.toFixed(0)} frames/s, median ${load.scrolling.medianMs.toFixed(1)} ms, worst ${load.scrolling.worstMs.toFixed(0)} ms`,
  ].join('\n')
}

const memoryNames = ['main MB', 'window MB', 'all MB']

function memoryCells(memory: readonly ProcessMemory[]): string[] {
  const sum = (wanted: (kind: string) => boolean): string => {
    const bytes = memory
      .filter(({ kind }) => wanted(kind))
      .reduce((total, { residentBytes }) => total + residentBytes, 0)
    return (bytes / 1e6).toFixed(0)
  }
  return [sum((kind) => kind === 'Browser'), sum((kind) => kind === 'Tab'), sum(() => true)]
}

if (import.meta.main) await runAppBench({ json: process.argv.includes('--json') })
