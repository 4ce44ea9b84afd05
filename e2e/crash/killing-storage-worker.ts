/** The storage's worker with the kill switch at the boundaries of its transactions. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { runStorageWorker, type StorageWorkerData } from '../../node/storage/index.ts'
import type { KillPlace } from './kill-plan.ts'
import { ackBits, createKillSwitch, type KillOrder } from './kill-switch.ts'

const { storage, killOrder } = workerData as StorageWorkerData & { readonly killOrder: KillOrder }
const killSwitch = createKillSwitch(killOrder)
const journalKinds = new Uint8Array(killOrder.journalKinds)
const acked = new Int32Array(killOrder.acked)
let journalRecords = 0
/** Names of the transaction under way: a journal record is a vertex's or a checkpoint's. */
let names: string[] = []

function passAll(phase: 'beforeCommit' | 'afterCommit' | 'beforeAck'): void {
  for (const name of names) killSwitch.pass(`storage.${name}.${phase}` as KillPlace)
}

runStorageWorker(parentPort as MessagePort, storage, {
  beforeCommit(kinds) {
    names = kinds.map((kind) => {
      if (kind !== 'appendJournal') return kind
      return journalKinds[journalRecords++] === 1 ? 'checkpointJournal' : 'vertex'
    })
    passAll('beforeCommit')
  },
  afterCommit: () => passAll('afterCommit'),
  beforeAck(kinds) {
    passAll('beforeAck')
    for (const kind of kinds) if (kind in ackBits) Atomics.or(acked, 0, ackBits[kind as keyof typeof ackBits])
  },
})
