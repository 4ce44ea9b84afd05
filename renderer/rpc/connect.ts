/** The page's connection, of whichever kind: over the ports of a desktop window, or by WebSocket to where it was loaded from. */
import { createClient } from '../../node/api/client/index.ts'
import type { Appearance } from '../../node/api/contract/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import { forgetToken, ownerToken } from './browser-session.ts'
import { connectDesktop, windowPort } from './desktop-port.ts'
import { codeOf } from './errors.ts'
import { pageFrames } from './event-batches.ts'
import { limits } from './limits.ts'
import { createBrowserPlatform, createDesktopPlatform } from './platform.ts'
import { requestSecret } from './secret-requests.ts'
import { createSession, type SessionControl, type SessionDeps } from './session.ts'

const pageDeps: SessionDeps = {
  nextFrame: pageFrames(limits.hiddenFlushMs),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

export function isDesktop(): boolean {
  return location.protocol === 'app:'
}

export async function connectDesktopSession(appearance: () => Appearance): Promise<SessionControl> {
  const connection = connectDesktop(await windowPort(window))
  const control = createSession(createDesktopPlatform(connection, appearance), pageDeps)
  connection.onNodePort((port) => control.use(createClient({ kind: 'port', port })))
  return control
}

/** Why a page in a browser has no session. */
export type SignedOutReason = 'no-session' | 'code-invalid' | 'unreachable'

export interface BrowserConnection {
  readonly control: SessionControl
  /** Undefined where it is connecting. */
  readonly signedOut: SignedOutReason | undefined
}

export async function connectBrowserSession(): Promise<BrowserConnection> {
  const control = createSession(createBrowserPlatform(requestSecret), pageDeps)
  const page = {
    fragment: () => location.hash,
    wipeFragment: () => history.replaceState(null, '', location.pathname),
    storage: sessionStorage,
    fetch: fetch.bind(window),
  }
  try {
    const token = await ownerToken(page)
    if (token === undefined) return { control, signedOut: 'no-session' }
    control.onConnection((state) => {
      if (state === 'signed-out') forgetToken(sessionStorage)
    })
    control.use(createClient({ kind: 'websocket', url: location.origin, token }))
    return { control, signedOut: undefined }
  } catch (error) {
    const isUnreachable = error instanceof NodeError && codeOf(error) === 'NODE_NOT_REACHABLE'
    return { control, signedOut: isUnreachable ? 'unreachable' : 'code-invalid' }
  }
}
