/** What the defaults depend on: the machine and the person's folders. Handed in, so that tests can be any machine. */
import { availableParallelism, homedir } from 'node:os'

export interface Host {
  readonly platform: NodeJS.Platform
  readonly homeDir: string
  /** Relative paths on the command line and in the environment start here. */
  readonly workingDir: string
  readonly cpuCount: number
}

export function currentHost(): Host {
  return {
    platform: process.platform,
    homeDir: homedir(),
    workingDir: process.cwd(),
    cpuCount: availableParallelism(),
  }
}

export type Env = Readonly<Record<string, string | undefined>>

/**
 * Where data goes when nobody says: the XDG data folder, Application Support, or the roaming application data.
 * Sources: XDG Base Directory Specification 0.8 ("relative paths are invalid and to be ignored"), Apple's File System
 * Programming Guide, Windows known folders.
 */
export function defaultDataDir(host: Host, env: Env): string {
  if (host.platform === 'win32') {
    return `${env.APPDATA === undefined || env.APPDATA === '' ? `${host.homeDir}\\AppData\\Roaming` : env.APPDATA}\\qudag-exchange`
  }
  if (host.platform === 'darwin') return `${host.homeDir}/Library/Application Support/qudag-exchange`
  const data = env.XDG_DATA_HOME
  return `${data?.startsWith('/') === true ? data.replace(/\/+$/, '') : `${host.homeDir}/.local/share`}/qudag-exchange`
}
