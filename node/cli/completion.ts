/** Shell completion, written out from the tree of commands: no call of this program at each key. */
import { allCommands, type TreeCommand, type TreeOption } from './command-tree.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

export function completionScript(shell: Shell, tree: TreeCommand): string {
  if (shell === 'fish') return fishScript(tree)
  const bash = bashScript(tree)
  // zsh reads bash completions through its own emulation of `complete`.
  return shell === 'bash' ? bash : `#compdef qudag\nautoload -U +X bashcompinit && bashcompinit\n${bash}`
}

const key = (path: readonly string[]): string => path.join(' ')
const words = (values: readonly string[]): string => values.join(' ')

/** Options that stand after any command. */
function bashScript(tree: TreeCommand): string {
  const commands = allCommands(tree)
  const wordCases = commands.map(
    ({ path, commands: children, options }) =>
      `    '${key(path)}') words='${words([...children.map((child) => child.path.at(-1) ?? ''), ...options.map(({ name }) => name)])}' ;;`,
  )
  const chosen = commands.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ name, choices }) =>
          `    '${key(path)} ${name}') COMPREPLY=($(compgen -W '${words(choices)}' -- "$current")); return ;;`,
      ),
  )
  const valued = [...new Set(commands.flatMap(({ options }) => options.filter(takesValue).map(({ name }) => name)))]
  const subcommands = commands.slice(1).map(({ path }) => `'${key(path)}'`)
  return `# qudag: completion for bash. Use it with: source <(qudag completion bash)
_qudag() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "\${path:+$path }$word" in
      ${subcommands.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path $previous" in
${chosen.join('\n')}
  esac
  case "$previous" in
    ${valued.join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$path" in
${wordCases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words ${words(tree.options.map(({ name }) => name))}" -- "$current"))
}
complete -o filenames -F _qudag qudag
`
}

function takesValue({ takesValue: value }: TreeOption): boolean {
  return value
}

function fishScript(tree: TreeCommand): string {
  const lines = ['# qudag: completion for fish. Use it with: qudag completion fish | source', 'complete -c qudag -f']
  for (const { path, commands, options } of allCommands(tree)) {
    const children = commands.map((child) => child.path.at(-1) ?? '')
    const inside = path.map((word) => `__fish_seen_subcommand_from ${word}`)
    const before = children.length === 0 ? [] : [`not __fish_seen_subcommand_from ${words(children)}`]
    const condition = [...inside, ...before].join('; and ')
    for (const child of commands) {
      lines.push(`complete -c qudag -n '${condition}' -a '${child.path.at(-1)}' -d '${fishText(child.description)}'`)
    }
    const where = path.length === 0 ? '' : ` -n '${inside.join('; and ')}'`
    for (const { name, description, takesValue: value, choices } of options) {
      const values = choices.length > 0 ? ` -x -a '${words(choices)}'` : value ? ' -r -F' : ''
      lines.push(`complete -c qudag${where} -l ${name.replace(/^--/, '')}${values} -d '${fishText(description)}'`)
    }
  }
  return `${lines.join('\n')}\n`
}

function fishText(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")
}
