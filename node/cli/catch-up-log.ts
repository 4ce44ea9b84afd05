/** How far a node has come that does not serve yet, a line now and then on stderr: else a long way looks like a hang. */
import type { SyncState } from '../api/contract/index.ts'
import type { Environment } from './environment.ts'
import type { Settings } from './settings.ts'

/** What is told of it; as the node tells it, times and amounts are numbers. */
export type CatchUp = Pick<SyncState, 'phase' | 'unit' | 'done' | 'total'> & { readonly remainingMs: number | null }

const words: Readonly<Record<SyncState['phase'], string>> = {
  connecting: 'looks for other nodes of its network',
  certificates: 'checks who has validated since the state it trusts',
  snapshot: 'fetches the state of the network',
  replay: 'executes what it has missed',
  live: 'is at the head of its network',
  stalled: 'waits for a network that stands still',
}
/** Between two lines of one phase, ms. */
const intervalMs = 5_000

export function createCatchUpLog(
  settings: () => Pick<Settings, 'logLevel' | 'logFormat'>,
  { stderr }: Pick<Environment, 'stderr'>,
  nowMs: () => number = Date.now,
): (catchUp: CatchUp) => void {
  let told: { readonly phase: string; readonly atMs: number } | undefined
  return ({ phase, unit, done, total, remainingMs }) => {
    const { logLevel, logFormat } = settings()
    const atMs = nowMs()
    if (logLevel === 'error' || logLevel === 'warn') return
    if (told !== undefined && told.phase === phase && atMs < told.atMs + intervalMs) return
    told = { phase, atMs }
    const time = new Date(atMs).toISOString()
    if (logFormat === 'json') {
      stderr.write(`${JSON.stringify({ time, level: 'info', where: 'sync', phase, unit, done, total, remainingMs })}\n`)
      return
    }
    const amount = unit === null ? '' : `: ${done}${total === null ? '' : ` of ${total}`} ${unit}`
    const left = remainingMs === null ? '' : `, about ${Math.ceil(remainingMs / 1_000)} s left`
    stderr.write(`${time} info sync: ${words[phase]}${amount}${left}\n`)
  }
}
