/** The tree of commands as data: completion and the man page come from it, so neither can fall behind. */
import type { Command } from 'commander'

export interface TreeOption {
  /** `--data-dir` and the like; the long form. */
  readonly name: string
  /** As in --help: `--data-dir <dir>`. */
  readonly flags: string
  readonly description: string
  readonly takesValue: boolean
  /** Allowed values, where they are a closed list. */
  readonly choices: readonly string[]
}

export interface TreeCommand {
  /** Words after the program's name: ["vault", "init"]. */
  readonly path: readonly string[]
  readonly description: string
  /** `<to> <amount>`. */
  readonly usage: string
  readonly options: readonly TreeOption[]
  readonly commands: readonly TreeCommand[]
}

export function commandTree(command: Command, path: readonly string[] = []): TreeCommand {
  const usage = command.registeredArguments
    .map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`))
    .join(' ')
  return {
    path,
    description: command.description(),
    usage,
    options: command.options.map((option) => ({
      name: option.long ?? option.flags,
      flags: option.flags,
      description: option.description,
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    })),
    commands: command.commands.map((child) => commandTree(child, [...path, child.name()])),
  }
}

/** The command itself and everything below it. */
export function allCommands(tree: TreeCommand): readonly TreeCommand[] {
  return [tree, ...tree.commands.flatMap(allCommands)]
}
