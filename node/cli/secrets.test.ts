import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { type SecretOptionValues, type SecretRequest, withSecrets } from './secrets.ts'
import type { Ask } from './terminal-prompt.ts'
import { environmentOf, mainFile } from './test-support/run-program.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder('secrets')
let nextFile = 0

function secretFile(content: string | Uint8Array, mode = 0o600): string {
  const file = join(folder, `secret-${nextFile++}`)
  writeFileSync(file, content)
  chmodSync(file, mode)
  return file
}

/** A terminal on which these answers are typed. */
function typing(...answers: string[]): { ask: Ask; given: Buffer[]; questions: string[] } {
  const given: Buffer[] = []
  const questions: string[] = []
  return {
    given,
    questions,
    ask: async (question) => {
      questions.push(question)
      const answer = Buffer.from(answers.shift() ?? '')
      given.push(answer)
      return answer
    },
  }
}

const noTerminal: Ask = () => undefined

async function read(
  request: SecretRequest,
  options: SecretOptionValues,
  ask: Ask = noTerminal,
): Promise<string | undefined> {
  return withSecrets(
    [request],
    options,
    async (secrets) => {
      const secret = secrets[request.name]
      return secret === undefined ? undefined : new TextDecoder().decode(secret)
    },
    ask,
  )
}

const password: SecretRequest = { name: 'password' }

describe('a secret from a file', () => {
  it('is taken without the line break at its end, and with every other character', async () => {
    expect(await read(password, { passwordFile: secretFile(' pass word \n') })).toBe(' pass word ')
    expect(await read(password, { passwordFile: secretFile('windows\r\n') })).toBe('windows')
    expect(await read(password, { passwordFile: secretFile('two\n\n') })).toBe('two\n')
    expect(await read(password, { passwordFile: secretFile('päss') })).toBe('päss')
    expect(await read(password, { passwordFile: secretFile('systemd', 0o400) })).toBe('systemd')
  })

  it.each([0o644, 0o640, 0o660, 0o604, 0o602, 0o610])('is refused with mode %o', async (mode) => {
    await expect(read(password, { passwordFile: secretFile('secret', mode) })).rejects.toMatchObject({
      code: 'SECRET_FILE_PERMISSIONS',
      exitCode: 3,
    })
  })

  it('is refused where what a link points to is open to others', async () => {
    const link = join(folder, 'link')
    symlinkSync(secretFile('secret', 0o644), link)
    await expect(read(password, { passwordFile: link })).rejects.toMatchObject({ code: 'SECRET_FILE_PERMISSIONS' })
  })

  it('is refused where it belongs to somebody else', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root can give a file away')
    const file = secretFile('secret')
    spawnSync('chown', ['12345', file])
    await expect(read(password, { passwordFile: file })).rejects.toMatchObject({
      code: 'SECRET_FILE_PERMISSIONS',
      message: expect.stringContaining('another user'),
    })
  })

  it('is refused where it is missing, a folder, empty, or too long', async () => {
    mkdirSync(join(folder, 'a-folder'))
    const cases: [string, string][] = [
      [join(folder, 'missing'), 'SECRET_FILE_UNREADABLE'],
      [join(folder, 'a-folder'), 'SECRET_FILE_UNREADABLE'],
      [secretFile(''), 'SECRET_EMPTY'],
      [secretFile('\n'), 'SECRET_EMPTY'],
      [secretFile('x'.repeat(1_200)), 'SECRET_TOO_LONG'],
    ]
    for (const [passwordFile, code] of cases) {
      await expect(read(password, { passwordFile })).rejects.toMatchObject({ code, exitCode: 2 })
    }
  })

  it('is never in the error about it (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-zA-Z0-9]{12,40}$/), async (secret) => {
        const tooLong = secret.repeat(100)
        for (const [content, mode] of [
          [secret, 0o644],
          [tooLong, 0o600],
        ] as const) {
          const error: unknown = await read(password, { passwordFile: secretFile(content, mode) }).catch(
            (thrown) => thrown,
          )
          expect(error).toBeInstanceOf(Error)
          expect(`${JSON.stringify(error)}${(error as Error).stack}`).not.toContain(secret)
        }
      }),
      { numRuns: 20 },
    )
  })
})

describe('a secret from a descriptor', () => {
  it('is read to its end', async () => {
    const descriptor = openSync(secretFile('from a descriptor\n'), 'r')
    try {
      expect(await read(password, { passwordFd: String(descriptor) })).toBe('from a descriptor')
    } finally {
      closeSync(descriptor)
    }
  })

  it('is refused where it is no descriptor, not open, or for output', async () => {
    for (const passwordFd of ['x', '-1', '1.5', '1', '2']) {
      await expect(read(password, { passwordFd })).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 })
    }
    await expect(read(password, { passwordFd: '999' })).rejects.toMatchObject({ code: 'SECRET_FILE_UNREADABLE' })
  })

  it('gives one secret only', async () => {
    const both = withSecrets(
      [password, { name: 'new-password' }],
      { passwordFd: '3', newPasswordFd: '3' },
      async () => undefined,
    )
    await expect(both).rejects.toMatchObject({ code: 'USAGE' })
  })
})

describe('withSecrets', () => {
  it('refuses a file and a descriptor at once', async () => {
    await expect(read(password, { passwordFile: 'a', passwordFd: '3' })).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('asks on the terminal, and ends in SECRET_REQUIRED where there is none', async () => {
    expect(await read(password, {}, typing('typed').ask)).toBe('typed')
    await expect(read(password, {})).rejects.toMatchObject({ code: 'SECRET_REQUIRED', exitCode: 3 })
  })

  it('asks for a new secret twice, and takes it only where both are the same', async () => {
    const isNew = { name: 'new-password', isNew: true } as const
    const same = typing('long enough', 'long enough')
    expect(await read(isNew, {}, same.ask)).toBe('long enough')
    expect(same.questions).toEqual(['New password: ', 'The same again: '])
    const different = typing('long enough', 'long enuogh')
    await expect(read(isNew, {}, different.ask)).rejects.toMatchObject({ code: 'SECRET_MISMATCH', exitCode: 2 })
    for (const buffer of different.given) expect(buffer.every((byte) => byte === 0)).toBe(true)
  })

  it('does not ask for what is optional', async () => {
    expect(await read({ name: 'passphrase', optional: true }, {}, typing('x').ask)).toBeUndefined()
  })

  it('overwrites every secret at the end, also after a failure', async () => {
    const kept: Uint8Array[] = []
    const use = (fails: boolean) =>
      withSecrets(
        [password, { name: 'phrase' }],
        { passwordFile: secretFile('one'), phraseFile: secretFile('two') },
        async (secrets) => {
          kept.push(...Object.values(secrets))
          if (fails) throw new Error('failed')
        },
      )
    await use(false)
    await expect(use(true)).rejects.toThrow('failed')
    expect(kept).toHaveLength(4)
    for (const bytes of kept) expect(bytes.every((byte) => byte === 0)).toBe(true)
  })

  it('overwrites the first secret where the second cannot be had', async () => {
    const terminal = typing('first')
    let calls = 0
    const ask: Ask = (question, maxBytes) => (calls++ === 0 ? terminal.ask(question, maxBytes) : undefined)
    await expect(withSecrets([password, { name: 'phrase' }], {}, async () => undefined, ask)).rejects.toMatchObject({
      code: 'SECRET_REQUIRED',
    })
    expect(terminal.given.every((buffer) => buffer.every((byte) => byte === 0))).toBe(true)
  })
})

describe('on a real terminal', () => {
  const hasScript = spawnSync('script', ['--version']).status === 0

  /** Runs a module that asks, below a terminal of its own, typing each answer when its question is there. */
  function onTerminal(
    source: string,
    answers: readonly (readonly [question: string, typed: string])[],
  ): Promise<string> {
    const file = join(folder, `ask-${nextFile++}.ts`)
    writeFileSync(file, source)
    return new Promise((resolve, reject) => {
      const child = spawn('script', ['-qec', `${process.execPath} ${file}`, '/dev/null'], {
        env: environmentOf({ dataDir: folder, env: { TERM: 'xterm' } }),
      })
      const waiting = [...answers]
      let shown = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        shown += text
        const next = waiting[0]
        if (next !== undefined && shown.includes(next[0])) {
          waiting.shift()
          child.stdin.write(next[1])
        }
      })
      child.on('error', reject)
      child.on('close', () => resolve(shown))
    })
  }

  const asking = `
    import { withSecrets } from ${JSON.stringify(new URL('./secrets.ts', import.meta.url).href)}
    try {
      await withSecrets([{ name: 'password' }], {}, async ({ password }) =>
        console.log('length ' + password.length + ' sum ' + password.reduce((sum, byte) => sum + byte, 0)))
    } catch (error) { console.log('ended in ' + error.code + ' ' + error.exitCode) }`
  const sumOf = (text: string): number => Buffer.from(text).reduce((sum, byte) => sum + byte, 0)

  it('nothing that is typed is shown, and it all arrives', async (context) => {
    if (!hasScript) context.skip('script(1) is not installed')
    const shown = await onTerminal(asking, [['Password: ', 'geheimnis-ü\r']])
    expect(shown).toContain(`length 12 sum ${sumOf('geheimnis-ü')}`)
    expect(shown).not.toMatch(/geheim|eimnis|ü/)
  })

  it('backspace takes a whole character, Ctrl-U the line, and arrow keys are no part of it', async (context) => {
    if (!hasScript) context.skip('script(1) is not installed')
    expect(await onTerminal(asking, [['Password: ', 'aä\u007fb\r']])).toContain(`length 2 sum ${sumOf('ab')}`)
    expect(await onTerminal(asking, [['Password: ', 'wrong\u0015right\r']])).toContain(`length 5 sum ${sumOf('right')}`)
  })

  it('Ctrl-C ends in 130, too long a secret in 2', async (context) => {
    if (!hasScript) context.skip('script(1) is not installed')
    expect(await onTerminal(asking, [['Password: ', 'half\u0003']])).toContain('ended in INTERRUPTED 130')
    expect(await onTerminal(asking, [['Password: ', `${'x'.repeat(1_025)}\r`]])).toContain('ended in SECRET_TOO_LONG 2')
  })

  it('the entry is found where the tests believe it to be', () => {
    expect(spawnSync(process.execPath, [mainFile, '--version'], { encoding: 'utf8' }).status).toBe(0)
  })
})
