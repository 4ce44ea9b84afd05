/**
 * Why no window can be shown here. Asked before Electron is ready: without a screen it never is, and ends with nothing but
 * a line of Chromium's own and the signal of a crash.
 */
import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

export interface ScreenSources {
  readonly platform: NodeJS.Platform
  readonly env: Env
  /** Chromium's switch `--ozone-platform`; empty where it is not given. */
  readonly ozonePlatform: string
  /** Whether there is such a file. */
  readonly exists: (path: string) => boolean
  /** Names of the machine's Unix sockets, as in the last column of /proc/net/unix; undefined where they cannot be had. */
  readonly socketNames: () => readonly string[] | undefined
}

/** In one line; undefined where a window can be shown, and where only the attempt can tell. */
export function screenProblem({
  platform,
  env,
  ozonePlatform,
  exists,
  socketNames,
}: ScreenSources): string | undefined {
  if (platform !== 'linux') return undefined
  if (ozonePlatform === 'headless') return 'the platform “headless” shows no window'
  const { DISPLAY: display = '', WAYLAND_DISPLAY: wayland = '' } = env
  if (display === '' && wayland === '') return 'there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set'
  const problems: string[] = []
  if (display !== '') {
    const number = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(display)?.[1]
    // Another machine's, or a socket of macOS: the attempt tells.
    if (number === undefined) return undefined
    const socket = `/tmp/.X11-unix/X${number}`
    const names = socketNames()
    // The file may be there without the name (another network namespace), and the name without the file (an abstract socket).
    if (exists(socket) || names === undefined || names.includes(`@${socket}`)) return undefined
    problems.push(`no X server answers at DISPLAY=${display}`)
  }
  if (wayland !== '') {
    const folder = env.XDG_RUNTIME_DIR ?? ''
    if (exists(isAbsolute(wayland) ? wayland : join(folder, wayland))) return undefined
    problems.push(`no compositor answers at WAYLAND_DISPLAY=${wayland}`)
  }
  return problems.join(', and ')
}

export function screenSources(ozonePlatform: string): ScreenSources {
  return {
    platform: process.platform,
    env: process.env,
    ozonePlatform,
    exists: existsSync,
    socketNames() {
      try {
        const lines = readFileSync('/proc/net/unix', 'utf8').split('\n')
        return lines.flatMap((line) => /[@/]\S+$/.exec(line)?.[0] ?? [])
      } catch {
        return undefined
      }
    },
  }
}
