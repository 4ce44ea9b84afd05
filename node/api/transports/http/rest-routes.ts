/**
 * The REST interface: a route for each procedure of the contract that names one. What a procedure is called with, what it
 * answers and which errors it may end in is the contract's affair; here a request becomes an input and an output a body.
 *
 * The library has a handler for this, but it gives every procedure an address of its own, secret ones included, reads
 * bodies of any length and depth, and knows no 405; so only its description of the contract is used.
 */

import type { AnyProcedure } from '@orpc/server'
import { createProcedureClient } from '@orpc/server'
import type { z } from 'zod'
import { contract, type ProcedureMeta } from '../../contract/index.ts'
import { type ApiContext, type ApiRouter, contractError } from '../../handlers/index.ts'
import type { HttpListener } from './listener.ts'
import { createRestInput } from './rest-input.ts'
import { sendJson } from './send.ts'
import type { HttpCall, HttpRoute } from './types.ts'

export const restPrefix = '/api/v1'

export interface RestDeps {
  readonly router: ApiRouter
  /** Written, durably, before the answer to a request that changed something. */
  readonly audit: (action: string, details: Readonly<Record<string, string>>) => Promise<void>
  readonly maxNamedErrors: number
}

/** What the contract says of one procedure. */
export interface Described {
  readonly path: readonly [area: string, name: string]
  readonly meta: ProcedureMeta
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Undefined where it has no place in REST. */
  readonly template: string | undefined
  readonly successStatus: number
  readonly inputSchema: z.ZodType | undefined
}

export function describedProcedures(): Described[] {
  return Object.entries(contract).flatMap(([area, group]) =>
    Object.entries(group).map(([name, procedure]): Described => {
      const { meta, route, inputSchema } = procedure['~orpc'] as {
        meta: ProcedureMeta
        route: { method?: string; path?: string; successStatus?: number }
        inputSchema: z.ZodType | undefined
      }
      const { method = 'POST', path, successStatus = 200 } = route
      return {
        path: [area, name],
        meta,
        method: method as Described['method'],
        template: path === undefined || isOwners(meta) ? undefined : `${restPrefix}${path}`,
        successStatus,
        inputSchema,
      }
    }),
  )
}

export function addRestRoutes(listener: Pick<HttpListener, 'route'>, deps: RestDeps): void {
  for (const described of describedProcedures()) {
    if (described.template !== undefined) listener.route(routeOf(described, described.template, deps))
    if (isOwners(described.meta)) for (const route of refusalsOf(described)) listener.route(route)
  }
}

function routeOf(described: Described, template: string, deps: RestDeps): HttpRoute {
  const { path, meta, method, successStatus } = described
  const [area, name] = path
  const procedure = (deps.router as unknown as Record<string, Record<string, AnyProcedure>>)[area]?.[name]
  if (procedure === undefined) throw new Error(`the contract's ${path.join('.')} has no handler`)
  const hasBody = method === 'POST'
  const input = createRestInput({ hasBody, schema: described.inputSchema, maxNamedErrors: deps.maxNamedErrors })
  /** Changes that are in the audit log: the same request again changes nothing, and cannot fill the log. */
  const recorded = createRecentSet(maxRecorded)
  return {
    method,
    template,
    access: meta.orScope === undefined ? [meta.scope] : [meta.scope, meta.orScope],
    async handle(call) {
      const given = await input.read(call)
      const invoke = createProcedureClient(procedure, { context: contextOf(call), path: [...path] })
      const output: unknown = await invoke(given, { signal: call.signal })
      const token = call.caller?.tokenId ?? ''
      const subject = subjectOf(output)
      if (method !== 'GET' && recorded.add(`${token} ${subject}`)) {
        await deps.audit('api.change', { route: template, token, subject })
      }
      sendJson(call.response, successStatus, output, locationOf(output))
    },
  }
}

/** Changes kept in mind, a route: as many as a busy hour makes, at 150 bytes each. */
const maxRecorded = 10_000

function contextOf({ caller }: HttpCall): ApiContext {
  return {
    scopes: caller?.scopes ?? [],
    secretChannel: false,
    ...(caller === undefined || caller.isOwner ? {} : { tokenId: caller.tokenId }),
  }
}

/** The owner's alone: no token has such a scope, so none of them is served here. */
function isOwners({ scope }: ProcedureMeta): boolean {
  return scope === 'owner' || scope === 'secret'
}

/** Where somebody looks for a procedure that is the owner's alone, the answer says why it is not there. */
function refusalsOf({ path: [area, name], meta }: Described): HttpRoute[] {
  return (['GET', 'POST'] as const).map((method) => ({
    method,
    template: `${restPrefix}/${area}/${name}`,
    access: [],
    handle() {
      const hint = 'Use the desktop app, or the command line on the machine that runs the node.'
      throw meta.scope === 'secret'
        ? contractError('SECRET_CHANNEL_REQUIRED', { hint })
        : contractError('SCOPE_REQUIRED', { hint, details: { scope: meta.scope } })
    },
  }))
}

/** What was made or changed: a transaction's id, an account's address, a peer's address or id. */
function subjectOf(output: unknown): string {
  const { txId, address, id } = output as { txId?: string; address?: string | null; id?: string }
  return txId ?? address ?? id ?? ''
}

function locationOf(output: unknown): Record<string, string> {
  const { txId, address, balance } = (output ?? {}) as { txId?: string; address?: string; balance?: unknown }
  if (txId !== undefined) return { 'Content-Location': `${restPrefix}/transactions/${txId}` }
  return address === undefined || balance === undefined
    ? {}
    : { 'Content-Location': `${restPrefix}/accounts/${address}` }
}

/** The last texts that were added. */
function createRecentSet(maxEntries: number) {
  const texts = new Set<string>()
  return {
    /** False where it is there already. */
    add(text: string): boolean {
      if (texts.has(text)) return false
      const [oldest] = texts
      if (oldest !== undefined && texts.size >= maxEntries) texts.delete(oldest)
      texts.add(text)
      return true
    },
  }
}
