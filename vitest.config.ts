/**
 * Three projects: unit tests beside the code, end-to-end tests that start real processes, and those of them that drive the
 * app or its interface, for which both are built first. Each end-to-end file has folders, ports and screens of its own, so
 * that two can run at once.
 * Workers that the code under test starts are plain Node threads, which run the TypeScript sources as they are.
 */
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Files at a time. Vitest's own choice is one core less, which on two cores is one file at a time. */
const unitWorkers = availableParallelism()

/**
 * End-to-end files at a time. Each runs several processes; on four cores two of them share well, on two they would make each
 * other late.
 */
const endToEndWorkers = availableParallelism() >= 4 ? 2 : 1

export default defineConfig({
  test: {
    // Nodes that a test started get this long to shut down in order.
    teardownTimeout: 30_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{node,scripts,bench,renderer,electron}/**/*.test.{ts,tsx}'],
          environment: 'node',
          setupFiles: ['scripts/test-support/property-seed.ts'],
          pool: 'forks',
          maxWorkers: unitWorkers,
          // Only what hangs takes so long: the slowest tests take a quarter of it on two busy cores.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          exclude: ['e2e/{desktop,interface,interface-quality}/**'],
          environment: 'node',
          setupFiles: ['scripts/test-support/property-seed.ts'],
          pool: 'forks',
          maxWorkers: endToEndWorkers,
          sequence: { concurrent: false },
          // Starting nodes, crashing them and waiting for finality: minutes on two cores.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'interface',
          include: ['e2e/{desktop,interface,interface-quality}/**/*.e2e.ts'],
          environment: 'node',
          globalSetup: ['e2e/interface/build.ts'],
          pool: 'forks',
          maxWorkers: endToEndWorkers,
          sequence: { concurrent: false },
          // A flow starts programs several times and waits for payments; most of it is over in seconds. A hook packages the app.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
