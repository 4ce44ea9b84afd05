/** Starts peer-program.ts in a namespace, and asks it. */
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../../scripts/test-support/compile-cache.ts'
import type { Namespace } from './namespaces.ts'
import type { PeerCommand, PeerProgramOptions } from './peer-program.ts'

export interface PeerProcess {
  readonly id: string
  ask(command: PeerCommand): Promise<unknown>
  /** What it wrote to stderr: where it failed. */
  errors(): string
}

export async function startPeer(namespace: Namespace, options: PeerProgramOptions): Promise<PeerProcess> {
  const entry = fileURLToPath(new URL('./peer-program.ts', import.meta.url))
  const child = namespace.spawn(process.execPath, [entry, JSON.stringify(options)], {
    PATH: process.env.PATH,
    TMPDIR: process.env.TMPDIR,
    DEBUG: process.env.QUDAG_NETWORK_DEBUG,
    ...compileCache(),
  })
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('the program has no pipes')
  let errors = ''
  stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  /** Answers come in the order of the questions. */
  const waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = []
  const ready = Promise.withResolvers<string>()
  createInterface(stdout).on('line', (line) => {
    const said = JSON.parse(line) as {
      event?: string
      id?: string
      answer?: unknown
      error?: { code: string; message: string }
    }
    if (said.event === 'ready') return ready.resolve(String(said.id))
    const asked = waiting.shift()
    if (said.error === undefined) asked?.resolve(said.answer)
    else asked?.reject(Object.assign(new Error(said.error.message), { code: said.error.code }))
  })
  child.once('close', (code) => {
    const ended = new Error(`the program ended with ${code}: ${errors}`)
    ready.reject(ended)
    for (const { reject } of waiting) reject(ended)
  })
  return {
    id: await ready.promise,
    ask: (command) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        stdin.write(`${JSON.stringify(command)}\n`)
      }),
    errors: () => errors,
  }
}
