/** What can be measured of a window of Electron from outside: its start, its frames, its processes, and gaps of main's event loop. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { quantileOf } from './harness.ts'

/** Of one process of a program, as the system counts it. */
export interface ProcessMemory {
  /** Chromium's word: Browser (main), GPU, Utility, Tab (a window). */
  readonly kind: string
  /** Pages in memory, those shared with other processes included. */
  readonly residentBytes: number
}

export interface Frames {
  /** Of the times between two frames, ms. */
  readonly medianMs: number
  readonly worstMs: number
  readonly perSecond: number
}

/** Of the times between two turns of a timer of 5 ms in the main process, ms. */
export interface LoopGaps {
  readonly p99Ms: number
  readonly maxMs: number
  /**
   * What the main thread itself computed in such a time: the rest of it, others had its processor. Null where the system does not
   * tell (schedstat of Linux).
   */
  readonly computed: { readonly p99Ms: number; readonly maxMs: number } | null
}

/** From the creation of the process by the system until now, ms. */
export async function sinceStartMs(app: ElectronApplication): Promise<number> {
  const nowMs = Date.now()
  const createdAtMs = await app.evaluate(() => (process as { getCreationTime?(): number }).getCreationTime?.() ?? 0)
  return nowMs - createdAtMs
}

export async function memoryOf(app: ElectronApplication): Promise<ProcessMemory[]> {
  const metrics = await app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().map(({ type, memory }) => ({ kind: type as string, kilobytes: memory.workingSetSize })),
  )
  return metrics.map(({ kind, kilobytes }) => ({ kind, residentBytes: kilobytes * 1_024 }))
}

/** Begins to count frames; the result ends it. The page draws one after the other for as long as it is asked to. */
export async function countFrames(page: Page): Promise<() => Promise<Frames>> {
  await page.evaluate(`
    globalThis.benchFrames = [];
    (function next(time) {
      if (globalThis.benchFrames === undefined) return;
      globalThis.benchFrames.push(time);
      requestAnimationFrame(next);
    })(performance.now());
  `)
  return async () => {
    const times = (await page.evaluate(
      '(() => { const times = globalThis.benchFrames; globalThis.benchFrames = undefined; return times })()',
    )) as number[]
    const gaps = times.slice(2).map((time, index) => time - (times[index + 1] as number))
    const sorted = gaps.toSorted((a, b) => a - b)
    const seconds = ((times.at(-1) ?? 0) - (times[1] ?? 0)) / 1_000
    return {
      medianMs: sorted[sorted.length >> 1] ?? Number.NaN,
      worstMs: sorted.at(-1) ?? Number.NaN,
      perSecond: gaps.length / seconds,
    }
  }
}

/** Scrolls the history from its newest row on, two rows a frame, for so long. @returns how the frames came meanwhile */
export async function scrollHistory(page: Page, durationMs: number): Promise<Frames> {
  await page.getByRole('link', { name: 'History', exact: true }).click()
  await page.getByRole('list', { name: 'Transactions' }).getByRole('link').first().waitFor()
  const endFrames = await countFrames(page)
  await page.evaluate(`new Promise((resolve) => {
    const scroller = document.querySelector('.virtual-list');
    const end = performance.now() + ${durationMs};
    (function next() {
      if (performance.now() >= end) return resolve();
      scroller.scrollTop += 116;
      requestAnimationFrame(next);
    })();
  })`)
  return endFrames()
}

/** Begins to watch the event loop of the main process, where the node runs; the result ends it. */
export async function watchLoop(app: ElectronApplication): Promise<() => Promise<LoopGaps>> {
  await app.evaluate(() => {
    const { readFileSync } = process.getBuiltinModule('node:fs')
    const computedMs = (): number => {
      try {
        return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6
      } catch {
        return Number.NaN
      }
    }
    const gaps: { readonly ms: number; readonly computedMs: number }[] = []
    let lastMs = performance.now()
    let lastComputedMs = computedMs()
    const timer = setInterval(() => {
      const nowMs = performance.now()
      const nowComputedMs = computedMs()
      gaps.push({ ms: nowMs - lastMs, computedMs: nowComputedMs - lastComputedMs })
      lastMs = nowMs
      lastComputedMs = nowComputedMs
    }, 5)
    const end = (): typeof gaps => {
      clearInterval(timer)
      return gaps
    }
    Object.assign(globalThis, { benchGaps: end })
  })
  return async () => {
    const gaps = await app.evaluate(() =>
      (globalThis as unknown as { benchGaps(): { ms: number; computedMs: number }[] }).benchGaps(),
    )
    const computed = gaps.map(({ computedMs }) => computedMs).filter((ms) => !Number.isNaN(ms))
    return { ...tailOf(gaps.map(({ ms }) => ms)), computed: computed.length === 0 ? null : tailOf(computed) }
  }
}

/** @param values at least one */
function tailOf(values: readonly number[]): { readonly p99Ms: number; readonly maxMs: number } {
  const sorted = values.toSorted((a, b) => a - b)
  return { p99Ms: quantileOf(sorted, 0.99), maxMs: quantileOf(sorted, 1) }
}

/** The text that the page of the empty program shows. */
export const emptyText = 'empty'

/** A program that opens a window with one word in it, and nothing else: what Electron itself costs. */
export function writeEmptyProgram(folder: string): string {
  const program = join(folder, 'empty-window')
  mkdirSync(program, { mode: 0o755 })
  writeFileSync(join(program, 'package.json'), '{"name": "empty-window", "main": "main.cjs"}')
  writeFileSync(join(program, 'page.html'), `<!doctype html><title>${emptyText}</title><p>${emptyText}</p>`)
  writeFileSync(
    join(program, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron')
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800, webPreferences: { sandbox: true } })
  window.loadFile(require('node:path').join(__dirname, 'page.html'))
})
app.on('window-all-closed', () => app.quit())
`,
  )
  // The window's user may be another than ours.
  chmodSync(folder, 0o755)
  return program
}
