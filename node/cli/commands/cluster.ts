/** `qudag network init|up|down`: development networks of several validators, on this machine or several. */
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import type { CommandContext } from '../context.ts'
import { startDetachedProcess, startSupervised, tellStarter } from '../detach.ts'
import type { Environment } from '../environment.ts'
import { CliError, failureOf } from '../errors.ts'
import { cliLimits } from '../limits.ts'
import { connectIfRunning, watchForEnd } from '../node-process.ts'
import { table } from '../output.ts'
import { failedMessageOf } from '../ready.ts'
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

export function addClusterCommands(program: Command, environment: Environment): void {
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
    .option(
      '--hosts <list>',
      'addresses or names of the machines they run on, with commas; each data folder then goes to its own (default: all here)',
      (text: string) => text.split(',').map((host) => host.trim()),
    )
    .option(
      '--p2p-port <port>',
      'port of the first validator of a machine, the next ones follow (default: such as are free here)',
      wholeNumber('--p2p-port', 1, 65_535 - cliLimits.maxTypedValidators),
    )
  examples(
    init,
    'network init --validators 4 --out ./four',
    'network init --validators 3 --out ./three --hosts 10.0.0.1,10.0.0.2,10.0.0.3 --p2p-port 4001',
  )
  action(init, environment, async ({ out }, options) => {
    const { prepareLocalNetwork } = await import('../../local-network.ts')
    const files = await prepareLocalNetwork({
      dir: resolve(options.out as string),
      validators: options.validators as number,
      hosts: options.hosts as string[] | undefined,
      firstPort: options.p2pPort as number | undefined,
    })
    out.data(files, () => `Genesis file ${files.genesisFile}\n${files.dataDirs.join('\n')}`)
  })

  const up = network
    .command('up')
    .description('run a development network of several validators on this machine, each in a process of its own')
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
  action(up, environment, upAction)

  const down = network
    .command('down')
    .description('end the nodes of a network, and return when they have ended')
    .option('--dir <dir>', 'folder of the network (default: network in the data folder)')
  examples(down, 'network down --dir ./four')
  action(down, environment, downAction)
}

async function upAction(context: CommandContext, options: Options): Promise<void> {
  const { out, environment } = context
  const announce = (ready: NetworkReadyLine): void => {
    out.data(ready, () =>
      table(
        ['No.', 'Process', 'Interface', 'Data folder'],
        ready.nodes.map(({ index, pid, apiUrl, dataDir }) => [String(index), String(pid), apiUrl ?? '', dataDir]),
        [0, 1],
      ),
    )
  }
  const folder = folderOf(context, options)
  try {
    if (options.detach === true) {
      const args = process.argv.slice(2).filter((arg) => arg !== '--detach')
      announce(await startDetachedProcess({ folder, args }, networkReadyLine))
      return
    }
    await runNetwork(context, folder, options, announce)
  } catch (error) {
    tellStarter(failedMessageOf(failureOf(error)), environment.variables)
    throw error
  }
}

/**
 * Each node in a process of its own. Runs until every one has ended or this process is told to; one that ends by itself, or
 * is killed, leaves the others running. Those that were running before stay when this command ends.
 */
async function runNetwork(
  { environment, out }: CommandContext,
  dir: string,
  options: Options,
  announce: (ready: NetworkReadyLine) => void,
): Promise<void> {
  const { prepareLocalNetwork } = await import('../../local-network.ts')
  const { dataDirs } = await prepareLocalNetwork({ dir, validators: options.nodes as number })
  const end = watchForEnd(environment)
  const firstPort = options.apiPort as number
  const starts = dataDirs.map((dataDir, index) => {
    const apiPort = firstPort === 0 ? 0 : firstPort + index
    const args = ['--data-dir', dataDir, 'node', 'start', '--api-port', String(apiPort), '--verifier-workers', '1']
    return startSupervised({ folder: dataDir, args })
  })
  try {
    const nodes = await Promise.all(starts)
    const ready: NetworkReadyLine = {
      event: 'ready',
      nodes: nodes.map(({ ready: { pid, dataDir, apiUrl, tokenFile } }, index) => ({
        index: index + 1,
        pid,
        dataDir,
        apiUrl,
        tokenFile,
      })),
    }
    announce(ready)
    tellStarter(ready, environment.variables)
    const ends = nodes.map(async ({ ready: { pid, attached }, ended }, index) => {
      const how = await ended
      if (attached === true) return
      out.data({ event: 'ended', index: index + 1, pid, how }, () => `Node ${index + 1} has ended: ${how}.`)
    })
    const isAnyOurs = nodes.some(({ ready: { attached } }) => attached !== true)
    if (isAnyOurs) await Promise.race([Promise.all(ends), end.asked])
  } finally {
    end.stop()
    await Promise.all(starts.map(endProcess))
  }
}

/** SIGTERM ends a node in order: it finishes what it writes. */
async function endProcess(starting: ReturnType<typeof startSupervised>): Promise<void> {
  const started = await starting.catch(() => undefined)
  if (started === undefined) return
  started.child.kill('SIGTERM')
  await started.ended
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
