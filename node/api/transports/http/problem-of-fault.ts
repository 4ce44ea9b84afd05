/** Which problem stands for what went wrong: in a handler, or in the parser of requests. */
import { ORPCError } from '@orpc/server'
import { type ErrorCode, type ErrorData, meaningOf } from '../../contract/index.ts'
import type { ReportFault } from '../../handlers/index.ts'
import { type Problem, ProblemError, problem, problemOfNodeError } from './problem.ts'

/** Undefined where the connection just broke. */
export function codeOfParser({ code }: NodeJS.ErrnoException): ErrorCode | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'REQUEST_TIMEOUT'
  return code?.startsWith('HPE_') === true && code !== 'HPE_INVALID_EOF_STATE' ? 'REQUEST_MALFORMED' : undefined
}

/** Faults of ours are reported, and answered without a word of them. */
export function problemOf(error: unknown, route: string, report: ReportFault): Problem {
  if (error instanceof ProblemError) return error.problem
  const known = problemOfNodeError(error)
  if (known !== undefined) return known
  if (error instanceof ORPCError && meaningOf(error.code) !== undefined) {
    const { hint, details } = (error.data ?? { details: {} }) as ErrorData
    return problem(error.code as ErrorCode, { detail: error.message, hint, details })
  }
  report(error, route)
  return problem('INTERNAL')
}
