/** Faults of a running node, a line each on stderr: what a caller is not told, and connections that were given up. */
import { NodeError } from '../core/node-error.ts'
import type { Environment } from './environment.ts'
import { printable } from './output.ts'
import type { Settings } from './settings.ts'

/** Codes of callers that misbehave or went away: told where somebody looks for that. */
const ofCallers: ReadonlySet<string> = new Set([
  'CONNECTION_LOST',
  'GREETING_TIMEOUT',
  'MESSAGE_MALFORMED',
  'PROTOCOL_MISMATCH',
  'PROTOCOL_UNKNOWN',
  'READER_TOO_SLOW',
])

const ranks = { error: 0, warn: 1, info: 2, debug: 3 } as const

/** @param settings asked at each fault: the level changes while a node runs */
export function createFaultLog(
  settings: () => Pick<Settings, 'logLevel' | 'logFormat'>,
  { stderr, variables }: Pick<Environment, 'stderr' | 'variables'>,
): (fault: unknown, where: string) => void {
  return (fault, where) => {
    const { logLevel, logFormat } = settings()
    const code = fault instanceof NodeError ? fault.code : 'UNEXPECTED'
    const level = ofCallers.has(code) ? 'warn' : 'error'
    if (ranks[level] > ranks[logLevel]) return
    const message = fault instanceof Error ? fault.message : String(fault)
    const time = new Date().toISOString()
    const stack = variables.QUDAG_DEBUG === '1' && fault instanceof Error ? fault.stack : undefined
    stderr.write(
      logFormat === 'json'
        ? `${JSON.stringify({ time, level, where, code, message, ...(stack === undefined ? {} : { stack }) })}\n`
        : `${time} ${level} ${where}: ${printable(message)} (${code})${stack === undefined ? '' : `\n${stack}`}\n`,
    )
  }
}
