/** A storage worker that counts its transactions, fills its disk or ends the process, as its workerData says. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { StorageWorkerData } from '../messages.ts'
import { runStorageWorker, type StorageWorkerHooks } from '../run-storage-worker.ts'

export interface HookedWorkerData {
  readonly hooked: {
    /** First element: transactions committed. */
    readonly counter?: Int32Array
    /** First element: 0 holds every transaction before its commit until it is raised. Second: 1 once one is held. */
    readonly gate?: Int32Array
    /** Pages the database may grow to: beyond it the disk is full. */
    readonly maxPages?: number
    /** Ends the process with SIGKILL at this boundary of the n-th transaction. */
    readonly kill?: { readonly at: 'beforeCommit' | 'afterCommit' | 'beforeAck'; readonly transaction: number }
  }
}

const { storage, hooked } = workerData as StorageWorkerData & HookedWorkerData
let transactions = 0

function killAt(boundary: NonNullable<typeof hooked.kill>['at']): void {
  if (hooked.kill?.at === boundary && hooked.kill.transaction === transactions) process.kill(process.pid, 'SIGKILL')
}

const hooks: StorageWorkerHooks = {
  onOpen(db) {
    if (hooked.maxPages !== undefined) db.pragma(`max_page_count = ${hooked.maxPages}`)
  },
  beforeCommit() {
    transactions += 1
    if (hooked.gate !== undefined) {
      Atomics.store(hooked.gate, 1, 1)
      Atomics.notify(hooked.gate, 1)
      Atomics.wait(hooked.gate, 0, 0)
    }
    killAt('beforeCommit')
  },
  afterCommit() {
    if (hooked.counter !== undefined) Atomics.add(hooked.counter, 0, 1)
    killAt('afterCommit')
  },
  beforeAck() {
    killAt('beforeAck')
  },
}

runStorageWorker(parentPort as MessagePort, storage, hooks)
