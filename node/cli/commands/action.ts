/** How a command of the tree gets its context: commander hands positional arguments, options, then the command itself. */
import type { Command } from 'commander'
import { type CommandContext, createContext } from '../context.ts'
import type { Environment } from '../environment.ts'

export type Options = Readonly<Record<string, unknown>>

/**
 * Sets the action of a command.
 *
 * @param run positional arguments as they were typed (undefined where left out), options, context
 */
export function action(
  command: Command,
  environment: Environment,
  run: (context: CommandContext, options: Options, ...positional: (string | undefined)[]) => Promise<void> | void,
): Command {
  return command.action(async (...received: unknown[]) => {
    const self = received.at(-1) as Command
    const positional = received.slice(0, -2) as (string | undefined)[]
    await run(createContext(self, environment), self.opts<Options>(), ...positional)
  })
}

/** The group of commands of this name, made by the first file that adds to it. */
export function groupOf(program: Command, name: string, description: string): Command {
  const known = program.commands.find((command) => command.name() === name)
  return known ?? program.command(name).description(description)
}

/** An option's text, undefined where it was not given. */
export function text(options: Options, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** Examples at the end of a command's --help. */
export function examples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ qudag ${line}`).join('\n')}`)
}

/** The argument that commander has made sure of. */
export function given(value: string | undefined): string {
  if (value === undefined) throw new Error('broken invariant: a required argument was not given')
  return value
}
