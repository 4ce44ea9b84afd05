/** `qudag completion` and `qudag man`: what the tree of commands tells about itself. */
import { Argument, type Command } from 'commander'
import { commandTree } from '../command-tree.ts'
import { completionScript, type Shell, shells } from '../completion.ts'
import type { Environment } from '../environment.ts'
import { manPage } from '../man-page.ts'
import { examples } from './action.ts'

export function addHelpCommands(program: Command, { stdout }: Environment, version: string): void {
  const completion = program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell it is for').choices(shells))
    .description('print a completion script')
  examples(completion, 'completion bash > ~/.local/share/bash-completion/completions/qudag')
  completion.action((shell: Shell) => {
    stdout.write(completionScript(shell, commandTree(program)))
  })
  const man = program.command('man').description('print the man page')
  examples(man, 'man | man -l -')
  man.action(() => {
    stdout.write(manPage(commandTree(program), version))
  })
}
