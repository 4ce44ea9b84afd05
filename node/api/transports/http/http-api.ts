/** The listener with everything this folder serves over it: what a node starts. */

import type { NodeServices } from '../../../services/types.ts'
import type { NodeInfo } from '../../contract/index.ts'
import { type ApiServices, createRouter } from '../../handlers/index.ts'
import { addDocsPages } from './docs-pages.ts'
import { loadInterface } from './interface-files.ts'
import { addInterfacePages } from './interface-pages.ts'
import {
  type Answered,
  createHttpListener,
  type HttpListener,
  type HttpListenerDeps,
  type HttpListenerOptions,
} from './listener.ts'
import { createHttpMetrics } from './metrics.ts'
import { addOperations } from './operations.ts'
import { programVersion } from './program-version.ts'
import { addRestRoutes } from './rest-routes.ts'
import { addSessionRoute } from './session-route.ts'

export interface HttpApiDeps extends Omit<HttpListenerDeps, 'tokens' | 'audit' | 'onAnswered'> {
  readonly services: ApiServices & Pick<NodeServices, 'tokens'>
  readonly info: () => NodeInfo
  /** Resolves when the entry is durable. Rejects where it cannot be written. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
  /** Told where an entry about a refusal could not be written: there is no answer it could be told in. */
  readonly auditFailed: (cause: unknown) => void
  /** The request log. */
  readonly onAnswered?: ((answered: Answered) => void) | undefined
}

export interface HttpApiOptions extends HttpListenerOptions {
  /** Folder of the built browser interface; where it holds none, or is left out, a page says so. */
  readonly interfaceDir?: string | undefined
}

export interface HttpApi extends HttpListener {
  /** Whether there is an interface to open in a browser. */
  readonly hasInterface: boolean
}

/** @throws as createHttpListener */
export async function createHttpApi(options: HttpApiOptions, deps: HttpApiDeps): Promise<HttpApi> {
  const { services, info, audit, auditFailed, onAnswered } = deps
  const files = options.interfaceDir === undefined ? undefined : await loadInterface(options.interfaceDir)
  const metrics = createHttpMetrics()
  let listener: HttpListener
  try {
    listener = await createHttpListener(options, {
      ...deps,
      tokens: services.tokens,
      audit: (action, details) => void audit(action, details).catch(auditFailed),
      onAnswered(answered) {
        metrics.answered(answered)
        onAnswered?.(answered)
      },
    })
  } catch (error) {
    metrics.close()
    throw error
  }
  const report = deps.reportFault ?? (() => undefined)
  const router = createRouter(services, { info, reportFault: report })
  addRestRoutes(listener, { router, audit, maxNamedErrors: listener.limits.maxNamedErrors })
  addOperations(listener, { node: services.node, metrics, version: programVersion() })
  addSessionRoute(listener)
  addDocsPages(listener)
  addInterfacePages(listener, files)
  return {
    ...listener,
    hasInterface: files !== undefined,
    get connections() {
      return listener.connections
    },
    async close() {
      metrics.close()
      await listener.close()
    },
  }
}
