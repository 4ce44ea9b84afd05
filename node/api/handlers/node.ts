/** node.*: status from the services, address of the doors from whoever opened them. */
import type { NodeServices } from '../../services/types.ts'
import type { NodeInfo } from '../contract/index.ts'
import type { ReportFault } from './errors.ts'
import type { Guarded } from './guard.ts'
import { nodeStatusShape, timestampOf } from './views.ts'

export function nodeHandlers(
  os: Guarded['node'],
  node: NodeServices['node'],
  info: () => NodeInfo,
  report: ReportFault,
) {
  return {
    info: os.info.handler(() => info()),
    status: os.status.handler(async () => nodeStatusShape(await node.status())),
    stop: os.stop.handler(() => {
      // Not awaited: whether stop() resolves before or after the doors are closed, this answer has to get out.
      node.stop().catch((fault: unknown) => report(fault, 'node.stop'))
      return { pid: info().pid }
    }),
    browserLink: os.browserLink.handler(async () => {
      const { url, expiresAtMs } = await node.browserLink()
      return { url, expiresAt: timestampOf(expiresAtMs) }
    }),
  }
}
