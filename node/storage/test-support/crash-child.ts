/**
 * Writes admissions in groups of ten and prints the number of each acknowledged one, until its worker ends the process.
 * Arguments: database, boundary, number of the transaction.
 */
import { writeSync } from 'node:fs'
import { createStorage } from '../create-storage.ts'
import type { HookedWorkerData } from './hooked-worker.ts'
import { admissionOf } from './rows.ts'

const [file, at, transaction] = process.argv.slice(2) as [string, 'beforeCommit' | 'afterCommit' | 'beforeAck', string]
const workerData: HookedWorkerData = { hooked: { kill: { at, transaction: Number(transaction) } } }
const storage = await createStorage({
  file,
  workerUrl: new URL('./hooked-worker.ts', import.meta.url),
  workerData: { ...workerData },
})
for (let number = 0; ; number += 10) {
  const group = Array.from({ length: 10 }, (_, index) => storage.write.admit(admissionOf(number + index)))
  for (const admitted of group) writeSync(1, `${await admitted}\n`)
}
