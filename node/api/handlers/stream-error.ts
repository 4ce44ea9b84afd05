/** Failures of streams that are not calls of the contract, in its terms: code, text, and what travels with them. */
import type { ErrorData, errorTable } from '../contract/index.ts'
import { type ReportFault, toContractError } from './errors.ts'

export interface StreamError {
  readonly code: keyof typeof errorTable
  readonly message: string
  readonly data: ErrorData
}

/** @param where for the report of a fault of ours */
export function streamError(error: unknown, where: string, report: ReportFault): StreamError {
  const { code, message, data } = toContractError(error, where, report)
  return { code: code as keyof typeof errorTable, message, data: data as ErrorData }
}
