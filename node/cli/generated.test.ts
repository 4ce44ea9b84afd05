/** What is generated from the tree of commands: help, completion, man page. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { allCommands, commandTree } from './command-tree.ts'
import { completionScript } from './completion.ts'
import { manPage } from './man-page.ts'
import { createProgram } from './program.ts'

const sink = { write: () => true }
const program = createProgram(
  {
    variables: {},
    stdout: sink,
    stderr: sink,
    program: 'qudag',
    onInterrupt: () => () => undefined,
    openInBrowser: async () => false,
  },
  () => Promise.reject(new Error('not started here')),
)
const tree = commandTree(program)
const commands = allCommands(tree)
const folder = temporaryFolder('generated')

describe('the tree of commands', () => {
  it('has every command of the interface', () => {
    const leaves = commands.filter((command) => command.commands.length === 0).map(({ path }) => path.join(' '))
    expect(leaves).toEqual(
      expect.arrayContaining([
        ...['start', 'open', 'status', 'stop'].map((name) => `node ${name}`),
        ...['init', 'unlock', 'lock', 'backup', 'restore', 'change-password', 'status'].map((name) => `vault ${name}`),
        ...['create', 'list', 'show', 'export-public'].map((name) => `account ${name}`),
        ...['show', 'list', 'submit'].map((name) => `tx ${name}`),
        ...['create', 'list', 'revoke'].map((name) => `token ${name}`),
        ...['list', 'init', 'pair', 'unlock', 'test'].map((name) => `hsm ${name}`),
        ...['audit show', 'audit verify', 'storage status', 'storage verify', 'address verify', 'bench verify'],
        'network join',
        ...['list', 'add', 'ban', 'unban'].map((name) => `peer ${name}`),
        ...['sim sampling', 'sim sortition'],
        ...['start', 'transfer', 'faucet', 'completion', 'man'],
      ]),
    )
  })

  it('says of every command and option what it does', () => {
    for (const { path, description, options } of commands) {
      expect(description, path.join(' ')).not.toBe('')
      for (const option of options) expect(option.description, `${path.join(' ')} ${option.name}`).not.toBe('')
    }
  })

  it('takes no secret as an argument', () => {
    for (const { path, options, usage } of commands) {
      for (const { name } of options) {
        // A simulation's seed is a number to repeat it by.
        if (path[0] === 'sim' && name === '--seed') continue
        if (/password|phrase|pin|seed|key$/.test(name) && !['--idempotency-key', '--public-key'].includes(name)) {
          expect(name, path.join(' ')).toMatch(/-(?:file|fd)$/)
        }
      }
      expect(usage).not.toMatch(/password|phrase|seed/)
    }
  })
})

describe('completionScript', () => {
  /** What bash would offer with the cursor at the end of the line. */
  function offered(line: string): string[] {
    const script = join(folder, 'completion.bash')
    writeFileSync(script, completionScript('bash', tree))
    const words = line.split(' ')
    const source = `source ${script}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _qudag; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', source], { encoding: 'utf8', cwd: folder })
    expect(stderr).toBe('')
    return stdout.split('\n').filter((word) => word !== '')
  }

  it('offers commands, their subcommands and options, also behind global options', () => {
    expect(offered('qudag va')).toEqual(['vault', 'validator'])
    expect(offered('qudag vault re')).toEqual(['restore'])
    expect(offered('qudag --json vault re')).toEqual(['restore'])
    expect(offered('qudag transfer --ma')).toEqual(['--max-fee'])
    expect(offered('qudag transfer --js')).toEqual(['--json'])
    expect(offered('qudag vault init --password-')).toEqual(['--password-file', '--password-fd'])
  })

  it('offers the values of an option that has a closed list, and files for the others', () => {
    expect(offered('qudag transfer --wait f')).toEqual(['finalized'])
    expect(offered('qudag account create --suite ')).toEqual(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'ML-DSA-65+P-256'])
    expect(offered('qudag vault restore --backup compl')).toEqual(['completion.bash'])
  })

  it.each(['bash', 'zsh', 'fish'] as const)('names every command for %s', (shell) => {
    const script = completionScript(shell, tree)
    for (const { path } of commands) for (const word of path) expect(script).toContain(word)
  })
})

describe('manPage', () => {
  const page = manPage(tree, '1.2.3')

  it('has every command and option', () => {
    for (const { path, options, commands: children } of commands.slice(1)) {
      if (children.length > 0) continue
      expect(page).toContain(`qudag ${path.join(' ')}`.replace(/-/g, '\\-'))
      for (const { name } of options) expect(page).toContain(name.replace(/-/g, '\\-'))
    }
  })

  it('has no line that would be taken for a request', () => {
    const requests = page.split('\n').filter((line) => /^[.']/.test(line))
    for (const line of requests) expect(line).toMatch(/^\.(?:TH|SH|SS|TP|B|RI)(?: |$)/)
  })

  it('is understood by groff', (context) => {
    if (spawnSync('groff', ['--version']).status !== 0) context.skip('groff is not installed')
    const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou'], {
      input: page,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(stdout).toContain('EXIT STATUS')
  })
})
