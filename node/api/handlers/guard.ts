/**
 * Stands around every procedure: may this caller do it over this channel, and what becomes of secrets when the call ends
 * before a service has taken them. It comes before input validation, so whoever may not learns nothing else.
 */
import { implement, type ORPCError } from '@orpc/server'
import { contract, type ErrorData, type Scope } from '../contract/index.ts'
import type { ApiContext } from './context.ts'
import { contractError, type ReportFault, toContractError } from './errors.ts'

/** What a handler may say of its call. */
export interface Call {
  /** From here on the service owns the input's byte strings, and overwrites them. */
  handOver(): void
  /** Overwrites these bytes once they have been turned into the answer's text. */
  wipeAfterAnswer(bytes: Uint8Array): void
}

/** Undefined where the caller may go on. @param orScope lets in as well */
export function refusal(scope: Scope, context: ApiContext, orScope?: Scope): ORPCError<string, ErrorData> | undefined {
  if (scope === 'secret' && !context.secretChannel) {
    return contractError('SECRET_CHANNEL_REQUIRED', {
      hint: 'Use the desktop app, or the command line on the machine that runs the node.',
    })
  }
  if ([scope, orScope].some((wanted) => wanted !== undefined && context.scopes.includes(wanted))) return undefined
  return contractError('SCOPE_REQUIRED', {
    ...(scope === 'network' || scope === 'owner' || scope === 'secret'
      ? { hint: 'This is for the owner of the node: use the desktop app, or the command line on its machine.' }
      : {}),
    details: { scope },
  })
}

/** Overwrites the byte strings of a flat input. */
export function wipeInput(input: unknown): void {
  if (typeof input !== 'object' || input === null) return
  for (const value of Object.values(input)) if (value instanceof Uint8Array) value.fill(0)
}

/** The contract with the guard in front: where handlers start. Procedures end in errors of the contract's table only. */
export function guardedContract(report: ReportFault) {
  return implement(contract)
    .$context<ApiContext>()
    .use(async ({ context, next, path, procedure }, input) => {
      const { scope, orScope } = procedure['~orpc'].meta
      let handedOver = false
      const call: Call = {
        handOver: () => {
          handedOver = true
        },
        wipeAfterAnswer: (bytes) => context.afterAnswer?.push(() => bytes.fill(0)),
      }
      try {
        const refused = refusal(scope, context, orScope)
        if (refused !== undefined) throw refused
        return await next({ context: { call } })
      } catch (error) {
        throw toContractError(error, path.join('.'), report)
      } finally {
        if (scope === 'secret' && !handedOver) wipeInput(input)
      }
    })
}

export type Guarded = ReturnType<typeof guardedContract>
