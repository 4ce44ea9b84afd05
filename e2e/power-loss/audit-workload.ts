/** Appends to a real audit log without end, a few entries at a time, and prints each that was acknowledged with its hash. */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { ManualClock } from '../../node/core/clock.ts'
import { createAuditLog } from '../../node/storage/index.ts'

const folder = process.argv[2] as string
const log = await createAuditLog({ folder: join(folder, 'audit'), maxFileBytes: 3_000 }, { clock: new ManualClock() })
for (let round = 0; ; round++) {
  const entries = Array.from({ length: (round % 4) + 1 }, (_, index) => log.append('payment.sent', { round, index }))
  for (const entry of entries) {
    const { seq, hash } = await entry
    writeSync(1, `${seq} ${hash}\n`)
  }
}
