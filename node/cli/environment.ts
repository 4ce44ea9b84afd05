/** What the command line has of the machine, in one place, so that a test can stand in for it. */
import { type OpenInBrowser, openInBrowser } from './open-in-browser.ts'
import type { OutputStream } from './output.ts'

export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** What to type to call this program: `qudag`, or in a checkout what npm makes of it. */
  readonly program: string
  /** Calls back at the first Ctrl-C; a second one ends the program at once. Returns its removal. */
  onInterrupt(callback: () => void): () => void
  /** False where it could not. */
  readonly openInBrowser: OpenInBrowser
}

export function systemEnvironment(): Environment {
  return {
    variables: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    program: process.argv[1]?.endsWith('.ts') === true ? 'npm run qudag --' : 'qudag',
    onInterrupt(callback) {
      let asked = false
      const listener = (): void => {
        if (asked) process.exit(130)
        asked = true
        callback()
      }
      process.on('SIGINT', listener)
      return () => process.off('SIGINT', listener)
    },
    openInBrowser,
  }
}
