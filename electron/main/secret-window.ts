/**
 * The window in which passwords and phrases are typed and shown. Each has a session of its own in memory, no developer
 * tools, is kept out of screen captures where the system can, and is destroyed with everything in it after use.
 */
import { BrowserWindow, nativeTheme } from 'electron'
import type { Appearance, SecretPurpose } from '../../node/api/contract/index.ts'
import type { ReportFault } from './fault-log.ts'
import { type PageTable, pageAddress, type WindowKind } from './pages.ts'
import { closeSession, newSecretSession } from './security.ts'
import { backgrounds, pagePreferences, showWindow } from './window.ts'

/** Room for 24 words in two columns; a password needs less. */
const sizes: Readonly<Record<SecretPurpose, { readonly width: number; readonly height: number }>> = {
  create: { width: 640, height: 720 },
  restore: { width: 640, height: 720 },
  unlock: { width: 480, height: 420 },
  'change-password': { width: 520, height: 560 },
  backup: { width: 520, height: 520 },
  'restore-backup': { width: 560, height: 560 },
}

export interface SecretWindowsDeps {
  readonly table: PageTable
  readonly mainWindow: () => BrowserWindow | undefined
  /** Before the page is loaded: from then on it may ask for a port. */
  readonly register: (contents: Electron.WebContents, kind: WindowKind) => void
  readonly reportFault: ReportFault
}

export interface SecretWindows {
  /** Opens one, or brings the one that is open to the front; resolves when it is closed. */
  open(purpose: SecretPurpose, appearance?: Appearance): Promise<boolean>
  /** Of the window itself: it is done, or given up. */
  close(webContentsId: number, done: boolean): void
  /** All of them, without having done anything: the vault was locked, or the app ends. */
  closeAll(): void
}

interface OpenWindow {
  readonly window: BrowserWindow
  readonly closed: Promise<boolean>
  isDone: boolean
}

export function createSecretWindows({ table, mainWindow, register, reportFault }: SecretWindowsDeps): SecretWindows {
  let current: OpenWindow | undefined

  const open = (purpose: SecretPurpose, appearance: Appearance | undefined): OpenWindow => {
    const session = newSecretSession()
    const parent = mainWindow()
    const window = new BrowserWindow({
      ...sizes[purpose],
      ...(parent === undefined ? {} : { parent, modal: true }),
      show: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      title: 'QuDAG Exchange',
      backgroundColor: isDark(appearance) ? backgrounds.dark : backgrounds.light,
      webPreferences: { ...pagePreferences, session, devTools: false },
    })
    window.removeMenu()
    window.setContentProtection(true)
    register(window.webContents, 'secret')
    window.once('ready-to-show', () => showWindow(window))
    const opened: OpenWindow = {
      window,
      isDone: false,
      closed: new Promise((resolve) => {
        window.once('closed', () => {
          if (current === opened) current = undefined
          session.clearStorageData().catch((cause: unknown) => reportFault(cause, 'secret session'))
          resolve(opened.isDone)
        })
      }),
    }
    closeSession(session, table, reportFault)
      .then(() => window.loadURL(pageAddress('secret', fragmentOf(purpose, appearance))))
      .catch((cause: unknown) => {
        reportFault(cause, 'secret window')
        destroy(opened)
      })
    return opened
  }
  /** Not closed, which its page could hold up, or answer by keeping what it has. */
  const destroy = ({ window }: OpenWindow): void => {
    if (!window.isDestroyed()) window.destroy()
  }

  return {
    open(purpose, appearance) {
      if (current === undefined) current = open(purpose, appearance)
      else showWindow(current.window)
      return current.closed
    },
    close(webContentsId, done) {
      if (current === undefined || current.window.webContents.id !== webContentsId) return
      current.isDone = done
      destroy(current)
    },
    closeAll() {
      if (current !== undefined) destroy(current)
    },
  }
}

function isDark(appearance: Appearance | undefined): boolean {
  const theme = appearance?.theme ?? 'system'
  return theme === 'system' ? nativeTheme.shouldUseDarkColors : theme === 'dark'
}

/** What the page reads of how it should look (renderer/app/secret-fragment.ts). */
function fragmentOf(purpose: SecretPurpose, appearance: Appearance | undefined): string {
  return appearance === undefined ? purpose : `${purpose}?${new URLSearchParams(appearance)}`
}
