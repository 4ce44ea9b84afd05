/**
 * The window in which passwords and phrases are typed and shown. Each has a session of its own in memory, no developer
 * tools, is kept out of screen captures where the system can, and is destroyed with everything in it after use.
 */
import { BrowserWindow, nativeTheme } from 'electron'
import { type Appearance, type SecretPurpose, type TokenPurpose, tokenPurpose } from '../../node/api/contract/index.ts'
import type { ReportFault } from './fault-log.ts'
import { shellLimits } from './limits.ts'
import { type PageTable, pageAddress, type WindowKind } from './pages.ts'
import { closeSession, newSecretSession } from './security.ts'
import { backgrounds, pagePreferences, showWindow } from './window.ts'

/** Room for 24 words in two columns; a password needs less. */
const sizes: Readonly<Record<SecretPurpose | TokenPurpose, { readonly width: number; readonly height: number }>> = {
  create: { width: 640, height: 720 },
  restore: { width: 640, height: 720 },
  unlock: { width: 480, height: 420 },
  'change-password': { width: 520, height: 560 },
  backup: { width: 520, height: 520 },
  'restore-backup': { width: 560, height: 560 },
  // What a seal does is read before it is made.
  seal: { width: 560, height: 720 },
  unseal: { width: 520, height: 520 },
  // What waits to be signed is shown in it.
  pin: { width: 520, height: 660 },
  'pair-key': { width: 620, height: 720 },
  'test-key': { width: 640, height: 720 },
  'change-pin': { width: 520, height: 620 },
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
  open(purpose: SecretPurpose, pairing: string | undefined, appearance?: Appearance): Promise<boolean>
  /**
   * One for a hardware key, after those that are open and those that wait. Asked for again with the same purpose and key
   * while it is open or waits, it is the same one.
   */
  openToken(purpose: TokenPurpose, pairing: string | undefined, appearance?: Appearance): Promise<boolean>
  /** Of the window itself: it is done, or given up. */
  close(webContentsId: number, done: boolean): void
  /** Those for hardware keys, open or waiting, without having done anything: tokens are locked, or the machine sleeps. */
  closeTokens(): void
  /** All of them, without having done anything: the vault was locked, or the app ends. */
  closeAll(): void
}

interface OpenWindow {
  /** Purpose, and the key that it is for. */
  readonly asked: string
  readonly isToken: boolean
  readonly window: BrowserWindow
  readonly closed: Promise<boolean>
  isDone: boolean
}

interface Waiting {
  readonly asked: string
  readonly isToken: boolean
  readonly open: () => void
  readonly giveUp: () => void
  readonly closed: Promise<boolean>
}

export function createSecretWindows({ table, mainWindow, register, reportFault }: SecretWindowsDeps): SecretWindows {
  let current: OpenWindow | undefined
  let waiting: readonly Waiting[] = []

  const next = (): void => {
    const [first, ...rest] = waiting
    if (first === undefined || current !== undefined) return
    waiting = rest
    first.open()
  }

  const open = (
    purpose: SecretPurpose | TokenPurpose,
    appearance: Appearance | undefined,
    pairing?: string,
  ): OpenWindow => {
    const session = newSecretSession()
    const main = mainWindow()
    // The child of a window that is hidden would be so too.
    const parent = main?.isVisible() === true ? main : undefined
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
      asked: askedOf(purpose, pairing),
      isToken: isTokenPurpose(purpose),
      window,
      isDone: false,
      closed: new Promise((resolve) => {
        window.once('closed', () => {
          if (current === opened) current = undefined
          session.clearStorageData().catch((cause: unknown) => reportFault(cause, 'secret session'))
          resolve(opened.isDone)
          next()
        })
      }),
    }
    closeSession(session, table, reportFault)
      .then(() => window.loadURL(pageAddress('secret', fragmentOf(purpose, appearance, pairing))))
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

  /** Now, or after those before it. */
  const inTurn = (
    purpose: SecretPurpose | TokenPurpose,
    appearance: Appearance | undefined,
    pairing?: string,
  ): Promise<boolean> => {
    if (current === undefined) {
      current = open(purpose, appearance, pairing)
      return current.closed
    }
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const entry: Waiting = {
      asked: askedOf(purpose, pairing),
      isToken: isTokenPurpose(purpose),
      closed: promise,
      giveUp: () => resolve(false),
      open() {
        current = open(purpose, appearance, pairing)
        resolve(current.closed)
      },
    }
    waiting = [...waiting, entry]
    return promise
  }

  return {
    open(purpose, pairing, appearance) {
      if (current === undefined || current.isToken) return inTurn(purpose, appearance, pairing)
      showWindow(current.window)
      return current.closed
    },
    openToken(purpose, pairing, appearance) {
      const asked = askedOf(purpose, pairing)
      if (current?.asked === asked) {
        showWindow(current.window)
        return current.closed
      }
      const same = waiting.find((entry) => entry.asked === asked)
      if (same !== undefined) return same.closed
      if (waiting.length >= shellLimits.maxWaitingWindows) return Promise.resolve(false)
      return inTurn(purpose, appearance, pairing)
    },
    closeTokens() {
      for (const { isToken, giveUp } of waiting) if (isToken) giveUp()
      waiting = waiting.filter(({ isToken }) => !isToken)
      if (current?.isToken === true) destroy(current)
    },
    close(webContentsId, done) {
      if (current === undefined || current.window.webContents.id !== webContentsId) return
      current.isDone = done
      destroy(current)
    },
    closeAll() {
      for (const { giveUp } of waiting) giveUp()
      waiting = []
      if (current !== undefined) destroy(current)
    },
  }
}

function isDark(appearance: Appearance | undefined): boolean {
  const theme = appearance?.theme ?? 'system'
  return theme === 'system' ? nativeTheme.shouldUseDarkColors : theme === 'dark'
}

function isTokenPurpose(purpose: SecretPurpose | TokenPurpose): boolean {
  return tokenPurpose.safeParse(purpose).success
}

function askedOf(purpose: SecretPurpose | TokenPurpose, pairing: string | undefined): string {
  return `${purpose} ${pairing ?? ''}`
}

/** What the page reads of how it should look, and which key it is about (renderer/app/secret-fragment.ts). */
function fragmentOf(
  purpose: SecretPurpose | TokenPurpose,
  appearance: Appearance | undefined,
  pairing: string | undefined,
): string {
  const query = new URLSearchParams({ ...appearance, ...(pairing === undefined ? {} : { pairing }) })
  return query.size === 0 ? purpose : `${purpose}?${query}`
}
