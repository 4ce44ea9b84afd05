/**
 * Starting with the session of the user. On Linux by a desktop entry in the autostart folder (Desktop Application Autostart
 * Specification 0.5); on macOS and Windows by the system's own list.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from './json-file.ts'

export interface AutostartPlace {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homeDir: string
  readonly isPackaged: boolean
  /** What is started; of an AppImage the image itself, since its inside moves with every start. */
  readonly program: string
  /** app.setLoginItemSettings. */
  readonly setLoginItem: (settings: { openAtLogin: boolean; path: string; args: string[] }) => void
}

/** Why it cannot be; undefined where it can. */
export function autostartProblem({ isPackaged }: Pick<AutostartPlace, 'isPackaged'>): string | undefined {
  return isPackaged ? undefined : 'This is a checkout; only an installed app can be started with the session.'
}

/** @throws the system's error */
export function setAutostart(isWanted: boolean, place: AutostartPlace): void {
  if (place.platform !== 'linux') {
    place.setLoginItem({ openAtLogin: isWanted, path: place.program, args: ['--hidden'] })
    return
  }
  const file = join(configFolder(place), 'autostart', 'qudag-exchange.desktop')
  if (isWanted) replaceFile(file, desktopEntry(place.program), 0o644)
  else rmSync(file, { force: true })
}

export function desktopEntry(program: string): string {
  return `[Desktop Entry]
Type=Application
Name=QuDAG Exchange
Exec=${quoted(program)} --hidden
Terminal=false
X-GNOME-Autostart-enabled=true
`
}

/** Desktop Entry Specification 1.5, "The Exec key": quoted, reserved characters escaped, and then escaped once more as a string. */
function quoted(program: string): string {
  const argument = program.replaceAll(/["`$\\]/g, (character) => `\\${character}`).replaceAll('%', '%%')
  return `"${argument.replaceAll('\\', '\\\\')}"`
}

/** XDG Base Directory Specification 0.8: relative paths are invalid and to be ignored. */
function configFolder({ env, homeDir }: Pick<AutostartPlace, 'env' | 'homeDir'>): string {
  const named = env.XDG_CONFIG_HOME
  return named?.startsWith('/') === true ? named : join(homeDir, '.config')
}
