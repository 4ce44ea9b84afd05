/** A state that takes the place of the one in use: whole or not at all, whatever ends the program. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from './database.ts'
import { createEngine, type Engine } from './engine.ts'
import type { Operation } from './operations.ts'
import {
  admissionOf,
  checkpointBatchOf,
  checkpointOf,
  commitBatchOf,
  finalOf,
  snapshotOf,
  stagedOf,
} from './test-support/rows.ts'
import { temporaryFolders } from './test-support/temporary-folder.ts'

const nextFolder = temporaryFolders()
const entries = 300
let closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers) close()
  closers = []
})

function open(file: string): Engine {
  const db = openDatabase({ file })
  closers.push(() => db.close())
  return createEngine(db)
}

/** Undefined where it succeeds. */
function codeOf(engine: Engine, operation: Operation): string | undefined {
  const [outcome] = engine.apply([operation])
  return outcome?.ok === false ? outcome.error.code : undefined
}

/** A node that followed for three commits, and has something of its own under way. */
function begin(file = join(nextFolder(), 'ledger.db')): { engine: Engine; file: string } {
  const engine = open(file)
  for (const commitIndex of [1, 2, 3]) {
    expect(codeOf(engine, { kind: 'commit', row: commitBatchOf(commitIndex, [finalOf(commitIndex)]) })).toBeUndefined()
  }
  const state = [{ key: Uint8Array.of(3, 1), value: Uint8Array.of(9) }]
  const checkpoint = checkpointOf(1, { commitIndex: 3 })
  expect(codeOf(engine, { kind: 'checkpoint', row: checkpointBatchOf(1, { checkpoint, state }) })).toBeUndefined()
  expect(codeOf(engine, { kind: 'admit', row: admissionOf(77) })).toBeUndefined()
  return { engine, file }
}

function stage(engine: Engine): void {
  for (const row of stagedOf(entries)) expect(codeOf(engine, { kind: 'stageChunk', row })).toBeUndefined()
}

const stateOf = (engine: Engine) => engine.read.state({ afterKey: null, limit: 1_000 })

/** All of the old one, with what waits; or all of the new one, with nothing that waits. */
function isWhole(engine: Engine): 'old' | 'new' | 'half' {
  const [state, last, joined, staged] = [
    stateOf(engine).length,
    engine.read.lastCheckpoint()?.seq,
    engine.read.meta('joined'),
    engine.read.stagedChunks().length,
  ]
  if (state === 1 && last === 1 && joined === null && staged === 3) return 'old'
  return state === entries + 1 && last === 9 && joined !== null && staged === 0 ? 'new' : 'half'
}

describe('a snapshot', () => {
  it('takes the place of the state, and leaves what is the owner’s', () => {
    const { engine } = begin()
    stage(engine)
    expect(isWhole(engine)).toBe('old')
    expect(codeOf(engine, { kind: 'installSnapshot', row: snapshotOf(entries) })).toBeUndefined()
    expect(isWhole(engine)).toBe('new')
    expect(engine.read.admissions()).toMatchObject([{ nonce: admissionOf(77).nonce }])
    expect(engine.read.history({ limit: 10 })).toHaveLength(3)
    expect(engine.read.checkpoint(4)?.seq).toBe(4)
  })

  it('is followed by the commit after its own, and by no other', () => {
    const { engine } = begin()
    stage(engine)
    engine.apply([{ kind: 'installSnapshot', row: snapshotOf(entries) }])
    expect(codeOf(engine, { kind: 'commit', row: commitBatchOf(4) })).toBe('COMMIT_GAP')
    expect(codeOf(engine, { kind: 'commit', row: commitBatchOf(92) })).toBe('COMMIT_GAP')
    expect(codeOf(engine, { kind: 'commit', row: commitBatchOf(91) })).toBeUndefined()
    expect(codeOf(engine, { kind: 'commit', row: commitBatchOf(92) })).toBeUndefined()
    expect(engine.read.status().commits).toBe(5)
  })

  it('is refused where anything is missing, or other than was named, or older than what is here', () => {
    const { engine } = begin()
    const install = { kind: 'installSnapshot', row: snapshotOf(entries) } as const
    expect(codeOf(engine, install)).toBe('SNAPSHOT_INCOMPLETE')
    stage(engine)
    const [first, ...others] = stagedOf(entries)
    engine.apply([{ kind: 'stageChunk', row: { ...(first as (typeof others)[number]), hash: new Uint8Array(32) } }])
    expect(codeOf(engine, install)).toBe('SNAPSHOT_INCOMPLETE')
    engine.apply([{ kind: 'keepStaged', row: others }])
    expect(engine.read.stagedChunks()).toHaveLength(2)
    expect(codeOf(engine, install)).toBe('SNAPSHOT_INCOMPLETE')
    stage(engine)
    const older = { ...snapshotOf(entries), checkpoints: [checkpointOf(9, { commitIndex: 3 })] }
    expect(codeOf(engine, { kind: 'installSnapshot', row: older })).toBe('SNAPSHOT_OLDER')
    const other = {
      ...snapshotOf(entries),
      checkpoints: [checkpointOf(1, { hash: new Uint8Array(32) }), checkpointOf(9)],
    }
    expect(codeOf(engine, { kind: 'installSnapshot', row: other })).toBe('CHECKPOINT_CONFLICT')
    expect(isWhole(engine)).toBe('old')
    expect(codeOf(engine, install)).toBeUndefined()
  })

  it('may come again, after the node was away once more', () => {
    const { engine } = begin()
    stage(engine)
    engine.apply([{ kind: 'installSnapshot', row: snapshotOf(entries) }])
    engine.apply([{ kind: 'commit', row: commitBatchOf(91) }])
    stage(engine)
    const again = { ...snapshotOf(entries), checkpoints: [checkpointOf(20)] }
    expect(codeOf(engine, { kind: 'installSnapshot', row: again })).toBeUndefined()
    expect(codeOf(engine, { kind: 'commit', row: commitBatchOf(201) })).toBeUndefined()
    expect(engine.read.status().commits).toBe(5)
  })

  it.each(['beforeCommit', 'afterCommit'])('is there whole or not at all after kill -9 %s', (boundary) => {
    const { file } = begin()
    for (const close of closers) close()
    closers = []
    const child = fileURLToPath(new URL('./test-support/snapshot-child.ts', import.meta.url))
    const { signal } = spawnSync(process.execPath, [child, file, boundary])
    expect(signal).toBe('SIGKILL')
    const engine = open(file)
    expect(isWhole(engine)).toBe(boundary === 'beforeCommit' ? 'old' : 'new')
    // What was staged is gone on with.
    if (boundary === 'beforeCommit') {
      expect(codeOf(engine, { kind: 'installSnapshot', row: snapshotOf(entries) })).toBeUndefined()
      expect(isWhole(engine)).toBe('new')
    }
  })
})
