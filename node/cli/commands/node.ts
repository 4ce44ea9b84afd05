/** `qudag node` and `qudag start`: the headless node, and its interface in a browser. */
import type { Command } from 'commander'
import type { NodeStatusShape } from '../../api/contract/index.ts'
import type { CommandContext } from '../context.ts'
import { isDetached, startDetached, tellStarter } from '../detach.ts'
import type { Environment } from '../environment.ts'
import { CliError, failureOf } from '../errors.ts'
import { guideText } from '../guide.ts'
import { cliLimits } from '../limits.ts'
import type { StartNode } from '../node-runner.ts'
import { interfaceText, openInterface } from '../open-interface.ts'
import { fields } from '../output.ts'
import { failedMessageOf, type ReadyLine, readyText } from '../ready.ts'
import { runNode } from '../run-node.ts'
import { startFlags } from '../settings.ts'
import { action, examples, type Options } from './action.ts'

export function addNodeCommands(program: Command, environment: Environment, startNode: StartNode): void {
  const node = program.command('node').description('the headless node: start, status, stop')

  const start = startOptions(
    node.command('start').description('run the node of the data folder; where one runs already, say so and end'),
  )
  examples(start, 'node start', 'node start --detach --json', 'node start --network dev --api-port 0')
  action(start, environment, (context, options) =>
    startAction(context, options, startNode, () => {
      if (context.out.interactive) context.out.note('Open its interface in a browser with: qudag node open')
    }),
  )

  const open = node
    .command('open')
    .description('open the interface of the running node in the default browser, signed in as its owner')
    .option('--no-open', 'print the address instead; it works once, within a minute')
  examples(open, 'node open', 'node open --no-open --json')
  action(open, environment, async (context, options) => {
    const opened = await openInterface(context, options.open !== false)
    context.out.data(opened, () => interfaceText(opened))
  })

  const status = node.command('status').description('what the running node is doing')
  action(status, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const shown = await client.node.status(undefined, { signal })
      out.data(shown, () => statusText(shown))
    }),
  )

  const stop = node.command('stop').description('end the running node, and return when it has ended')
  action(stop, environment, stopNode)

  const guided = startOptions(
    program
      .command('start')
      .description('run a node here, or find the one that runs, and open its interface in a browser'),
  ).option('--no-open', 'print the address of the interface instead of opening it')
  action(guided, environment, (context, options) =>
    startAction(context, options, startNode, (ready) => showInterface(context, ready, options)),
  )
}

function startOptions(command: Command): Command {
  for (const { flags, description, isList } of startFlags) {
    if (isList) command.option(flags, description, (value: string, before: string[] = []) => [...before, value])
    else command.option(flags, description)
  }
  return command.option('--detach', 'go on in the background, and return when it serves')
}

/** A node without an interface is still a node: then what to type is shown alone. */
async function showInterface(context: CommandContext, ready: ReadyLine, options: Options): Promise<void> {
  const { out, environment } = context
  try {
    const opened = await openInterface(context, options.open !== false)
    out.data(opened, () => interfaceText(opened))
  } catch (error) {
    const { message, hint } = failureOf(error)
    out.note(`${message} ${hint}`.trim())
  }
  const isForeground = ready.attached !== true && options.detach !== true
  out.note(`\n${guideText(ready, environment.program, dataDirFlag(context), isForeground)}`)
}

/** What has to be added to the commands of the guide, so that they find the same node. */
function dataDirFlag({ globals }: CommandContext): string {
  return globals.dataDir === undefined ? '' : ` --data-dir ${JSON.stringify(globals.dataDir)}`
}

async function startAction(
  context: CommandContext,
  options: Options,
  startNode: StartNode,
  afterReady: (ready: ReadyLine) => Promise<void> | void,
): Promise<void> {
  const { out, environment } = context
  const announce = async (ready: ReadyLine): Promise<void> => {
    out.data(ready, () => readyText(ready))
    // The command that started this one does the rest: what is written here goes to the log.
    if (!isDetached(environment.variables)) await afterReady(ready)
  }
  try {
    const settled = context.settled(options)
    if (options.detach === true) {
      await announce(
        await startDetached(
          settled.config.dataDir,
          process.argv.slice(2).filter((arg) => arg !== '--detach'),
        ),
      )
      return
    }
    await runNode(context, settled, startNode, announce)
  } catch (error) {
    tellStarter(failedMessageOf(failureOf(error)), environment.variables)
    throw error
  }
}

function statusText(status: NodeStatusShape): string {
  const { checkpoint, finalityMs } = status
  return fields([
    ['Network', `${status.network}, chain ${status.chainId}`],
    ['Process', `${status.pid}, ${status.role}`],
    ['Commits', String(status.commitIndex)],
    ['Round', String(status.round)],
    ['State root', status.stateRoot],
    ['Checkpoint', checkpoint === null ? 'none yet' : `${checkpoint.seq}  ${checkpoint.hash}`],
    ['Validators', validatorsText(status.validators)],
    ['Peers', String(status.peers)],
    ['Waiting', `${status.mempool} transactions`],
    [
      'Finality',
      finalityMs === null ? 'nothing final yet' : `half within ${finalityMs.p50} ms, 95 % within ${finalityMs.p95} ms`,
    ],
    ['Storage', `${(status.storage.bytes / 1e6).toFixed(1)} MB`],
  ])
}

/** docs/protocol.md: Q = ⌊2W/3⌋ + 1, so 1 to 3 validators tolerate no fault. */
function validatorsText(count: number): string {
  const faults = Math.max(0, Math.floor((count - 1) / 3))
  return `${count}, of which ${faults === 0 ? 'none' : faults} may fail`
}

async function stopNode({ connect, out, environment }: CommandContext): Promise<void> {
  const connection = await connect()
  const interrupt = Promise.withResolvers<void>()
  const off = environment.onInterrupt(() => interrupt.resolve())
  try {
    const { pid } = await connection.client.node.stop()
    const gone = await processEnded(pid, interrupt.promise)
    if (!gone) {
      throw new CliError(
        'NODE_STOP_TIMEOUT',
        `The node (process ${pid}) has not ended yet; it finishes what it writes first.`,
        {
          hint: 'Look again with: qudag node status',
          kind: 'timeout',
        },
      )
    }
    out.data({ event: 'stopped', pid }, () => `The node (process ${pid}) has ended.`)
  } finally {
    off()
    connection.close()
  }
}

async function processEnded(pid: number, interrupt: Promise<void>): Promise<boolean> {
  let interrupted = false
  void interrupt.then(() => {
    interrupted = true
  })
  const tries = Math.ceil(cliLimits.stopTimeoutMs / cliLimits.processPollMs)
  for (let i = 0; i < tries && !interrupted; i++) {
    if (!isAlive(pid)) return true
    await new Promise((resolve) => setTimeout(resolve, cliLimits.processPollMs))
  }
  return !isAlive(pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    // EPERM: it is there, and belongs to somebody else.
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}
