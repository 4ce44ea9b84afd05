/** Where there is an Electron that can show a window here, and if there is none, why. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

export interface Machine {
  readonly platform: NodeJS.Platform
  readonly env: Env
  /** Undefined on Windows. */
  readonly userId: number | undefined
  /** Content of a file; undefined where it cannot be read. */
  readonly read: (path: string) => string | undefined
}

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    userId: process.getuid?.(),
    read(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return undefined
      }
    },
  }
}

/** Why no window can be shown, in one line; undefined where one can. */
export function windowProblem({ platform, env, userId }: Machine): string | undefined {
  if (userId === 0) return 'The desktop app does not run as root, since its sandbox would be off.'
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return 'There is no display here for the desktop app.'
  return undefined
}

/**
 * Why the sandbox of its pages cannot be made; undefined where it can. On Linux it takes namespaces that the system lets
 * anybody make, or Electron's helper owned by root with the setuid bit.
 */
export function sandboxProblem({ platform, read }: Machine, hasHelper: boolean): string | undefined {
  if (platform !== 'linux' || hasHelper) return undefined
  const isOff =
    read('/proc/sys/kernel/unprivileged_userns_clone')?.trim() === '0' ||
    read('/proc/sys/user/max_user_namespaces')?.trim() === '0' ||
    read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')?.trim() === '1'
  return isOff
    ? 'This system lets no program make the sandbox that the desktop app needs (docs/desktop.md).'
    : undefined
}

export function hasSandboxHelper(electron: string): boolean {
  try {
    const { uid, mode } = statSync(join(dirname(electron), 'chrome-sandbox'))
    return uid === 0 && (mode & 0o4000) !== 0
  } catch {
    return false
  }
}

/** @param root of the project. @returns undefined where none is installed */
export function findElectron(root: string, env: Env, platform: NodeJS.Platform = process.platform): string | undefined {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' } as Partial<
    Record<string, string>
  >
  const folder = env.ELECTRON_OVERRIDE_DIST_PATH || join(root, 'node_modules/electron/dist')
  const binary = join(folder, names[platform] ?? 'electron')
  return existsSync(binary) ? binary : undefined
}

/** How long the package's own installation may take, ms: a hundred megabytes over a slow line. */
const installTimeoutMs = 120_000
/** After one that failed, the next try, ms: a machine that cannot reach the host must not wait at every start. */
const retryAfterMs = 24 * 3_600_000

/**
 * Has the electron package fetch its binary, which it does lazily, unless that failed a short while ago.
 *
 * @returns its path; undefined where it could not be had
 */
export function installElectron(root: string, nowMs: number = Date.now()): string | undefined {
  const failedFile = join(root, '.cache/electron-install-failed')
  const failedAtMs = existsSync(failedFile) ? statSync(failedFile).mtimeMs : Number.NEGATIVE_INFINITY
  if (nowMs - failedAtMs < retryAfterMs) return undefined
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    cwd: root,
    stdio: 'ignore',
    timeout: installTimeoutMs,
  })
  const found = status === 0 ? findElectron(root, {}) : undefined
  if (found === undefined) {
    mkdirSync(dirname(failedFile), { recursive: true })
    writeFileSync(failedFile, '')
  }
  return found
}
