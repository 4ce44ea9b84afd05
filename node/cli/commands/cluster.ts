/** `qudag network init|up|down`: a development network of several validators on this machine. */
import { join, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { connectLocalSocket, socketPathOf } from '../../api/transports/index.ts'
import { NodeError } from '../../core/node-error.ts'
import type { CommandContext } from '../context.ts'
import { startDetachedProcess, tellStarter } from '../detach.ts'
import type { Environment } from '../environment.ts'
import { CliError, failureOf } from '../errors.ts'
import { createFaultLog } from '../fault-log.ts'
import type { PeersOfNode, RunningNode, StartNode } from '../node-runner.ts'
import { table } from '../output.ts'
import { failedMessageOf } from '../ready.ts'
import { createRequestLog } from '../request-log.ts'
import { settleSettings } from '../settings.ts'
import { action, examples, groupOf, type Options } from './action.ts'

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
    .requiredOption('--validators <n>', 'how many', validatorCount)
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
    .option('--nodes <n>', 'validators', validatorCount, 4)
    .option('--dir <dir>', 'folder of the network (default: network in the data folder)')
    .option('--api-port <port>', 'port of the first node, the others follow; 0 takes free ones', portNumber, 0)
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
  const stopSignal = Promise.withResolvers<void>()
  const offInterrupt = environment.onInterrupt(() => stopSignal.resolve())
  const onTerminate = (): void => stopSignal.resolve()
  process.on('SIGTERM', onTerminate)
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
          console.error('CAUSE', (cause as Error).stack)
          const { code, message } = failureOf(cause)
          told(index, { code, message })
        },
      ),
    )
    await Promise.race([Promise.all(ends), stopSignal.promise])
  } finally {
    offInterrupt()
    process.off('SIGTERM', onTerminate)
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
  let settings = settled.config
  return startNode(
    settled,
    {
      reportFault: createFaultLog(() => settings, environment),
      onAnswered: createRequestLog(() => settings, environment),
      onSettingsChanged(changed) {
        settings = changed
      },
    },
    peers,
  )
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
  let connection: Awaited<ReturnType<typeof connectLocalSocket>>
  try {
    connection = await connectLocalSocket(socketPathOf(dataDir))
  } catch (error) {
    if (error instanceof NodeError && error.code === 'NODE_NOT_RUNNING') return false
    throw error
  }
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

function validatorCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('A whole number from 1 on is expected.')
  return count
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('A port is expected.')
  return port
}
