/** The main window. One of them; it is shown when its page has something to show. */
import { join } from 'node:path'
import { BrowserWindow, nativeTheme, type Session, screen } from 'electron'
import type { ReportFault } from './fault-log.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { shellLimits } from './limits.ts'
import { pageAddress } from './pages.ts'
import type { Timer } from './timer.ts'
import { smallestWindow, windowStateFrom } from './window-state.ts'

/** Of renderer/ui/tokens.css, so that the window does not flash in another colour before the page is there. */
export const backgrounds = { light: '#f6f7f5', dark: '#121513' } as const

export const preloadFile = join(import.meta.dirname, '../preload/index.cjs')

/** What pages of every kind run under. */
export const pagePreferences = {
  preload: preloadFile,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  navigateOnDragDrop: false,
  spellcheck: false,
  safeDialogs: true,
} as const

export interface MainWindowOptions {
  readonly session: Session
  readonly stateFile: string
  readonly iconFile: string
  readonly isShown: boolean
  readonly hasDeveloperTools: boolean
}

export function openMainWindow(
  options: MainWindowOptions,
  { timer, reportFault }: { timer: Timer; reportFault: ReportFault },
): BrowserWindow {
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea)
  const state = windowStateFrom(readJsonFile(options.stateFile), areas)
  const window = new BrowserWindow({
    ...state.bounds,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    title: 'QuDAG Exchange',
    icon: options.iconFile,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    autoHideMenuBar: true,
    webPreferences: { ...pagePreferences, session: options.session, devTools: options.hasDeveloperTools },
  })
  if (state.isMaximized) window.maximize()
  window.once('ready-to-show', () => {
    if (options.isShown) window.show()
  })
  rememberState(window, options.stateFile, timer, reportFault)
  window.loadURL(pageAddress('page')).catch((cause: unknown) => {
    // A window that was closed meanwhile loads nothing.
    if (!window.isDestroyed()) reportFault(cause, 'main window')
  })
  return window
}

function rememberState(window: BrowserWindow, file: string, timer: Timer, reportFault: ReportFault): void {
  let cancel: (() => void) | undefined
  const write = (): void => {
    cancel?.()
    cancel = undefined
    if (window.isDestroyed() || window.isMinimized()) return
    try {
      writeJsonFile(file, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() })
    } catch (cause) {
      reportFault(cause, 'window state')
    }
  }
  const later = (): void => {
    cancel ??= timer.after(shellLimits.windowStateDelayMs, write)
  }
  window.on('resize', later)
  window.on('move', later)
  window.on('close', write)
}

/** On the screen, in front, with the keyboard. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
