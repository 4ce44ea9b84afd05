/**
 * desktopContract: what windows may ask of the shell. A page may open a secret window and change the shell's settings; a
 * secret window may close itself and save a file; everything else is refused with WINDOW_REFUSED.
 */
import { implement } from '@orpc/server'
import {
  type Appearance,
  type DesktopSettings,
  type DesktopState,
  desktopContract,
  type NodeState,
  type SecretPurpose,
  type TokenPurpose,
} from '../../node/api/contract/index.ts'
import { type ApiContext, windowContext } from '../../node/api/transports/index.ts'
import { toContractError } from '../../node/api/transports/message-port/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { Choice } from './chain-folders.ts'
import type { DesktopEvents } from './desktop-events.ts'
import type { ReportFault } from './fault-log.ts'
import type { WindowKind } from './pages.ts'

export interface DesktopContext extends ApiContext {
  readonly kind: WindowKind
  readonly webContentsId: number
}

/** Scopes mean nothing to this contract: it is served over ports of our own windows only. */
export function desktopContext(kind: WindowKind, webContentsId: number): DesktopContext {
  return { ...windowContext, kind, webContentsId }
}

export interface FileToSave {
  readonly name: string
  readonly bytes: Uint8Array
  readonly isPrivate?: boolean | undefined
}

export interface DesktopActions {
  readonly events: DesktopEvents
  readonly state: () => DesktopState
  /** Resolves when it is closed: true where it did what it was opened for. */
  readonly openSecret: (
    purpose: SecretPurpose,
    pairing: string | undefined,
    appearance: Appearance | undefined,
  ) => Promise<boolean>
  /** The same of a window for a hardware key, after those that are open. */
  readonly openToken: (
    purpose: TokenPurpose,
    pairing: string | undefined,
    appearance: Appearance | undefined,
  ) => Promise<boolean>
  /** @throws NodeError HSM_STOPPED */
  readonly pinPort: (socket: string, call: string, webContentsId: number) => Promise<void>
  readonly chooseModule: (webContentsId: number) => Promise<string | null>
  readonly closeSecret: (done: boolean, webContentsId: number) => void
  readonly set: (change: Partial<DesktopSettings>) => DesktopSettings
  /** False where the owner thought better of it. @throws NodeError FILE_WRITE_FAILED */
  readonly saveFile: (file: FileToSave, webContentsId: number) => Promise<boolean>
  /** @throws NodeError WINDOW_REFUSED for a folder that is none of the chains' */
  readonly startNode: (chosen: Choice | undefined) => Promise<NodeState>
  readonly openLogs: () => Promise<void>
  readonly quit: () => void
}

export function createDesktopRouter(actions: DesktopActions, report: ReportFault) {
  const os = implement(desktopContract)
    .$context<DesktopContext>()
    .use(async ({ next, path }) => {
      try {
        return await next()
      } catch (error) {
        throw toContractError(error, path.join('.'), report)
      }
    })
  const only = ({ kind }: DesktopContext, wanted: WindowKind): void => {
    if (kind !== wanted) throw new NodeError('WINDOW_REFUSED', 'This window may not do that.')
  }
  return os.router({
    desktop: {
      state: os.desktop.state.handler(() => actions.state()),
      events: os.desktop.events.handler(({ context, signal }) =>
        actions.events.listen(context.kind === 'page' ? 'all' : 'state', signal),
      ),
      openSecret: os.desktop.openSecret.handler(async ({ input, context }) => {
        only(context, 'page')
        return { done: await actions.openSecret(input.purpose, input.pairing, input.appearance) }
      }),
      openToken: os.desktop.openToken.handler(async ({ input, context }) => {
        only(context, 'page')
        return { done: await actions.openToken(input.purpose, input.pairing, input.appearance) }
      }),
      pinPort: os.desktop.pinPort.handler(async ({ input, context }) => {
        only(context, 'secret')
        await actions.pinPort(input.socket, input.call, context.webContentsId)
        return {}
      }),
      chooseModule: os.desktop.chooseModule.handler(async ({ context }) => {
        only(context, 'secret')
        return { path: await actions.chooseModule(context.webContentsId) }
      }),
      closeSecret: os.desktop.closeSecret.handler(({ input, context }) => {
        only(context, 'secret')
        actions.closeSecret(input.done, context.webContentsId)
        return {}
      }),
      set: os.desktop.set.handler(({ input, context }) => {
        only(context, 'page')
        return actions.set(defined(input))
      }),
      saveFile: os.desktop.saveFile.handler(async ({ input, context }) => ({
        saved: await actions.saveFile(input, context.webContentsId),
        bytes: input.bytes.length,
      })),
      startNode: os.desktop.startNode.handler(({ input, context }) => {
        only(context, 'page')
        return actions.startNode(Object.keys(defined(input)).length === 0 ? undefined : defined(input))
      }),
      openLogs: os.desktop.openLogs.handler(async ({ context }) => {
        only(context, 'page')
        await actions.openLogs()
        return {}
      }),
      quit: os.desktop.quit.handler(({ context }) => {
        only(context, 'page')
        actions.quit()
        return {}
      }),
    },
  })
}

/** Without the keys that are there and undefined. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
