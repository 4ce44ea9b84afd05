/**
 * `--detach`: the same command in a process of its own, that outlives this one and the terminal. It says over a channel
 * that it serves, or why it does not, so nothing is guessed from its output; what it writes goes to node.log.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { CliError } from './errors.ts'
import { exitCodes } from './exit-codes.ts'
import { cliLimits } from './limits.ts'
import { type FailedMessage, failedMessage, type ReadyLine, readyMessage } from './ready.ts'

/** Tells the child that somebody waits for its word. */
const channelVariable = 'QUDAG_DETACHED'

/** @param args command line of the child, without --detach */
export async function startDetached(dataDir: string, args: readonly string[]): Promise<ReadyLine> {
  const { attached, ...ready } = await startDetachedProcess(dataDir, args, readyMessage)
  return attached === true ? { ...ready, attached } : ready
}

/**
 * The same for any command that says when it is ready.
 *
 * @param folder where its log goes
 * @param readySchema of what it says then
 */
export async function startDetachedProcess<Ready>(
  folder: string,
  args: readonly string[],
  readySchema: z.ZodType<Ready>,
): Promise<Ready> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const logFile = join(folder, 'node.log')
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] as string, ...args], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, [channelVariable]: '1' },
  })
  const ended = (reason: string) =>
    new CliError('NODE_START_FAILED', `The node did not start: ${reason}.`, { hint: `Its log has more: ${logFile}` })
  try {
    return await new Promise<Ready>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGTERM')
        reject(ended(`it was not ready after ${cliLimits.startTimeoutMs / 1_000} s`))
      }, cliLimits.startTimeoutMs)
      child.once('error', (cause) => reject(ended(cause.message)))
      child.once('exit', (code, signal) => reject(ended(`its process ended with ${signal ?? `exit code ${code}`}`)))
      child.once('message', (message) => {
        clearTimeout(timer)
        const failed = failedMessage.safeParse(message)
        if (failed.success) return reject(failureToldBy(failed.data))
        const ready = readySchema.safeParse(message)
        if (ready.success) resolve(ready.data)
        else reject(ended('it said something that is not understood'))
      })
      child.once('exit', () => clearTimeout(timer))
    })
  } finally {
    child.removeAllListeners()
    if (child.connected) child.disconnect()
    child.unref()
  }
}

function failureToldBy({ code, message, hint, exitCode }: FailedMessage): CliError {
  const kind = (Object.keys(exitCodes) as (keyof typeof exitCodes)[]).find((name) => exitCodes[name] === exitCode)
  return new CliError(code, message, { hint, kind: kind === undefined || kind === 'done' ? 'failed' : kind })
}

/** True in the process that --detach made: nobody reads what it writes, and all of it goes to the log. */
export function isDetached(variables: Readonly<Record<string, string | undefined>>): boolean {
  return variables[channelVariable] === '1'
}

/** Says it to the command that started this process, if one did and still listens. */
export function tellStarter(
  message: FailedMessage | { readonly event: 'ready' },
  variables: Readonly<Record<string, string | undefined>>,
): void {
  if (!isDetached(variables) || process.send === undefined || !process.connected) return
  // Before the channel is closed the message has to be out.
  process.send(message, undefined, undefined, () => {
    if (process.connected) process.disconnect()
  })
}
