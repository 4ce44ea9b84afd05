/**
 * What the windows cannot do: reach any address but our own, navigate, open windows, download, ask for a permission. Holds
 * for every session and every page, those included that nobody meant to open.
 */
import { app, protocol, type Session, session, type WebContents } from 'electron'
import { contentResponse } from './content-response.ts'
import type { ReportFault } from './fault-log.ts'
import { appScheme, isOurAddress, type PageTable } from './pages.ts'

/** Before the app is ready: the scheme is one with an origin, as `https` is, and every renderer is sandboxed. */
export function prepareSecurity(): void {
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
  app.on('web-contents-created', (_, contents) => forbidAll(contents))
}

/** A session that has the files of one kind of window and nothing else. */
export async function closeSession(target: Session, table: PageTable, reportFault: ReportFault): Promise<void> {
  target.protocol.handle(appScheme, async ({ method, url }) => {
    try {
      return await contentResponse(table, method, url)
    } catch (cause) {
      reportFault(cause, 'page file')
      return new Response(null, { status: 500 })
    }
  })
  // The clipboard is written at the press of a button of our own page; nothing else is ever asked for.
  const mayWriteClipboard = (permission: string, address: string): boolean =>
    permission === 'clipboard-sanitized-write' && isOurAddress(address)
  target.setPermissionCheckHandler((_, permission, origin) => mayWriteClipboard(permission, origin))
  target.setPermissionRequestHandler((_, permission, answer, { requestingUrl }) =>
    answer(mayWriteClipboard(permission, requestingUrl)),
  )
  target.setDevicePermissionHandler(() => false)
  target.on('will-download', (event) => event.preventDefault())
  target.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isAllowedRequest(url) }))
  target.setSpellCheckerEnabled(false)
  // No proxy is asked for, looked up or reported to: nothing leaves the machine from here.
  await target.setProxy({ mode: 'direct' })
}

/** Chromium's own developer tools are pages too; they cannot be opened in a package. */
function isAllowedRequest(address: string): boolean {
  if (isOurAddress(address) || address.startsWith(`blob:${appScheme}://`) || address.startsWith('data:')) return true
  return !app.isPackaged && address.startsWith('devtools://')
}

function forbidAll(contents: WebContents): void {
  const isReload = (address: string): boolean => withoutFragment(address) === withoutFragment(contents.getURL())
  contents.on('will-navigate', (event) => {
    if (!isReload(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isReload(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

function withoutFragment(address: string): string {
  return address.split('#', 1)[0] as string
}

/** For the main window. Secret windows have one of their own each, in memory. */
export function mainSession(): Session {
  return session.defaultSession
}

let secretSessions = 0

/** In memory only, since its name does not begin with `persist:`, and never the same twice. */
export function newSecretSession(): Session {
  secretSessions += 1
  return session.fromPartition(`secret-${secretSessions}`, { cache: false })
}
