/** A thread of the pipeline benchmark: signs transactions before the clock runs, or is a client at the local socket. */
import { type MessagePort, parentPort } from 'node:worker_threads'
import { type LoadOptions, type LoadResult, runLoad } from './pipeline-load.ts'
import { type LoadTransaction, type SigningContext, type SigningTask, signTasks } from './pipeline-senders.ts'
import { overSocket } from './pipeline-targets.ts'

export type WorkerTask =
  | { readonly type: 'sign'; readonly tasks: readonly SigningTask[]; readonly context: SigningContext }
  | {
      readonly type: 'load'
      readonly socketPath: string
      readonly transactions: readonly LoadTransaction[]
      readonly maxInFlight: LoadOptions['maxInFlight']
    }

export type WorkerAnswer =
  | { readonly type: 'signed'; readonly transactions: readonly LoadTransaction[] }
  | { readonly type: 'loaded'; readonly result: LoadResult }

async function carryOut(task: WorkerTask): Promise<WorkerAnswer> {
  if (task.type === 'sign') return { type: 'signed', transactions: signTasks(task.tasks, task.context) }
  const { target, concurrency, close } = await overSocket(task.socketPath)
  try {
    const { transactions, maxInFlight } = task
    return { type: 'loaded', result: await runLoad(target, transactions, { concurrency, maxInFlight }) }
  } finally {
    close()
  }
}

const port = parentPort as MessagePort
port.once('message', (task: WorkerTask) => {
  void carryOut(task).then((answer) => port.postMessage(answer))
})
