/** `qudag bench`: figures of this machine, each with the comparison that was run beside it. Only in a checkout. */
import type { Command } from 'commander'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'
import { action, examples } from './action.ts'
import { wholeNumber } from './numbers.ts'

interface BenchOptions {
  readonly json: boolean
  /** Of `bench consensus` and `bench network`. */
  readonly nodes?: number
  /** Of `bench abuse`. */
  readonly minutes?: number
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
  consensus: {
    what: 'bytes and CPU a payment of several validators over TCP, and how long each takes to Finalized',
    run: async (options) => (await import('../../../bench/consensus.ts')).runConsensusBench(options),
  },
  api: {
    what: 'requests a second by REST, WebSocket and local socket, beside a handler that does nothing',
    run: async (options) => (await import('../../../bench/api.ts')).runApiBench(options),
  },
  network: {
    what: 'nodes that find each other, and how much of what one says reaches all: 50 and 200 hosts in one process',
    run: async ({ nodes, ...options }) =>
      (await import('../../../bench/p2p.ts')).runP2pBench({
        ...options,
        ...(nodes === undefined ? {} : { nodes: [nodes] }),
      }),
  },
  abuse: {
    what: 'four validators with an abusive peer: time to Finalized, memory, sockets and bans, beside the same undisturbed',
    run: async (options) => (await import('../../../bench/abuse.ts')).runAbuseBench(options),
  },
  app: {
    what: 'the desktop app: start, memory, and how smoothly it goes on under payments, beside an empty window',
    run: async (options) => (await import('../../../bench/app.ts')).runAppBench(options),
  },
}

/** A process each: more than a machine of few cores can run. */
const maxBenchNodes = 16
/** Of one process: 7 MB each. */
const maxBenchHosts = 500
/** A week. */
const maxBenchMinutes = 10_080

export function addBenchCommands(program: Command, environment: Environment): void {
  const bench = program.command('bench').description('measure this machine; in a checkout')
  for (const [name, { what, run }] of Object.entries(benches)) {
    const command = bench.command(name).description(what)
    if (name === 'consensus') {
      command.option('--nodes <n>', 'validators (default: 4, then 7)', wholeNumber('--nodes', 1, maxBenchNodes))
    }
    if (name === 'network') {
      command.option('--nodes <n>', 'hosts (default: 50, then 200)', wholeNumber('--nodes', 2, maxBenchHosts))
    }
    if (name === 'abuse') {
      command.option('--minutes <n>', 'of abuse (default: 2)', wholeNumber('--minutes', 1, maxBenchMinutes))
    }
    examples(command, `bench ${name}`, `bench ${name} --json`)
    action(command, environment, async ({ out }, { nodes, minutes }) => {
      try {
        await run({
          json: out.json,
          ...(nodes === undefined ? {} : { nodes: nodes as number }),
          ...(minutes === undefined ? {} : { minutes: minutes as number }),
        })
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
        throw new CliError('BENCH_NOT_HERE', 'Benchmarks are part of a checkout, not of the built program.', { cause })
      }
    })
  }
}
