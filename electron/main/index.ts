/**
 * The Electron main process: what must be settled before Electron is ready, then the shell. Not awaited at the top level: an
 * ES module's main that waits for readiness there never gets it.
 */
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { currentHost, defaultDataDir } from '../../node/config/index.ts'
import { userDataFolder } from './app-folders.ts'
import { linkOf, linkSchemes, parseArguments } from './arguments.ts'
import { createFaultLog } from './fault-log.ts'
import { folderProblem } from './folder-problem.ts'
import { screenProblem, screenSources } from './screen-problem.ts'
import { prepareSecurity } from './security.ts'
import { settleConfig } from './settle-config.ts'
import { type Shell, startShell } from './shell.ts'
import { fill, textsFor } from './texts.ts'

// In a checkout the app's folder stands before what was meant for us.
const args = parseArguments(process.argv.slice(process.defaultApp === true ? 2 : 1))

prepareSecurity()
app.setName('QuDAG Exchange')
if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', userData())
const logsDir = join(app.getPath('userData'), 'logs')
app.setPath('logs', logsDir)
const logFile = join(logsDir, 'desktop.log')
const reportFault = createFaultLog(logFile)

let shell: Shell | undefined
let isEnding = false
/** That came before there was a shell to open it. */
let earlyLink = args.link

process.on('unhandledRejection', (cause) => reportFault(cause, 'unhandled rejection'))
process.on('uncaughtException', (cause) => {
  reportFault(cause, 'uncaught exception')
  const texts = textsFor(app.isReady() ? app.getLocale() : '')
  endAfter(texts.faultTitle, texts.faultText, logFile)
})
app.on('child-process-gone', (_, { type, reason, exitCode, name }) => {
  if (reason !== 'clean-exit')
    reportFault(new Error(`${name ?? type} ended: ${reason}, code ${exitCode}`), 'child process')
})

const openLink = (link: string): void => {
  if (shell === undefined) earlyLink = link
  else shell.openLink(link)
}
app.on('open-url', (event, url) => {
  event.preventDefault()
  const link = linkOf([url])
  if (link !== undefined) openLink(link)
})
app.on('second-instance', (_, argv) => {
  const link = linkOf(argv)
  if (link === undefined) shell?.show()
  else openLink(link)
})

start()

function start(): void {
  const problem = screenProblem(screenSources(app.commandLine.getSwitchValue('ozone-platform')))
  if (problem !== undefined) return endUnseen(`no window can be shown: ${problem}`)
  const folder = app.getPath('userData')
  const reason = folderProblem(folder)
  if (reason !== undefined) {
    // Without that folder there is no lock either: Chromium would try for it half a minute long.
    app
      .whenReady()
      .then(() => {
        const texts = textsFor(app.getLocale())
        endAfter(texts.faultTitle, fill(texts.folderFaultText, { folder, reason }))
      })
      .catch(() => endUnseen(`the folder ${folder} cannot be used: ${reason}`))
    return
  }
  if (!app.requestSingleInstanceLock()) return app.quit()
  if (app.isPackaged) for (const scheme of linkSchemes) app.setAsDefaultProtocolClient(scheme.slice(0, -1))
  if (process.platform === 'win32') app.setAppUserModelId('exchange.qudag.desktop')
  app
    .whenReady()
    .then(async () => {
      shell = await startShell(args, logsDir, reportFault)
      if (earlyLink !== undefined) shell.openLink(earlyLink)
    })
    .catch((cause: unknown) => {
      reportFault(cause, 'start')
      const texts = textsFor(app.getLocale())
      endAfter(texts.faultTitle, texts.startFaultText, logFile)
    })
}

/** Where nobody can be shown anything: one line to whoever started the program. */
function endUnseen(line: string): void {
  isEnding = true
  process.stderr.write(`qudag-exchange: ${line}\n`)
  app.exit(1)
}

/** Tells, then ends in order. Not by the box that blocks the process, and with it the node and every signal to end. */
function endAfter(message: string, detail: string, more = ''): void {
  if (isEnding) return
  const line = `${message}: ${detail} ${more}`.trimEnd()
  if (!app.isReady()) return endUnseen(line)
  isEnding = true
  process.exitCode = 1
  process.stderr.write(`qudag-exchange: ${line}\n`)
  // Also where there is no shell that would end with that code.
  app.once('will-quit', () => app.exit(1))
  dialog
    .showMessageBox({ type: 'error', message, detail })
    .catch((cause: unknown) => reportFault(cause, 'message'))
    .finally(() => app.quit())
}

/** By the data folder, so that each has an app of its own; where the options are wrong, the window says so later. */
function userData(): string {
  const host = currentHost()
  const usual = defaultDataDir(host, process.env)
  try {
    return userDataFolder(app.getPath('appData'), settleConfig(args, process.env).config.dataDir, usual)
  } catch {
    return userDataFolder(app.getPath('appData'), usual, usual)
  }
}
