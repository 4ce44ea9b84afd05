/** One run of the command line: parse, act, and turn whatever was thrown into words and an exit code. */
import { CommanderError } from 'commander'
import { outputOf } from './context.ts'
import type { Environment } from './environment.ts'
import { failureOf } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { type StartNode, startRealNode } from './node-runner.ts'
import { createProgram } from './program.ts'

/** @param args without the program's own name */
export async function runCli(
  args: readonly string[],
  environment: Environment,
  startNode: StartNode = startRealNode,
): Promise<ExitCode> {
  const program = createProgram(environment, startNode)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCodes.done
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done
      // A group without its command: commander has shown the help already.
      if (error.code === 'commander.help') return exitCodes.usage
    }
    return tellFailure(error, args, environment)
  }
}

/** In words or as JSON on stderr; a stack only with QUDAG_DEBUG=1. */
export function tellFailure(error: unknown, args: readonly string[], environment: Environment): ExitCode {
  const failure = failureOf(error)
  // Where parsing itself failed, commander may not have come as far as --json.
  outputOf({ json: args.includes('--json') }, environment).failure(failure)
  if (environment.variables.QUDAG_DEBUG === '1' && error instanceof Error) environment.stderr.write(`${error.stack}\n`)
  return failure.exitCode
}
