/**
 * New versions. Looked for in the channel that the owner chose, fetched in the background, checked by the updater (its
 * signature on macOS and Windows, the SHA-512 of the channel's file everywhere) and installed only when the owner says so.
 * Where this build has no address to ask, nothing is asked. docs/desktop.md says how a release is made.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DesktopSettings } from '../../node/api/contract/index.ts'
import type { ReportFault } from './fault-log.ts'
import { shellLimits } from './limits.ts'
import type { Timer } from './timer.ts'

type Channel = DesktopSettings['updates']

/** The part of electron-updater that is used. */
export interface Updater {
  channel: string | null
  autoDownload: boolean
  autoInstallOnAppQuit: boolean
  allowDowngrade: boolean
  allowPrerelease: boolean
  on(event: 'update-downloaded', listener: (info: { readonly version: string }) => void): unknown
  on(event: 'error', listener: (cause: Error) => void): unknown
  checkForUpdates(): Promise<unknown>
  quitAndInstall(): void
}

export interface UpdatesDeps {
  readonly loadUpdater: () => Promise<Updater>
  /** True where the owner wants it installed now. */
  readonly ask: (version: string) => Promise<boolean>
  /** Ends the node in order. */
  readonly prepareRestart: () => Promise<void>
  readonly timer: Timer
  readonly reportFault: ReportFault
}

export interface Updates {
  setChannel(channel: Channel): void
}

export function createUpdates({ loadUpdater, ask, prepareRestart, timer, reportFault }: UpdatesDeps): Updates {
  let updater: Promise<Updater> | undefined
  let channel: Channel = 'off'
  let cancel: (() => void) | undefined
  let offered: string | undefined

  const offer = async (loaded: Updater, version: string): Promise<void> => {
    if (channel === 'off' || offered === version) return
    offered = version
    if (!(await ask(version))) return
    await prepareRestart()
    loaded.quitAndInstall()
  }
  const load = async (): Promise<Updater> => {
    const loaded = await loadUpdater()
    loaded.autoDownload = true
    loaded.autoInstallOnAppQuit = false
    loaded.on('update-downloaded', ({ version }) => {
      offer(loaded, version).catch((cause: unknown) => reportFault(cause, 'update'))
    })
    // Being offline is no fault of ours, and the library tells of each twice: here, and by the rejection below.
    loaded.on('error', () => undefined)
    return loaded
  }
  const look = async (): Promise<void> => {
    updater ??= load()
    const loaded = await updater
    loaded.channel = channel === 'beta' ? 'beta' : 'latest'
    loaded.allowPrerelease = channel === 'beta'
    // Setting a channel allows going back to an older version: never, since an old one may not read the data folder.
    loaded.allowDowngrade = false
    await loaded.checkForUpdates()
  }
  const lookAgainAndAgain = (): void => {
    look().catch((cause: unknown) => reportFault(cause, 'update'))
    cancel = timer.after(shellLimits.updateIntervalMs, lookAgainAndAgain)
  }

  return {
    setChannel(next) {
      if (next === channel) return
      channel = next
      cancel?.()
      cancel = undefined
      if (next !== 'off') lookAgainAndAgain()
    },
  }
}

/** Why nothing can be looked for; undefined where it can. @param resourcesDir of the package, where its address lies */
export function updatesProblem(isPackaged: boolean, resourcesDir: string): string | undefined {
  if (!isPackaged) return 'This is a checkout: it is updated with its sources.'
  let settings: string
  try {
    settings = readFileSync(join(resourcesDir, 'app-update.yml'), 'utf8')
  } catch {
    return 'This package was made without an address to ask for new versions.'
  }
  // RFC 2606, 2: nothing answers under `.invalid`; it stands where the owner has set no address.
  return /^url:\s*['"]?https:\/\/(?![^\s/'"]*\.invalid\b)[^\s'"]+/m.test(settings)
    ? undefined
    : 'This package was made without an address to ask for new versions.'
}
