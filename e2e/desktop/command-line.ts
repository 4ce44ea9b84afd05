/** The command line on a data folder, as the person whom the folder belongs to. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../../scripts/test-support/compile-cache.ts'
import { asUser, testUser } from './test-user.ts'

const main = fileURLToPath(new URL('../../node/cli/main.ts', import.meta.url))

export interface CommandLine {
  /**
   * What a command answers with --json; null where it answers nothing.
   *
   * @param secrets what descriptors 3, 4 … give
   */
  run<T = unknown>(args: readonly string[], secrets?: readonly string[]): Promise<T>
  /** The same of another program of ours: with its file in place of the command line's. */
  runFile<T = unknown>(file: string, args: readonly string[], secrets?: readonly string[]): Promise<T>
  /** Code of the error that it ends with. */
  failure(args: readonly string[], secrets?: readonly string[]): Promise<string>
}

export function commandLine(dataDir: string): CommandLine {
  const start = (file: string, args: readonly string[], secrets: readonly string[]) =>
    new Promise<{ code: number | null; out: string; errors: string }>((resolve, reject) => {
      const [program, programArgs] = asUser(testUser(), process.execPath, [file, ...args])
      const child = spawn(program, programArgs, {
        // A session of its own has no terminal to ask on.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', ...secrets.map(() => 'pipe' as const)],
        env: {
          PATH: process.env.PATH,
          TMPDIR: process.env.TMPDIR,
          HOME: dataDir,
          QUDAG_DATA_DIR: dataDir,
          ...compileCache(),
        },
      })
      const written = { out: '', errors: '' }
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        written.out += text
      })
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        written.errors += text
      })
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, ...written }))
      for (const [index, secret] of secrets.entries()) {
        const pipe = child.stdio[index + 3] as NodeJS.WritableStream
        pipe.on('error', () => undefined)
        pipe.end(secret)
      }
    })
  const runFile = async <T>(file: string, args: readonly string[], secrets: readonly string[] = []): Promise<T> => {
    const { code, out, errors } = await start(file, args, secrets)
    if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${errors}`)
    return (out.trim() === '' ? null : JSON.parse(out)) as T
  }
  return {
    runFile,
    run: (args, secrets) => runFile(main, [...args, '--json'], secrets),
    async failure(args, secrets = []) {
      const { code, errors } = await start(main, [...args, '--json'], secrets)
      if (code === 0) throw new Error(`qudag ${args.join(' ')} was done, and should have been refused`)
      return (JSON.parse(errors) as { error: { code: string } }).error.code
    },
  }
}
