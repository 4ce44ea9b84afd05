/**
 * Figures in the Prometheus text format 0.0.4. Labels come from closed sets (methods, route templates, statuses), never
 * from paths or addresses, so that no caller can make series without end.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { NodeStatus } from '../../../services/types.ts'
import type { Answered } from './listener.ts'

export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8'

/** Upper bounds of the buckets, seconds: from a read out of memory to the slowest answer that still is one. */
const bucketsSeconds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]

interface Series {
  readonly labels: string
  count: number
  sumSeconds: number
  readonly inBucket: number[]
}

export interface HttpMetrics {
  answered(answer: Answered): void
  text(now: { status: NodeStatus; connections: number }): string
  close(): void
}

export function createHttpMetrics(): HttpMetrics {
  const series = new Map<string, Series>()
  const loopDelay = monitorEventLoopDelay({ resolution: 20 })
  loopDelay.enable()

  return {
    answered({ method, route, status, durationMs }) {
      const labels = `method="${method}",route="${route}",status="${status}"`
      let of = series.get(labels)
      if (of === undefined) {
        of = { labels, count: 0, sumSeconds: 0, inBucket: bucketsSeconds.map(() => 0) }
        series.set(labels, of)
      }
      const seconds = durationMs / 1_000
      of.count += 1
      of.sumSeconds += seconds
      const bucket = bucketsSeconds.findIndex((bound) => seconds <= bound)
      if (bucket !== -1) of.inBucket[bucket] = (of.inBucket[bucket] ?? 0) + 1
    },
    text({ status, connections }) {
      const memory = process.memoryUsage()
      const cpu = process.cpuUsage()
      const lines = [
        ...requestLines([...series.values()]),
        ...metric('qudag_http_connections', 'gauge', 'Open HTTP connections.', connections),
        ...metric('qudag_commits_total', 'counter', 'Commits of the ledger.', status.commitIndex),
        ...metric('qudag_round', 'gauge', 'Round of the vertex graph.', status.round),
        ...metric('qudag_mempool_transactions', 'gauge', 'Transactions admitted and not final.', status.mempool),
        ...metric('qudag_validators', 'gauge', 'Validators of the network.', status.validators),
        ...metric('qudag_peers', 'gauge', 'Connected peers.', status.peers),
        ...metric('qudag_checkpoint_sequence', 'gauge', 'Number of the last checkpoint.', status.checkpoint?.seq),
        ...finalityLines(status.finalityMs),
        ...metric('qudag_storage_bytes', 'gauge', 'Size of the database.', status.storage.bytes),
        ...metric('process_resident_memory_bytes', 'gauge', 'Resident memory.', memory.rss),
        ...metric('nodejs_heap_used_bytes', 'gauge', 'Heap in use.', memory.heapUsed),
        ...metric('process_cpu_seconds_total', 'counter', 'Processor time.', (cpu.user + cpu.system) / 1e6),
        ...metric('nodejs_eventloop_lag_p99_seconds', 'gauge', 'Delay of the event loop.', delaySeconds(loopDelay)),
      ]
      return `${lines.join('\n')}\n`
    },
    close: () => loopDelay.disable(),
  }
}

function requestLines(series: readonly Series[]): string[] {
  const name = 'qudag_http_request_duration_seconds'
  const lines = [`# HELP ${name} Time to answer HTTP requests.`, `# TYPE ${name} histogram`]
  for (const { labels, count, sumSeconds, inBucket } of series) {
    let upTo = 0
    for (const [i, bound] of bucketsSeconds.entries()) {
      upTo += inBucket[i] ?? 0
      lines.push(`${name}_bucket{${labels},le="${bound}"} ${upTo}`)
    }
    lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`)
    lines.push(`${name}_sum{${labels}} ${sumSeconds}`, `${name}_count{${labels}} ${count}`)
  }
  return lines
}

function finalityLines(finalityMs: NodeStatus['finalityMs']): string[] {
  if (finalityMs === null) return []
  const name = 'qudag_finality_seconds'
  return [
    `# HELP ${name} Admission to finality of the last transactions here.`,
    `# TYPE ${name} gauge`,
    `${name}{quantile="0.5"} ${finalityMs.p50 / 1_000}`,
    `${name}{quantile="0.95"} ${finalityMs.p95 / 1_000}`,
  ]
}

function metric(name: string, type: 'gauge' | 'counter', help: string, value: number | undefined): string[] {
  return value === undefined ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${value}`]
}

/** Nanoseconds, and NaN or 0 before the first sample. */
function delaySeconds(histogram: ReturnType<typeof monitorEventLoopDelay>): number {
  const nanoseconds = histogram.percentile(99)
  return Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0
}
