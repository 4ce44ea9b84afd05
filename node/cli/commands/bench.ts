/** `qudag bench`: figures of this machine, each with the comparison that was run beside it. Only in a checkout. */
import type { Command } from 'commander'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'
import { action, examples } from './action.ts'

interface BenchOptions {
  readonly json: boolean
}

const benches: Readonly<Record<string, { what: string; run: (options: BenchOptions) => Promise<unknown> }>> = {
  verify: {
    what: 'signature checks a second, by backend',
    run: async (options) => (await import('../../../bench/verify.ts')).runVerifyBench(options),
  },
  execution: {
    what: 'transactions executed a second, one after the other and by groups that touch nothing in common',
    run: async (options) => (await import('../../../bench/execution.ts')).runExecutionBench(options),
  },
  pipeline: {
    what: 'transactions a second from the door to Finalized, and how long each takes',
    run: async (options) => (await import('../../../bench/pipeline.ts')).runPipelineBench(options),
  },
  api: {
    what: 'requests a second by REST, WebSocket and local socket, beside a handler that does nothing',
    run: async (options) => (await import('../../../bench/api.ts')).runApiBench(options),
  },
  app: {
    what: 'the desktop app: start, memory, and how smoothly it goes on under payments, beside an empty window',
    run: async (options) => (await import('../../../bench/app.ts')).runAppBench(options),
  },
}

export function addBenchCommands(program: Command, environment: Environment): void {
  const bench = program.command('bench').description('measure this machine; in a checkout')
  for (const [name, { what, run }] of Object.entries(benches)) {
    const command = bench.command(name).description(what)
    examples(command, `bench ${name}`, `bench ${name} --json`)
    action(command, environment, async ({ out }) => {
      try {
        await run({ json: out.json })
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
        throw new CliError('BENCH_NOT_HERE', 'Benchmarks are part of a checkout, not of the built program.', { cause })
      }
    })
  }
}
