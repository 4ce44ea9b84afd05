/**
 * Three projects: unit tests beside the code, end-to-end tests that start real processes and so run one at a time, and those
 * of them that drive the interface, for which the app is built first.
 * Workers that the code under test starts are plain Node threads, which run the TypeScript sources as they are.
 */
import { defineConfig } from 'vitest/config'

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
          // Key generation and signing in the slowest backend take some 10 ms each; a loaded machine several times that.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          exclude: ['e2e/{interface,interface-quality}/**'],
          environment: 'node',
          setupFiles: ['scripts/test-support/property-seed.ts'],
          pool: 'forks',
          fileParallelism: false,
          sequence: { concurrent: false },
          // Starting nodes, crashing them and waiting for finality: minutes on two cores.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'interface',
          include: ['e2e/{interface,interface-quality}/**/*.e2e.ts'],
          environment: 'node',
          globalSetup: ['e2e/interface/build.ts'],
          pool: 'forks',
          fileParallelism: false,
          sequence: { concurrent: false },
          // A flow starts programs several times and waits for payments; most of it is over in seconds.
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
