/**
 * Hands every page that we opened one port a load, after a look at who asks. Over it the page speaks to the shell
 * (desktopContract), and gets the node's port each time there is a node to talk to. No other message is sent or heard.
 */
import { ipcMain, MessageChannelMain, type MessagePortMain, type WebContents } from 'electron'
import { nodePortMessage, pinPortMessage } from '../../node/api/contract/index.ts'
import type { PortServer } from '../../node/api/transports/message-port/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import { type DesktopContext, desktopContext } from './desktop-procedures.ts'
import type { ReportFault } from './fault-log.ts'
import type { NodeHost } from './node-host.ts'
import type { WindowKind } from './pages.ts'
import { kindOfSender } from './sender-check.ts'

/** The one channel of Electron's own that is used, both ways. */
export const portChannel = 'qudag.port'

export interface RpcPortsDeps {
  readonly host: NodeHost
  readonly desktop: PortServer<DesktopContext>
  readonly reportFault: ReportFault
}

export interface RpcPorts {
  /** From now on the pages of these contents may ask for a port. */
  register(contents: WebContents, kind: WindowKind): void
  /** A channel from that page to where a PIN is waited for; neither end is kept. @throws NodeError HSM_STOPPED */
  givePinPort(webContentsId: number, socket: string, call: string): Promise<void>
}

interface Link {
  readonly kind: WindowKind
  readonly port: MessagePortMain
}

export function createRpcPorts({ host, desktop, reportFault }: RpcPortsDeps): RpcPorts {
  const kinds = new Map<number, WindowKind>()
  const links = new Map<number, Link>()

  const close = (webContentsId: number): void => {
    links.get(webContentsId)?.port.close()
    links.delete(webContentsId)
  }
  const giveNodePort = ({ kind, port }: Link): void => {
    const { port1, port2 } = new MessageChannelMain()
    if (host.serve(port1, kind)) port.postMessage({ type: nodePortMessage }, [port2])
  }

  ipcMain.on(portChannel, (event, load: unknown) => {
    const frame = event.senderFrame
    const kind = kindOfSender({ webContentsId: event.sender.id, frame }, (id) => kinds.get(id))
    if (kind === undefined || frame === null || !isLoadName(load)) {
      reportFault(new NodeError('WINDOW_REFUSED', 'A frame that is not a page of ours asked for a port.'), 'port')
      return
    }
    const { id } = event.sender
    close(id)
    const { port1, port2 } = new MessageChannelMain()
    const link = { kind, port: port1 }
    links.set(id, link)
    port1.on('close', () => {
      if (links.get(id) === link) links.delete(id)
    })
    desktop.serve(port1, desktopContext(kind, id))
    frame.postMessage(portChannel, load, [port2])
    if (host.state.kind === 'running') giveNodePort(link)
  })
  host.onState((state) => {
    if (state.kind === 'running') for (const link of links.values()) giveNodePort(link)
  })

  return {
    async givePinPort(webContentsId, socket, call) {
      const { port1, port2 } = new MessageChannelMain()
      await host.handPinPort(socket, port1)
      links.get(webContentsId)?.port.postMessage({ type: pinPortMessage, call }, [port2])
    },
    register(contents, kind) {
      const { id } = contents
      kinds.set(id, kind)
      contents.once('destroyed', () => {
        kinds.delete(id)
        close(id)
      })
    },
  }
}

/** What a load calls itself, so that it can tell its port from one that was meant for the load before it: a UUID. */
function isLoadName(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value)
}
