/** Hands an address to the default browser of the machine, without a shell in between. */
import { spawn } from 'node:child_process'
import { cliLimits } from './limits.ts'

export type OpenInBrowser = (url: string) => Promise<boolean>

interface Opener {
  readonly command: string
  readonly args: readonly string[]
}

/** Undefined where nobody would see a window: a machine without a display has none to open one in. */
export function openerOf(
  url: string,
  platform: NodeJS.Platform,
  variables: Readonly<Record<string, string | undefined>>,
): Opener | undefined {
  if (platform === 'darwin') return { command: 'open', args: [url] }
  // Not `start`, which is a word of the shell and would read `&` in an address as the end of a command.
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler', url] }
  const hasDisplay = [variables.DISPLAY, variables.WAYLAND_DISPLAY].some((name) => name !== undefined && name !== '')
  return hasDisplay ? { command: 'xdg-open', args: [url] } : undefined
}

/** False where there is no browser, no display, or the opener says that it failed. */
export const openInBrowser: OpenInBrowser = async (url) => {
  const opener = openerOf(url, process.platform, process.env)
  if (opener === undefined) return false
  return new Promise((resolve) => {
    const child = spawn(opener.command, opener.args, { detached: true, stdio: 'ignore' })
    // Some openers stay for as long as the browser they started.
    const timer = setTimeout(() => resolve(true), cliLimits.openerWaitMs)
    const settle = (isOpened: boolean): void => {
      clearTimeout(timer)
      resolve(isOpened)
    }
    child.once('error', () => settle(false))
    child.once('exit', (code) => settle(code === 0))
    child.unref()
  })
}
