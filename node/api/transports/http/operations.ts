/** Probes, metrics and the document: below `/api/v1` and, where monitors and generators look for them, at the root. */
import type { NodeServices } from '../../../services/types.ts'
import type { HttpListener } from './listener.ts'
import { type HttpMetrics, metricsMediaType } from './metrics.ts'
import { openApiDocument } from './openapi.ts'
import { problem, sendProblem } from './problem.ts'
import { restPrefix } from './rest-routes.ts'
import { send, sendJson } from './send.ts'
import type { Access, HttpCall } from './types.ts'

export interface OperationsDeps {
  readonly node: Pick<NodeServices['node'], 'status'>
  readonly metrics: HttpMetrics
  readonly version: string
}

export function addOperations(
  listener: Pick<HttpListener, 'route' | 'connections'>,
  { node, metrics, version }: OperationsDeps,
): void {
  const add = (name: string, access: Access, handle: (call: HttpCall) => Promise<void> | void): void => {
    for (const prefix of ['', restPrefix]) {
      listener.route({ method: 'GET', template: `${prefix}/${name}`, access, handle })
    }
  }
  add('livez', 'anybody', ({ response }) => sendJson(response, 200, { status: 'ok' }))
  add('readyz', 'anybody', async ({ response }) => {
    const isReady = await node.status().then(
      () => true,
      () => false,
    )
    if (isReady) sendJson(response, 200, { status: 'ok' })
    else sendProblem(response, problem('NODE_STOPPING', { detail: 'The node is not ready.' }))
  })
  add('metrics', ['read'], async ({ response }) => {
    const text = metrics.text({ status: await node.status(), connections: listener.connections })
    send(response, 200, metricsMediaType, text)
  })
  let document: Promise<string> | undefined
  add('openapi.json', [], async ({ response }) => {
    document ??= openApiDocument(version).then((made) => JSON.stringify(made))
    send(response, 200, 'application/json', await document)
  })
}
