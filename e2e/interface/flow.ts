/**
 * A flow in each host, on data folders of its own. What it opened is closed at its end; where it failed, every page that
 * showed is kept as a picture and as the tree that assistive tools see, in a folder that the failure names.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'vitest'
import { type CommandLine, commandLine } from '../desktop/command-line.ts'
import { type HeadlessNode, startHeadlessNode } from '../desktop/headless-node.ts'
import { dataFolder } from '../desktop/launch.ts'
import { type Host, hosts, type OpenInterface } from './hosts.ts'

export interface Stage {
  readonly host: Host
  /** A data folder that outlives what is opened on it. */
  newFolder(): string
  open(dataDir: string, args?: readonly string[]): Promise<OpenInterface>
  startNode(dataDir: string, args?: readonly string[]): Promise<HeadlessNode>
  commandLine(dataDir: string): CommandLine
  /** Once everything that was opened since has been closed. */
  atEnd(work: () => void): void
}

export interface FlowOptions {
  /** Left out, both. */
  readonly in?: readonly Host[]
  /** What it needs beyond the host and this machine lacks, as the note of a skipped test. */
  readonly problem?: () => string | undefined
}

export function flow(name: string, run: (stage: Stage) => Promise<void>, options: FlowOptions = {}): void {
  for (const host of options.in ?? hosts) {
    it(`${name} (${host.name})`, async (test) => {
      const problem = host.problem() ?? options.problem?.()
      if (problem !== undefined) test.skip(problem)
      const { stage, opened, end } = createStage(host)
      const failures: unknown[] = []
      await run(stage).catch(async (error: unknown) => {
        failures.push(await withPictures(error, opened))
      })
      failures.push(...(await end()))
      if (failures.length > 0) throw failures[0]
    })
  }
}

function createStage(host: Host) {
  const opened: OpenInterface[] = []
  const ends: (() => Promise<void> | void)[] = []
  const stage: Stage = {
    host,
    newFolder() {
      const folder = dataFolder()
      ends.push(folder.remove)
      return folder.path
    },
    async open(dataDir, args) {
      const one = await host.open(dataDir, args)
      let isOpen = true
      const once = (work: () => Promise<void>) => async (): Promise<void> => {
        if (!isOpen) return
        isOpen = false
        opened.splice(opened.indexOf(tracked), 1)
        await work()
      }
      const tracked: OpenInterface = { ...one, close: once(one.close), kill: once(one.kill) }
      opened.push(tracked)
      ends.push(tracked.close)
      return tracked
    },
    async startNode(dataDir, args) {
      const node = await startHeadlessNode(dataDir, args)
      ends.push(node.stop)
      return node
    },
    commandLine,
    atEnd: (work) => void ends.push(work),
  }
  return {
    stage,
    opened,
    /** Closes all of it, the last one first, whatever goes wrong with some. @returns what went wrong */
    async end(): Promise<unknown[]> {
      const failures: unknown[] = []
      for (const close of ends.toReversed()) {
        try {
          await close()
        } catch (error) {
          failures.push(error)
        }
      }
      return failures
    },
  }
}

async function withPictures(cause: unknown, opened: readonly OpenInterface[]): Promise<unknown> {
  if (!(cause instanceof Error)) return cause
  const folder = mkdtempSync(join(tmpdir(), 'qudag-interface-failure-'))
  for (const [index, page] of opened.flatMap((one) => one.pages()).entries()) {
    try {
      await page.screenshot({ path: join(folder, `page-${index}.png`), timeout: 5_000 })
      writeFileSync(join(folder, `page-${index}.txt`), await page.ariaSnapshot({ timeout: 5_000 }))
    } catch {
      // A page that is gone shows nothing.
    }
  }
  cause.message = `${cause.message}\nWhat showed is in ${folder}`
  return cause
}
