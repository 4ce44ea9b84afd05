/** The app once Electron is ready: puts window, ports, node, tray and the rest together, and takes them down in order. */
import { realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, dialog, Menu, Notification, powerMonitor, shell as system, utilityProcess } from 'electron'
import type { DesktopState } from '../../node/api/contract/index.ts'
import { createPortServer } from '../../node/api/transports/message-port/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import { type Arguments, maxLinkCharacters } from './arguments.ts'
import { attachToNode } from './attached-node.ts'
import { type AutostartPlace, autostartProblem, setAutostart } from './autostart.ts'
import { type Choice, choiceFrom, isChainFolder } from './chain-folders.ts'
import { createDesktopEvents } from './desktop-events.ts'
import { createDesktopRouter, type DesktopContext } from './desktop-procedures.ts'
import { createSettingsStore } from './desktop-settings.ts'
import type { ReportFault } from './fault-log.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { shellLimits } from './limits.ts'
import { menuTemplate } from './menu.ts'
import { createNodeHost } from './node-host.ts'
import { notifyOwner } from './notifications.ts'
import { startOwnNode } from './own-node.ts'
import { readPageTables } from './pages.ts'
import { lockWithMachine } from './power.ts'
import { createProcessHost } from './process-host.ts'
import { createRpcPorts } from './rpc-ports.ts'
import { saveFile } from './save-file.ts'
import { createSecretWindows } from './secret-window.ts'
import { closeSession, mainSession } from './security.ts'
import { settleConfig } from './settle-config.ts'
import { fill, textsFor } from './texts.ts'
import { systemTimer as timer } from './timer.ts'
import { createTrayIcon } from './tray.ts'
import { trayProblem } from './tray-problem.ts'
import { createUpdates, updatesProblem } from './updates.ts'
import { openMainWindow, showWindow } from './window.ts'

const interfaceDir = join(import.meta.dirname, '../../renderer')
const resourcesDir = join(import.meta.dirname, '../../../resources')
const iconFile = join(resourcesDir, 'icon.png')
const trayFile = join(resourcesDir, process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png')

export interface Shell {
  /** Brings the window to the front, and opens it where there is none. */
  show(): void
  openLink(link: string): void
}

/** Where files are proposed to go: a home may be without the system's folder for documents, and is then that folder itself. */
function documentsFolder(): string {
  try {
    return app.getPath('documents')
  } catch {
    return homedir()
  }
}

/** @throws what keeps the window from being opened; a node that does not start is told in the window */
export async function startShell(args: Arguments, logsDir: string, reportFault: ReportFault): Promise<Shell> {
  const texts = textsFor(app.getLocale())
  const tables = await readPageTables(interfaceDir)
  if (tables === undefined) throw new Error('the interface is not built: run npm run build')
  await closeSession(mainSession(), tables.page, reportFault)

  const userData = app.getPath('userData')
  const settings = createSettingsStore(join(userData, 'desktop-settings.json'), process.platform)
  const networkFile = join(userData, 'network.json')
  const processes = createProcessHost(utilityProcess, fileURLToPath, endAtOnce)
  const host = createNodeHost({
    settle: (chosen) => settleConfig(args, process.env, chosen ?? rememberedChoice(networkFile, args)),
    startOwn: (settled, signal) =>
      startOwnNode(settled, { nativeBinding: testBinding(), reportFault, signal, processHost: processes }),
    attach: (path) => attachToNode(path, reportFault, processes),
    timer,
    reportFault,
  })

  let mainWindow: BrowserWindow | undefined
  let isEnding = false
  const show = (): void => {
    if (isEnding) return
    if (mainWindow === undefined) mainWindow = openWindow(true)
    else showWindow(mainWindow)
  }
  const lock = (): void => {
    secretWindows.closeTokens()
    host.client?.api.vault.lock().catch((cause: unknown) => reportFault(cause, 'lock'))
  }
  const quit = (): void => app.quit()

  const autostartPlace: AutostartPlace = {
    platform: process.platform,
    env: process.env,
    homeDir: homedir(),
    isPackaged: app.isPackaged,
    program: process.env.APPIMAGE ?? process.execPath,
    setLoginItem: (item) => app.setLoginItemSettings(item),
  }
  const unavailable = problems({
    tray: trayProblem(process.platform, process.env),
    autostart: autostartProblem(autostartPlace),
    updates: updatesProblem(app.isPackaged, process.resourcesPath),
  })
  const isAvailable = (feature: string): boolean => !unavailable.some((entry) => entry.feature === feature)

  const state = (): DesktopState => ({
    version: app.getVersion(),
    platform: process.platform as DesktopState['platform'],
    electron: process.versions.electron,
    node: host.state,
    settings: settings.current,
    logsDir,
    unavailable,
  })
  const events = createDesktopEvents(state)
  host.onState((now) => {
    events.stateChanged()
    // The window says more, to whoever sees it; this is for whoever started the program.
    if (now.kind === 'failed')
      process.stderr.write(`qudag-exchange: the node does not run: ${now.code}: ${now.message}\n`)
  })

  const secretWindows = createSecretWindows({
    table: tables.secret,
    mainWindow: () => mainWindow,
    register: (contents, kind) => ports.register(contents, kind),
    reportFault,
  })
  const router = createDesktopRouter(
    {
      events,
      state,
      openSecret: (purpose, pairing, appearance) => secretWindows.open(purpose, pairing, appearance),
      async openToken(purpose, pairing, appearance) {
        const done = await secretWindows.openToken(purpose, pairing, appearance)
        // A signature that waited for this PIN waits no longer.
        if (!done && purpose === 'pin' && pairing !== undefined) {
          host.client?.api.hsm.cancel({ pairing }).catch((cause: unknown) => reportFault(cause, 'PIN window'))
        }
        return done
      },
      pinPort: (socket, call, webContentsId) => ports.givePinPort(webContentsId, socket, call),
      async chooseModule(webContentsId) {
        const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.id === webContentsId)
        if (window === undefined) return null
        const filters = [
          { name: texts.moduleFiles, extensions: ['so', 'dylib', 'dll'] },
          { name: '*', extensions: ['*'] },
        ]
        const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters })
        return filePaths[0] ?? null
      },
      closeSecret: (done, webContentsId) => secretWindows.close(webContentsId, done),
      set: (change) => settings.set(change),
      saveFile: (file, webContentsId) =>
        saveFile(file, {
          folder: documentsFolder(),
          async ask(defaultPath) {
            const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.id === webContentsId)
            const options = { defaultPath }
            const answer = await (window === undefined
              ? dialog.showSaveDialog(options)
              : dialog.showSaveDialog(window, options))
            return answer.canceled || answer.filePath === '' ? undefined : answer.filePath
          },
        }),
      async startNode(chosen) {
        if (chosen?.dataDir !== undefined && !isChainFolder(firstFolder(args), chosen.dataDir)) {
          throw new NodeError('WINDOW_REFUSED', 'A window may have the node started on the folders of chains alone.')
        }
        const after = await host.start(chosen)
        if (chosen !== undefined && after.kind === 'running') writeJsonFile(networkFile, chosen)
        return after
      },
      async openLogs() {
        const problem = await system.openPath(logsDir)
        if (problem !== '') reportFault(new Error(problem), 'open logs')
      },
      quit,
    },
    reportFault,
  )
  const desktop = createPortServer<DesktopContext>(
    router,
    { maxMessageCharacters: shellLimits.maxDesktopMessageCharacters },
    reportFault,
  )
  const ports = createRpcPorts({ host, desktop, reportFault })

  const openWindow = (isShown: boolean): BrowserWindow => {
    const window = openMainWindow(
      {
        session: mainSession(),
        stateFile: join(userData, 'window.json'),
        iconFile,
        isShown,
        hasDeveloperTools: !app.isPackaged,
      },
      { timer, reportFault },
    )
    ports.register(window.webContents, 'page')
    window.on('close', (event) => {
      if (isEnding || settings.current.onClose !== 'hide') return
      event.preventDefault()
      window.hide()
    })
    window.on('closed', () => {
      mainWindow = undefined
      if (!isEnding) quit()
    })
    recoverFromCrashes(window, reportFault, quit)
    return window
  }

  const tray = createTrayIcon({ texts, iconFile: trayFile, show, lock, quit, reportFault })
  const updates = createUpdates({
    loadUpdater: async () => (await import('electron-updater')).autoUpdater,
    async ask(version) {
      const { response } = await dialog.showMessageBox({
        type: 'info',
        message: fill(texts.updateTitle, { version }),
        detail: texts.updateText,
        buttons: [texts.updateNow, texts.later],
        defaultId: 1,
        cancelId: 1,
      })
      return response === 0
    },
    prepareRestart: () => end(),
    timer,
    reportFault,
  })
  const apply = (): void => {
    tray.set(settings.current.tray && isAvailable('tray'))
    if (isAvailable('updates')) updates.setChannel(settings.current.updates)
  }
  settings.onChange((now, before) => {
    apply()
    if (now.autostart !== before.autostart && isAvailable('autostart')) {
      try {
        setAutostart(now.autostart, autostartPlace)
      } catch (cause) {
        reportFault(cause, 'autostart')
      }
    }
    events.stateChanged()
  })

  const isDeveloper = !app.isPackaged
  const command = (name: Parameters<typeof events.command>[0]): void => {
    if (name === 'lock') return lock()
    show()
    events.command(name)
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate({ texts, platform: process.platform, isDeveloper, command, quit })),
  )

  // Also where the vault stays open: what is typed is not to stand there when the machine wakes.
  powerMonitor.on('suspend', () => secretWindows.closeTokens())
  const stopPower = lockWithMachine({ monitor: powerMonitor, settings: () => settings.current, lock, timer })
  const stopNotifications = notifyOwner({
    host,
    settings: () => settings.current,
    isWatched: () => mainWindow?.isFocused() === true,
    texts: () => texts,
    show(text) {
      if (!Notification.isSupported()) return
      const notification = new Notification({ title: 'QuDAG Exchange', body: text, icon: iconFile })
      notification.on('click', show)
      notification.show()
    },
    timer,
    reportFault,
  })

  let ending: Promise<void> | undefined
  /** Once, whoever asks: the node ends in order, or is given up after a while. */
  const end = (): Promise<void> => {
    ending ??= (async () => {
      isEnding = true
      if (host.state.kind === 'failed') process.exitCode ??= 1
      stopPower()
      stopNotifications()
      secretWindows.closeAll()
      mainWindow?.close()
      desktop.close()
      processes.killAll()
      const gaveUp = await Promise.race([
        host.stop().then(() => false),
        new Promise<boolean>((resolve) => void timer.after(shellLimits.stopTimeoutMs, () => resolve(true))),
      ])
      if (gaveUp) reportFault(new Error('the node did not end in time'), 'quit')
    })()
    return ending
  }
  app.on('before-quit', (event) => {
    event.preventDefault()
    end()
      .catch((cause: unknown) => reportFault(cause, 'quit'))
      .finally(() => app.exit(Number(process.exitCode ?? 0)))
  })
  app.on('activate', show)

  apply()
  if (!args.hidden) mainWindow = openWindow(true)
  void host.start()
  return {
    show,
    openLink(link) {
      // Its length was checked where it came in; what it says, the page checks before it fills in a form.
      if (link.length <= maxLinkCharacters(link)) events.link(link)
      show()
    },
  }
}

function problems(
  found: Readonly<Record<'tray' | 'autostart' | 'updates', string | undefined>>,
): DesktopState['unavailable'] {
  return (['tray', 'autostart', 'updates'] as const).flatMap((feature) => {
    const reason = found[feature]
    return reason === undefined ? [] : [{ feature, reason }]
  })
}

/** The one that was chosen in the window, unless the command line names another. */
/** What a flag says holds before what was chosen once. */
function rememberedChoice(file: string, args: Arguments): Choice {
  return args.flags.network === undefined ? choiceFrom(readJsonFile(file), firstFolder(args)) : {}
}

/** The data folder where nobody has chosen another chain. @throws NodeError CONFIG_INVALID */
function firstFolder(args: Arguments): string {
  const { dataDir } = settleConfig(args, process.env).config
  try {
    // As the node names it.
    return realpathSync(dataDir)
  } catch {
    return dataDir
  }
}

/** SQLite for the older Electron of the tests; where the package's own loads, nobody can put another in its place. */
function testBinding(): string | undefined {
  return Number(process.versions.napi) < 10 ? process.env.QUDAG_TEST_SQLITE_BINDING : undefined
}

function recoverFromCrashes(window: BrowserWindow, reportFault: ReportFault, quit: () => void): void {
  const texts = textsFor(app.getLocale())
  let lastCrashMs = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    reportFault(new Error(`the page ended: ${reason}, code ${exitCode}`), 'page')
    const isFirst = timer.nowMs() - lastCrashMs > shellLimits.reloadAfterCrashMs
    lastCrashMs = timer.nowMs()
    if (isFirst) {
      window.webContents.reload()
      return
    }
    dialog
      .showMessageBox(window, {
        type: 'error',
        message: texts.pageGoneTitle,
        detail: texts.pageGoneText,
        buttons: [texts.reload, texts.quit],
      })
      .then(({ response }) => {
        if (response === 1) quit()
        else if (!window.isDestroyed()) window.webContents.reload()
      })
      .catch((cause: unknown) => reportFault(cause, 'page'))
  })
}

/** It may have ended in the meantime, which is what is wanted. */
function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // No such process.
  }
}
