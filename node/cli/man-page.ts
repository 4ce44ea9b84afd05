/** The man page in roff (groff_man(7)), from the tree of commands. */
import { allCommands, type TreeCommand, type TreeOption } from './command-tree.ts'

const exitStatus: readonly (readonly [string, string])[] = [
  ['0', 'done'],
  ['1', 'failed'],
  ['2', 'wrong usage'],
  ['3', 'locked or not authorised'],
  ['4', 'the node cannot be reached'],
  ['5', 'rejected by the ledger'],
  ['6', 'timed out'],
  ['130', 'interrupted'],
]

export function manPage(tree: TreeCommand, version: string): string {
  const lines = [
    `.TH QUDAG 1 "" "qudag ${roff(version)}" "QuDAG Exchange"`,
    '.SH NAME',
    'qudag \\- wallet and node for rUv',
    '.SH SYNOPSIS',
    '.B qudag',
    '.RI [ options ] " command " [ arguments ]',
    '.SH DESCRIPTION',
    roff(tree.description),
    '.SH OPTIONS',
    'They stand before or after the command.',
    ...tree.options.flatMap(optionLines),
    '.SH COMMANDS',
  ]
  for (const { path, usage, description, options, commands } of allCommands(tree).slice(1)) {
    if (commands.length > 0) continue
    lines.push(
      '.SS',
      roff(['qudag', ...path, usage].join(' ').trim()),
      roff(description),
      ...options.flatMap(optionLines),
    )
  }
  lines.push('.SH EXIT STATUS', ...exitStatus.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, meaning]))
  lines.push(
    '.SH ENVIRONMENT',
    '.TP',
    '.B QUDAG_DATA_DIR',
    roff('stands for --data-dir'),
    '.TP',
    '.B NO_COLOR',
    'no colours where it is not empty',
    '.TP',
    '.B QUDAG_DEBUG',
    'with 1, faults print where they happened',
  )
  return `${lines.join('\n')}\n`
}

function optionLines({ flags, description }: TreeOption): string[] {
  return ['.TP', `.B ${roff(flags)}`, roff(description)]
}

/** Text as roff takes it: no line may begin with a control character, and a hyphen that is typed is not a dash. */
function roff(text: string): string {
  const escaped = text.replace(/\\/g, '\\e').replace(/-/g, '\\-')
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}
