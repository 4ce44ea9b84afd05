/**
 * Commands that run a node in a process of its own. It says over a channel that it serves, or why it does not, so nothing is
 * guessed from its output; what it writes goes to node.log. With `--detach` it outlives the command that started it and the
 * terminal; as one of a network that a command runs, it ends with that command, also where that is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { CliError } from './errors.ts'
import { exitCodes } from './exit-codes.ts'
import { cliLimits } from './limits.ts'
import { type FailedMessage, failedMessage, type ReadyLine, readyMessage } from './ready.ts'

/** Tells the child that somebody waits for its word, and whether it is to go on alone. */
const channelVariable = 'QUDAG_DETACHED'
/** It goes on alone once it has said it. */
const alone = '1'
/** It ends when the channel does. */
const supervised = 'supervised'

export interface StartedProcess<Ready> {
  readonly child: ChildProcess
  /** What it said when it was ready. */
  readonly ready: Ready
  /** Resolves when it has ended, with its signal or exit code. */
  readonly ended: Promise<string>
}

interface ChildCommand {
  /** Where its log goes. */
  readonly folder: string
  /** Its command line, without --detach. */
  readonly args: readonly string[]
}

/** @param args command line of the child, without --detach */
export async function startDetached(dataDir: string, args: readonly string[]): Promise<ReadyLine> {
  const { attached, ...ready } = await startDetachedProcess({ folder: dataDir, args }, readyMessage)
  return attached === true ? { ...ready, attached } : ready
}

/** The same for any command that says when it is ready. */
export async function startDetachedProcess<Ready>(
  command: ChildCommand,
  readySchema: z.ZodType<Ready>,
): Promise<Ready> {
  const { child, ready } = await startProcess(command, readySchema, alone)
  child.removeAllListeners()
  if (child.connected) child.disconnect()
  child.unref()
  return ready
}

/** A node that ends when this process does. */
export function startSupervised(command: ChildCommand): Promise<StartedProcess<z.infer<typeof readyMessage>>> {
  return startProcess(command, readyMessage, supervised)
}

async function startProcess<Ready>(
  { folder, args }: ChildCommand,
  readySchema: z.ZodType<Ready>,
  channel: string,
): Promise<StartedProcess<Ready>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const logFile = join(folder, 'node.log')
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] as string, ...args], {
    // Of its own process group: Ctrl-C is for the command, which ends its children itself.
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, [channelVariable]: channel },
  })
  closeSync(log)
  const failed = (reason: string) =>
    new CliError('NODE_START_FAILED', `The node did not start: ${reason}.`, { hint: `Its log has more: ${logFile}` })
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const ready = await new Promise<Ready>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGTERM')
      reject(failed(`it was not ready after ${cliLimits.startTimeoutMs / 1_000} s`))
    }, cliLimits.startTimeoutMs)
    const giveUp = (error: CliError): void => {
      clearTimeout(timer)
      reject(error)
    }
    child.once('error', (cause) => giveUp(failed(cause.message)))
    void ended.then((how) => giveUp(failed(`its process ended with ${how}`)))
    child.once('message', (message) => {
      const failure = failedMessage.safeParse(message)
      if (failure.success) return giveUp(failureToldBy(failure.data))
      const said = readySchema.safeParse(message)
      if (!said.success) return giveUp(failed('it said something that is not understood'))
      clearTimeout(timer)
      resolve(said.data)
    })
  })
  return { child, ready, ended }
}

function failureToldBy({ code, message, hint, exitCode }: FailedMessage): CliError {
  const kind = (Object.keys(exitCodes) as (keyof typeof exitCodes)[]).find((name) => exitCodes[name] === exitCode)
  return new CliError(code, message, { hint, kind: kind === undefined || kind === 'done' ? 'failed' : kind })
}

type Variables = Readonly<Record<string, string | undefined>>

/** True in a process that another command made: nobody reads what it writes, and all of it goes to the log. */
export function isDetached(variables: Variables): boolean {
  return variables[channelVariable] !== undefined
}

/** Says it to the command that started this process, if one did and still listens. */
export function tellStarter(message: FailedMessage | { readonly event: 'ready' }, variables: Variables): void {
  if (!isDetached(variables) || process.send === undefined || !process.connected) return
  // Before the channel is closed the message has to be out.
  process.send(message, undefined, undefined, () => {
    if (variables[channelVariable] !== supervised && process.connected) process.disconnect()
  })
}

/** Calls back when the command is gone that this process is to end with. */
export function watchSupervisor(variables: Variables, onGone: () => void): () => void {
  if (variables[channelVariable] !== supervised) return () => undefined
  process.on('disconnect', onGone)
  return () => process.off('disconnect', onGone)
}
