/** The shell's log of faults: a line of JSON each, in a folder of its own, never sent anywhere. */
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { NodeError } from '../../node/core/node-error.ts'
import { makeFolderSync } from '../../node/files/index.ts'
import { shellLimits } from './limits.ts'
import { redact } from './redact.ts'

export type ReportFault = (fault: unknown, where: string) => void

export function createFaultLog(path: string, nowMs: () => number = Date.now): ReportFault {
  return (fault, where) => {
    const entry = faultEntry(fault, where, nowMs())
    try {
      makeFolderSync(dirname(path))
      makeRoom(path)
      appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
    } catch {
      // A full disk is told of elsewhere; a log that cannot be written must not end the node.
    }
  }
}

export interface FaultEntry {
  readonly time: string
  readonly where: string
  readonly code: string
  readonly message: string
  readonly stack?: string
}

export function faultEntry(fault: unknown, where: string, nowMs: number): FaultEntry {
  const isOurs = fault instanceof NodeError
  const message = fault instanceof Error ? fault.message : String(fault)
  const stack = !isOurs && fault instanceof Error ? fault.stack : undefined
  return {
    time: new Date(nowMs).toISOString(),
    where: redact(where),
    code: isOurs ? fault.code : 'UNEXPECTED',
    message: redact(message),
    ...(stack === undefined ? {} : { stack: redact(stack) }),
  }
}

function makeRoom(path: string): void {
  let size: number
  try {
    size = statSync(path).size
  } catch {
    return
  }
  if (size >= shellLimits.maxLogBytes) renameSync(path, `${path}.old`)
}
