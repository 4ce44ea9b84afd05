/**
 * The contract over message ports: the desktop's windows, whose main process hands each of them one end, and worker
 * threads.
 */
import type { NodeInfo } from '../../contract/index.ts'
import { type ApiServices, createRouter, type ReportFault } from '../../handlers/index.ts'
import { createPortServer, type PortServer, type PortServerOptions } from './port-server.ts'

export type MessagePortServerOptions = PortServerOptions

export interface MessagePortServerDeps {
  readonly services: ApiServices
  readonly info: () => NodeInfo
  /** Told of faults of our own and of ports that were given up, with the code. */
  readonly reportFault?: ReportFault
}

/** Of a context's `secretChannel`: only for the port of a secret window. */
export type MessagePortServer = PortServer

export function createMessagePortServer(
  options: MessagePortServerOptions,
  { services, info, reportFault: report = () => undefined }: MessagePortServerDeps,
): MessagePortServer {
  return createPortServer(createRouter(services, { info, reportFault: report }), options, report)
}
