/**
 * The doors of a node: HTTP with REST and the browser interface, the streams over it, and the local socket. They open when
 * everything behind them is recovered, and close before any of it does.
 */
import { join } from 'node:path'
import type { NodeInfo } from './api/contract/index.ts'
import {
  type Answered,
  createHttpApi,
  type HttpApi,
  type HttpLimits,
  packageFolder,
} from './api/transports/http/index.ts'
import { addStreams, createLocalSocketServer, socketPathOf } from './api/transports/index.ts'
import type { Config } from './config/index.ts'
import type { Clock, Scheduler } from './core/clock.ts'
import { NodeError } from './core/node-error.ts'
import type { Rng } from './core/rng.ts'
import type { NodeServices } from './services/index.ts'

/** What one and the same node is known by, at every door. */
export interface NodePlace {
  readonly chainId: string
  readonly network: string
  readonly dataDir: string
}

export interface NodeDoorsOptions {
  readonly place: NodePlace
  readonly config: Pick<Config, 'apiPort' | 'apiHost' | 'allowRemote' | 'tlsCertFile' | 'tlsKeyFile'>
  readonly httpLimits?: Partial<HttpLimits> | undefined
  /** Folder of the built browser interface; left out, that of this program. */
  readonly interfaceDir?: string | undefined
}

export interface NodeDoorsDeps {
  readonly services: NodeServices
  readonly clock: Clock
  readonly rng: Rng
  readonly scheduler: Scheduler
  /** Resolves when the entry is durable. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
  /** Told where an entry could not be written that no answer could tell of. */
  readonly auditFailed: (cause: unknown) => void
  readonly onAnswered?: ((answered: Answered) => void) | undefined
  readonly reportFault: (fault: unknown, where: string) => void
}

export interface NodeDoors {
  readonly apiUrl: string
  readonly tokenFile: string
  readonly socketPath: string
  /** Opens the browser interface as its owner: single-use, for a minute. It goes into the fragment of the address: `#c=`. */
  issueBrowserCode(): string
  /** Such an address. The fragment is sent to nobody, so the code is in no log. @throws NodeError BROWSER_UNAVAILABLE */
  browserLink(): { readonly url: string; readonly expiresAtMs: number }
  close(): Promise<void>
}

/** Of the HTTP interface, where nobody names one. */
const preferredApiPort = 3_000

/**
 * @throws NodeError API_PORT_IN_USE, API_PORT_FORBIDDEN, API_ADDRESS_UNAVAILABLE, API_REMOTE_REFUSED, API_TLS_FILES,
 *   API_TOKEN_FILE, SOCKET_FOLDER_UNSAFE, SOCKET_PATH_TAKEN, SOCKET_FAILED
 */
export async function openDoors(options: NodeDoorsOptions, deps: NodeDoorsDeps): Promise<NodeDoors> {
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer()
  }
  const { place, config, httpLimits, interfaceDir = builtInterface() } = options
  const { services, clock, rng, scheduler, audit, auditFailed, onAnswered, reportFault } = deps
  const { dataDir } = place

  const reachable = (): Omit<NodeInfo, 'socket'> => ({
    pid: process.pid,
    ...place,
    apiUrl: http.url,
    tokenFile: http.tokenFile,
  })
  const info = (): NodeInfo => ({ ...reachable(), socket: socketPathOf(dataDir) })

  const openHttp = (port: number): Promise<HttpApi> =>
    createHttpApi(
      {
        dataDir,
        port,
        host: config.apiHost,
        allowRemote: config.allowRemote === 'yes',
        tlsCertFile: config.tlsCertFile,
        tlsKeyFile: config.tlsKeyFile,
        interfaceDir,
        ...(httpLimits === undefined ? {} : { limits: httpLimits }),
      },
      { services, info, clock, rng, scheduler, audit, auditFailed, onAnswered, reportFault },
    )
  const http = await openHttp(config.apiPort ?? preferredApiPort).catch((cause: unknown) => {
    // Nobody named a port: a second node on the machine takes a free one, and its ready line says which.
    if (config.apiPort === undefined && cause instanceof NodeError && cause.code === 'API_PORT_IN_USE')
      return openHttp(0)
    throw cause
  })
  closers.push(() => http.close())

  try {
    const streams = addStreams(http, {}, { services, info, scheduler, audit, auditFailed, reportFault })
    closers.push(() => streams.close())
    const server = await createLocalSocketServer({ dataDir }, { services, info: reachable, reportFault })
    closers.push(() => server.close())
    return {
      apiUrl: http.url,
      tokenFile: http.tokenFile,
      socketPath: server.path,
      issueBrowserCode: () => http.sessions.issueCode().code,
      browserLink() {
        if (!http.hasInterface) {
          throw new NodeError('BROWSER_UNAVAILABLE', 'the interface for browsers is not built here', {
            hint: 'In a checkout, build it with `npm run build` and start the node again.',
          })
        }
        const { code, expiresAtMs } = http.sessions.issueCode()
        return { url: `${http.url}/#c=${code}`, expiresAtMs }
      },
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

/** Where a build of the whole project puts it, seen from the sources and from their bundle alike. */
function builtInterface(): string | undefined {
  const folder = packageFolder()
  return folder === undefined ? undefined : join(folder, 'dist', 'renderer')
}
