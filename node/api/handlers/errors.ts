/**
 * Failures on their way out. A NodeError whose code is in the contract's table travels with its text, hint and details;
 * its cause stays here. Everything else is a fault of ours: reported to the node's log, told to the caller as INTERNAL.
 */
import { ORPCError } from '@orpc/server'
import { NodeError } from '../../core/node-error.ts'
import { type ErrorData, errorTable, meaningOf } from '../contract/index.ts'

/** Called with what a caller is not told. */
export type ReportFault = (fault: unknown, procedure: string) => void

/** An error as it travels: declared code, status of the table, `{hint?, details}`. */
export function contractError(
  code: keyof typeof errorTable,
  options: { message?: string; hint?: string | undefined; details?: ErrorData['details'] } = {},
): ORPCError<string, ErrorData> {
  const { status, meaning } = errorTable[code]
  return new ORPCError<string, ErrorData>(code, {
    status,
    message: options.message ?? meaning,
    data: { ...(options.hint === undefined ? {} : { hint: options.hint }), details: options.details ?? {} },
  })
}

/** @param procedure dotted path, for the report */
export function toContractError(error: unknown, procedure: string, report: ReportFault): ORPCError<string, unknown> {
  if (error instanceof NodeError) {
    const known = meaningOf(error.code)
    if (known !== undefined) {
      return contractError(error.code as keyof typeof errorTable, {
        message: error.message,
        hint: error.hint,
        details: { ...error.details },
      })
    }
  } else if (error instanceof ORPCError) {
    if (meaningOf(error.code) !== undefined) return error
    if (error.code === 'BAD_REQUEST') return inputInvalid(error)
    if (error.code === 'NOT_FOUND') return contractError('PROCEDURE_UNKNOWN')
  }
  report(error, procedure)
  return contractError('INTERNAL')
}

interface Issue {
  readonly path?: readonly PropertyKey[]
  readonly message: string
}

/** The first thing wrong with the input, by field. Schemas never repeat the value, so no secret gets into the text. */
function inputInvalid(error: ORPCError<string, unknown>): ORPCError<string, ErrorData> {
  const issues = (error.data as { issues?: readonly Issue[] } | undefined)?.issues
  const issue = issues?.[0]
  if (issue === undefined) return contractError('INPUT_INVALID', { details: { field: '', reason: 'not understood' } })
  const field = (issue.path ?? []).map(String).join('.')
  return contractError('INPUT_INVALID', {
    message:
      field === ''
        ? `The request is not valid: ${issue.message}`
        : `The field "${field}" is not valid: ${issue.message}`,
    details: { field, reason: issue.message },
  })
}
