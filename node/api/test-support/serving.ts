/** For tests only: a fresh listener a test, and everything that was opened on it closed afterwards. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { type Listening, listen } from './listening.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface Serving {
  serve(options?: Parameters<typeof listen>[1]): Promise<Listening>
  /** Runs after the test, latest first. */
  cleanUp(step: () => unknown): void
}

/** To be called at the top of a test file. @param name of the file's temporary folder */
export function setUpServing(name: string): Serving {
  const folder = temporaryFolder(name)
  const cleanUps: (() => unknown)[] = []
  let next = 0
  afterEach(async () => {
    for (const step of cleanUps.splice(0).reverse()) await step()
  })
  return {
    async serve(options = {}) {
      const dataDir = join(folder, `data-${next++}`)
      mkdirSync(dataDir, { mode: 0o700 })
      const listening = await listen(dataDir, options)
      cleanUps.push(() => listening.close())
      return listening
    },
    cleanUp: (step) => void cleanUps.push(step),
  }
}

/** Real time, but no fixed wait: runs until the condition holds or the test's own time-out ends it. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
