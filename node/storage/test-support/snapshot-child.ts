/** Installs a snapshot and ends itself with SIGKILL at the boundary it is given: nothing is flushed, nothing tidied up. */
import { openDatabase } from '../database.ts'
import { createEngine } from '../engine.ts'
import { snapshotOf, stagedOf } from './rows.ts'

const [file = '', boundary] = process.argv.slice(2)
const endAt = (name: string) => (kinds: readonly string[]) => {
  if (name === boundary && kinds.includes('installSnapshot')) process.kill(process.pid, 'SIGKILL')
}
const engine = createEngine(openDatabase({ file }), {
  beforeCommit: endAt('beforeCommit'),
  afterCommit: endAt('afterCommit'),
})
for (const row of stagedOf(300)) engine.apply([{ kind: 'stageChunk', row }])
engine.apply([{ kind: 'installSnapshot', row: snapshotOf(300) }])
