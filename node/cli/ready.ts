/** The line that says a node serves, and what goes between a detached node and the command that started it. */
import { z } from 'zod'
import type { NodeInfo } from '../api/contract/index.ts'
import type { Failure } from './errors.ts'
import type { RunningNode } from './node-runner.ts'
import { fields } from './output.ts'

/** Field names that scripts rely on. */
export interface ReadyLine {
  readonly event: 'ready'
  readonly pid: number
  readonly chainId: string
  readonly network: string
  readonly apiUrl: string | null
  readonly tokenFile: string | null
  readonly socket: string
  readonly dataDir: string
  /** Set where the node was running already. */
  readonly attached?: true
}

export function readyOf({ info }: RunningNode): ReadyLine {
  const { chainId, network, apiUrl, tokenFile, socketPath, dataDir } = info
  return { event: 'ready', pid: process.pid, chainId, network, apiUrl, tokenFile, socket: socketPath, dataDir }
}

export function attachedTo({ pid, chainId, network, apiUrl, tokenFile, socket, dataDir }: NodeInfo): ReadyLine {
  return { event: 'ready', pid, chainId, network, apiUrl, tokenFile, socket, dataDir, attached: true }
}

export function readyText(ready: ReadyLine): string {
  const what = ready.attached === true ? 'Already running' : 'Running'
  return `${what}.\n${fields([
    ['Network', `${ready.network}, chain ${ready.chainId}`],
    ['Process', String(ready.pid)],
    ['Data folder', ready.dataDir],
    ['Interface', ready.apiUrl ?? undefined],
  ])}`
}

/** What a detached node tells the command that started it: this or `failedMessage`, once; then the channel is closed. */
export const readyMessage = z.object({
  event: z.literal('ready'),
  pid: z.int(),
  chainId: z.string(),
  network: z.string(),
  apiUrl: z.string().nullable(),
  tokenFile: z.string().nullable(),
  socket: z.string(),
  dataDir: z.string(),
  attached: z.literal(true).optional(),
})
export const failedMessage = z.object({
  event: z.literal('failed'),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  exitCode: z.union([
    z.literal(1),
    z.literal(2),
    z.literal(3),
    z.literal(4),
    z.literal(5),
    z.literal(6),
    z.literal(130),
  ]),
})

export type FailedMessage = z.infer<typeof failedMessage>

export function failedMessageOf({ code, message, hint, exitCode }: Failure): FailedMessage {
  return { event: 'failed', code, message, hint, exitCode: exitCode === 0 ? 1 : exitCode }
}
