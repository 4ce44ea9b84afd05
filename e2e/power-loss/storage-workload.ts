/**
 * Writes to a real storage without end, several writes at a time, and prints each one that was acknowledged. What a number
 * stands for is in workload-rows.ts, so that whoever reads the lines knows what must be there.
 *
 * Arguments: data folder, synchronous mode, number of the first round, `small-wal` for a WAL that is emptied all the time.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { createStorage } from '../../node/storage/index.ts'
import { admissionsOfRound, checkpointOfRound, commitOfRound, metaOfRound, vertexOfRound } from './workload-rows.ts'

const [folder, synchronous, firstRound, wal] = process.argv.slice(2) as [string, 'FULL' | 'NORMAL', string, string]

const storage = await createStorage({
  file: join(folder, 'ledger.db'),
  synchronous,
  ...(wal === 'small-wal' ? { workerUrl: new URL('./small-wal-worker.ts', import.meta.url) } : {}),
})

function acknowledged(line: string): void {
  writeSync(1, `${line}\n`)
}

for (let round = Number(firstRound); ; round++) {
  const admissions = admissionsOfRound(round).map((row) =>
    storage.write.admit(row).then(() => acknowledged(`admission ${row.nonce}`)),
  )
  // The journal comes before the commit, as in the node; the rest is asked for without waiting.
  await storage.write.appendJournal(vertexOfRound(round)).then(() => acknowledged(`vertex ${round}`))
  const commit = storage.write.commit(commitOfRound(round)).then(() => acknowledged(`commit ${round}`))
  const meta = storage.write.setMeta('round', metaOfRound(round)).then(() => acknowledged(`meta ${round}`))
  const checkpoint =
    round % 5 === 4
      ? storage.write.checkpoint(checkpointOfRound(round)).then(() => acknowledged(`checkpoint ${round}`))
      : undefined
  await Promise.all([...admissions, commit, meta, checkpoint])
}
