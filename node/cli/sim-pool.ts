/** Simulations in worker threads: what comes out does not depend on how many there are. */
import { Worker } from 'node:worker_threads'
import type { SimOptions, SimResult } from '../sim/index.ts'

export interface SimJob {
  readonly id: number
  readonly options: SimOptions
}

export type SimAnswer =
  | { readonly id: number; readonly kind: 'progress'; readonly atMs: number }
  | { readonly id: number; readonly kind: 'result'; readonly result: SimResult }
  | { readonly id: number; readonly kind: 'failure'; readonly message: string }

export interface SimPool {
  run(options: SimOptions, progress?: (atMs: number) => void): Promise<SimResult>
  close(): Promise<void>
}

interface Waiting extends SimJob {
  readonly progress: ((atMs: number) => void) | undefined
  readonly resolve: (result: SimResult) => void
  readonly reject: (cause: Error) => void
}

const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './sim-worker.ts' : './sim-worker.js', import.meta.url)

export function createSimPool(workers: number): SimPool {
  const queue: Waiting[] = []
  const idle: Worker[] = []
  const all: Worker[] = []
  const running = new Map<Worker, Waiting>()
  let nextId = 0

  const next = (): void => {
    if (queue.length === 0) return
    const worker = idle.pop() ?? (all.length < workers ? start() : undefined)
    const job = worker === undefined ? undefined : queue.shift()
    if (worker === undefined || job === undefined) return
    running.set(worker, job)
    const { id, options } = job
    worker.postMessage({ id, options } satisfies SimJob)
  }

  const start = (): Worker => {
    const worker = new Worker(workerUrl)
    all.push(worker)
    const end = (): Waiting | undefined => {
      const job = running.get(worker)
      running.delete(worker)
      return job
    }
    worker.on('message', (answer: SimAnswer) => {
      if (answer.kind === 'progress') {
        running.get(worker)?.progress?.(answer.atMs)
        return
      }
      const job = end()
      idle.push(worker)
      if (answer.kind === 'result') job?.resolve(answer.result)
      else job?.reject(new Error(answer.message))
      next()
    })
    worker.on('error', (cause: unknown) => {
      all.splice(all.indexOf(worker), 1)
      end()?.reject(cause instanceof Error ? cause : new Error(String(cause)))
      next()
    })
    return worker
  }

  return {
    run: (options, progress) =>
      new Promise((resolve, reject) => {
        queue.push({ id: nextId++, options, progress, resolve, reject })
        next()
      }),
    async close() {
      await Promise.all(all.map((worker) => worker.terminate()))
    },
  }
}
