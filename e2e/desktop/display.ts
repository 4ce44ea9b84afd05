/** A screen for the app under test: that of the machine, or one in memory, as the user whom the app runs as. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { asUser, type TestUser } from './test-user.ts'

export interface Display {
  readonly env: Readonly<Record<string, string>>
  close(): void
}

/** Screens are numbered by the server itself, so that tests and other people's do not meet. */
export async function openDisplay(user: TestUser): Promise<Display> {
  const args = ['-displayfd', '1', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp']
  const [program, programArgs] = asUser(user, 'Xvfb', args)
  const server: ChildProcess = spawn(program, programArgs, { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  const close = (): void => {
    try {
      // With its children: as another user it runs below the program that changes to that one.
      if (server.pid !== undefined) process.kill(-server.pid, 'SIGTERM')
    } catch {
      // It has ended already.
    }
  }
  const { stdout } = server
  if (stdout === null) throw new Error('the screen in memory has no output')
  const number = await new Promise<string>((resolve, reject) => {
    createInterface(stdout).once('line', resolve)
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`the screen in memory ended with ${code}`)))
  })
  return { env: { DISPLAY: `:${number.trim()}` }, close }
}
