/**
 * Writes to a real storage until its disk breaks, several writes at a time, and prints each one that was acknowledged.
 * What a number stands for is in workload-rows.ts, so that whoever reads the lines knows what must be there.
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

/** The journal comes before the commit, as in the node; the rest is asked for without waiting. */
async function decide(round: number): Promise<void> {
  await storage.write.appendJournal(vertexOfRound(round)).then(() => acknowledged(`vertex ${round}`))
  const decided = [
    storage.write.commit(commitOfRound(round)).then(() => acknowledged(`commit ${round}`)),
    storage.write.setMeta('round', metaOfRound(round)).then(() => acknowledged(`meta ${round}`)),
  ]
  if (round % 5 === 4) {
    decided.push(storage.write.checkpoint(checkpointOfRound(round)).then(() => acknowledged(`checkpoint ${round}`)))
  }
  await Promise.all(decided)
}

async function run(): Promise<never> {
  for (let round = Number(firstRound); ; round++) {
    const admissions = admissionsOfRound(round).map((row) =>
      storage.write.admit(row).then(() => acknowledged(`admission ${row.nonce}`)),
    )
    await Promise.all([...admissions, decide(round)])
  }
}

try {
  await run()
} catch {
  // A disk that broke: what the storage says of it, and that it takes nothing more.
  acknowledged(`failed ${(await storage.failed).code}`)
  await storage.write.setMeta('after', new Uint8Array(1)).then(
    () => acknowledged('promised after a failure'),
    (error: { code: string }) => acknowledged(`refused ${error.code}`),
  )
  await storage.close()
}
