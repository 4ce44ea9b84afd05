/** `qudag network init|up|down`: a development network of several validators on this machine. */
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import type { CommandContext } from '../context.ts'
import { startDetachedProcess, tellStarter } from '../detach.ts'
import type { Environment } from '../environment.ts'
import { CliError, failureOf } from '../errors.ts'
import { cliLimits } from '../limits.ts'
import { connectIfRunning, listenersOf, watchForEnd } from '../node-process.ts'
import type { PeersOfNode, RunningNode, StartNode } from '../node-runner.ts'
import { table } from '../output.ts'
import { failedMessageOf } from '../ready.ts'
import { settleSettings } from '../settings.ts'
import { action, examples, groupOf, type Options } from './action.ts'
import { wholeNumber } from './numbers.ts'

/** Field names that scripts rely on. */
const networkReadyLine = z.object({
  event: z.literal('ready'),
  nodes: z.array(
    z.object({
      index: z.int(),
      pid: z.int(),
      dataDir: z.string(),
      apiUrl: z.string().nullable(),
      tokenFile: z.string().nullable(),
    }),
  ),
})
export type NetworkReadyLine = z.infer<typeof networkReadyLine>

export function addClusterCommands(program: Command, environment: Environment, startNode: StartNode): void {
  const network = groupOf(
    program,
    'network',
    'the network: its state, and networks of several validators on this machine',
  )

  const init = network
    .command('init')
    .description('make keys, data folders and the genesis file of a development network')
    .requiredOption('--validators <n>', 'how many', wholeNumber('--validators', 1, cliLimits.maxTypedValidators))
    .requiredOption('--out <dir>', 'folder to make them in')
  examples(init, 'network init --validators 4 --out ./four')
  action(init, environment, async ({ out }, options) => {
    const { prepareLocalNetwork } = await import('../../local-network.ts')
    const files = await prepareLocalNetwork(resolve(options.out as string), options.validators as number)
    out.data(files, () => `Genesis file ${files.genesisFile}\n${files.dataDirs.join('\n')}`)
  })

  const up = network
    .command('up')
    .description('run a development network of several validators here, in one process')
    .option('--nodes <n>', 'validators', wholeNumber('--nodes', 1, cliLimits.maxTypedValidators), 4)
    .option('--dir <dir>', 'folder of the network (default: network in the data folder)')
    .option(
      '--api-port <port>',
      'port of the first node, the others follow; 0 takes free ones',
      wholeNumber('--api-port', 0, 65_535),
      0,
    )
    .option('--detach', 'go on in the background, and return when all serve')
  examples(up, 'network up --nodes 4', 'network up --nodes 4 --dir ./four --detach --json')
  action(up, environment, (context, options) => upAction(context, options, startNode))

  const down = network
    .command('down')
    .description('end the nodes of a network, and return when they have ended')
    .option('--dir <dir>', 'folder of the network (default: network in the data folder)')
  examples(down, 'network down --dir ./four')
  action(down, environment, downAction)
}

async function upAction(context: CommandContext, options: Options, startNode: StartNode): Promise<void> {
  const { out, environment } = context
  const announce = (ready: NetworkReadyLine): void => {
    out.data(ready, () =>
      table(
        ['No.', 'Interface', 'Data folder'],
        ready.nodes.map(({ index, apiUrl, dataDir }) => [String(index), apiUrl ?? '', dataDir]),
        [0],
      ),
    )
  }
  const dir = folderOf(context, options)
  try {
    if (options.detach === true) {
      const args = process.argv.slice(2).filter((arg) => arg !== '--detach')
      announce(await startDetachedProcess(dir, args, networkReadyLine))
      return
    }
    await runNetwork(context, dir, options, startNode, announce)
  } catch (error) {
    tellStarter(failedMessageOf(failureOf(error)), environment.variables)
    throw error
  }
}

/** Runs until every node has ended or this process is told to; one that is stopped by itself leaves the others running. */
async function runNetwork(
  context: CommandContext,
  dir: string,
  options: Options,
  startNode: StartNode,
  announce: (ready: NetworkReadyLine) => void,
): Promise<void> {
  const { environment, out } = context
  const { joinLocally, prepareLocalNetwork } = await import('../../local-network.ts')
  const { genesisFile, dataDirs } = await prepareLocalNetwork(dir, options.nodes as number)
  const peers = await joinLocally(genesisFile)
  const end = watchForEnd(environment)
  const nodes: RunningNode[] = []
  try {
    for (const [index, dataDir] of dataDirs.entries()) {
      nodes.push(await startOne(context, { genesisFile, dataDir, index, options }, startNode, peers))
    }
    const ready: NetworkReadyLine = {
      event: 'ready',
      nodes: nodes.map(({ info: { dataDir, apiUrl, tokenFile } }, index) => ({
        index: index + 1,
        pid: process.pid,
        dataDir,
        apiUrl,
        tokenFile,
      })),
    }
    announce(ready)
    tellStarter(ready, environment.variables)
    const told = (index: number, why: { code: string; message: string } | null): void =>
      out.data({ event: 'ended', index: index + 1, ...why }, () =>
        why === null ? `Node ${index + 1} has ended.` : `Node ${index + 1} has ended: ${why.message}`,
      )
    const ends = nodes.map(({ stopped }, index) =>
      stopped.then(
        () => told(index, null),
        (cause: unknown) => {
          const { code, message } = failureOf(cause)
          told(index, { code, message })
        },
      ),
    )
    await Promise.race([Promise.all(ends), end.asked])
  } finally {
    end.stop()
    await Promise.all(nodes.map((node) => node.stop()))
  }
}

function startOne(
  { environment, globals }: CommandContext,
  at: { genesisFile: string; dataDir: string; index: number; options: Options },
  startNode: StartNode,
  peers: PeersOfNode,
): Promise<RunningNode> {
  const firstPort = at.options.apiPort as number
  const flags = { apiPort: firstPort === 0 ? 0 : firstPort + at.index, verifierWorkers: 1 }
  const network = { dataDir: at.dataDir, network: at.genesisFile }
  const settled = settleSettings(
    globals.config === undefined ? network : { ...network, config: globals.config },
    flags,
    {},
  )
  return startNode(settled, listenersOf(settled.config, environment), peers)
}

async function downAction(context: CommandContext, options: Options): Promise<void> {
  const { networkDataDirs } = await import('../../local-network.ts')
  const dir = folderOf(context, options)
  const ended: string[] = []
  for (const dataDir of await networkDataDirs(dir)) if (await stopNodeOf(dataDir)) ended.push(dataDir)
  if (ended.length === 0) {
    throw new CliError('NODE_NOT_RUNNING', `No node of a network in ${dir} is running.`, {
      hint: 'Name its folder with --dir; start one with: qudag network up',
      kind: 'unreachable',
    })
  }
  context.out.data({ ended }, () => `${ended.length} nodes have ended.`)
}

/** False where none runs there. */
async function stopNodeOf(dataDir: string): Promise<boolean> {
  const connection = await connectIfRunning(dataDir)
  if (connection === undefined) return false
  try {
    await connection.client.node.stop()
    await connection.closed
  } finally {
    connection.close()
  }
  return true
}

function folderOf(context: CommandContext, options: Options): string {
  return resolve((options.dir as string | undefined) ?? join(context.settings().dataDir, 'network'))
}
