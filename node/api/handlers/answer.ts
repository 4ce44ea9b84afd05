/**
 * Options that every transport's handler is made with: byte strings survive, what cannot be read or found ends in a code
 * of the table, and secrets are overwritten once the answer is text.
 */
import { ORPCError } from '@orpc/server'
import type {
  StandardHandleResult,
  StandardHandlerInterceptorOptions,
  StandardRPCHandlerOptions,
} from '@orpc/server/standard'
import { jsonSerializers } from '../contract/index.ts'
import type { ApiContext } from './context.ts'
import { contractError, type ReportFault } from './errors.ts'

type Answer = StandardHandlerInterceptorOptions<ApiContext> & {
  next(options?: StandardHandlerInterceptorOptions<ApiContext>): Promise<StandardHandleResult>
}

export function rpcHandlerOptions(report: ReportFault): StandardRPCHandlerOptions<ApiContext> {
  return {
    customJsonSerializers: jsonSerializers,
    interceptors: [
      async ({ next, ...options }: Answer) => {
        const afterAnswer: (() => void)[] = []
        try {
          const result = await next({ ...options, context: { ...options.context, afterAnswer } })
          if (!result.matched) throw contractError('PROCEDURE_UNKNOWN')
          return result
        } catch (error) {
          if (error instanceof ORPCError) throw error
          // Procedures end in ORPCError only, so this is a body that could not be read.
          report(error, options.request.url.pathname)
          throw contractError('INPUT_INVALID', { details: { field: '', reason: 'not understood' } })
        } finally {
          for (const run of afterAnswer) run()
        }
      },
    ],
  }
}
