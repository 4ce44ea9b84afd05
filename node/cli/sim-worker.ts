/** Runs simulations in a thread of its own, one after another. */
import { parentPort } from 'node:worker_threads'
import { runSimulation } from '../sim/index.ts'
import type { SimAnswer, SimJob } from './sim-pool.ts'

parentPort?.on('message', ({ id, options }: SimJob) => {
  const answer = (message: SimAnswer): void => parentPort?.postMessage(message)
  let toldAt = performance.now()
  try {
    const result = runSimulation(options, {
      progress(atMs) {
        if (performance.now() - toldAt < 200) return
        toldAt = performance.now()
        answer({ id, kind: 'progress', atMs })
      },
    })
    answer({ id, kind: 'result', result })
  } catch (cause) {
    answer({ id, kind: 'failure', message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) })
  }
})
