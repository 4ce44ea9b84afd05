import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createStorage, type DurableStorage, type StorageOptions } from './create-storage.ts'
import { openDatabase } from './database.ts'
import type { HookedWorkerData } from './test-support/hooked-worker.ts'
import {
  accountOf,
  admissionOf,
  bytesOf,
  checkpointBatchOf,
  commitBatchOf,
  finalOf,
  intentOf,
  rejectionOf,
  txIdOf,
  vertexOf,
} from './test-support/rows.ts'
import { temporaryFolders } from './test-support/temporary-folder.ts'

const nextFolder = temporaryFolders()
let open: DurableStorage[] = []

afterEach(async () => {
  await Promise.all(open.map((storage) => storage.close()))
  open = []
})

async function newStorage(options: Partial<StorageOptions> = {}): Promise<DurableStorage & { file: string }> {
  const file = options.file ?? join(nextFolder(), 'ledger.db')
  const storage = await createStorage({ ...options, file })
  open.push(storage)
  return { ...storage, file }
}

function hooked(data: HookedWorkerData['hooked']): Pick<StorageOptions, 'workerUrl' | 'workerData'> {
  return { workerUrl: new URL('./test-support/hooked-worker.ts', import.meta.url), workerData: { hooked: data } }
}

function sharedInt(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8))
}

function openGate(gate: Int32Array): void {
  Atomics.store(gate, 0, 1)
  Atomics.notify(gate, 0)
}

/** What each promise came to: its value, or its error's code. */
async function outcomesOf(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(promises)
  return settled.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as { code: unknown }).code))
}

describe('writes', () => {
  it('of every kind come back through every read', async () => {
    const { write, read } = await newStorage()
    expect(await write.putIntent(intentOf(1))).toMatchObject({ seq: 1, txId: null })
    await write.signIntent('key-1', { txId: txIdOf(1), bytes: bytesOf('signed', 1), signedAtMs: 3 })
    expect(await write.admit(admissionOf(1))).toBe(1)
    expect(await write.admit(admissionOf(2))).toBe(2)
    expect(await write.appendJournal(vertexOf(1))).toBe(1)
    await write.setMeta('name', Uint8Array.of(1, 2))
    expect(await read.meta('name')).toEqual(Uint8Array.of(1, 2))
    expect(await read.meta('other')).toBeNull()
    expect(await read.intent('key-1')).toMatchObject({ txId: txIdOf(1), bytes: bytesOf('signed', 1), signedAtMs: 3 })
    expect(await read.admissions()).toEqual([
      { ...admissionOf(1), seq: 1 },
      { ...admissionOf(2), seq: 2 },
    ])
    expect(await read.journal({ kind: 'vertex', afterSeq: 0, limit: 9 })).toEqual([{ ...vertexOf(1), seq: 1 }])
    expect(await read.journalByHash(vertexOf(1).hash)).toEqual({ ...vertexOf(1), seq: 1 })

    const progress = {
      hash: bytesOf('vertex', 1),
      epoch: 0,
      round: 1,
      votingAtMs: 1,
      confirmingAtMs: 2,
      confirmingBy: bytesOf('vertex', 2),
      confirmedAtMs: 3,
      confirmedBy: bytesOf('vertex', 3),
      votes: {
        totalStakeMicroRuv: 2n ** 64n - 1n,
        validators: 1_000,
        confirming: { supportMicroRuv: 2n ** 53n + 1n, supporters: 400 },
        confirmed: { supportMicroRuv: 2n ** 64n - 1n, supporters: 1_000 },
      },
    }
    const batch = commitBatchOf(1, [finalOf(1)])
    await write.commit({ ...batch, progress: [progress] })
    await write.reject([rejectionOf(2)])
    await write.checkpoint(checkpointBatchOf(1, { state: [{ key: Uint8Array.of(1), value: Uint8Array.of(2) }] }))
    expect(await read.admissions()).toEqual([])
    expect(await read.final(txIdOf(1))).toMatchObject(batch.finals[0] as object)
    expect(await read.vertexProgress(progress.hash)).toEqual(progress)
    expect(await read.lastCommit()).toEqual(batch.commit)
    expect(await read.commits({ afterIndex: 0, limit: 9 })).toEqual([batch.commit])
    expect((await read.history({ limit: 9 })).map(({ nonce }) => nonce)).toEqual([2, 1])
    expect((await read.history({ account: accountOf(1), limit: 9 })).map(({ nonce }) => nonce)).toEqual([1])
    expect(await read.lastCheckpoint()).toEqual(checkpointBatchOf(1).checkpoint)
    expect(await read.checkpoint(1)).toEqual(checkpointBatchOf(1).checkpoint)
    expect(await read.checkpointCovering(10)).toEqual(checkpointBatchOf(1).checkpoint)
    expect(await read.state({ afterKey: null, limit: 9 })).toEqual([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }])
    expect(await read.status()).toMatchObject({ schemaVersion: 7, journalRecords: 1, commits: 1, transactions: 2 })
    expect(await read.integrityCheck()).toEqual([])
  })

  it('leave the caller’s bytes alone', async () => {
    const { write, read } = await newStorage()
    const value = Uint8Array.of(1, 2, 3)
    const written = write.setMeta('name', value)
    value.fill(9)
    await written
    expect(value).toEqual(Uint8Array.of(9, 9, 9))
    expect(await read.meta('name')).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('that wait together are one transaction, acknowledged in order', async () => {
    const [counter, gate] = [sharedInt(), sharedInt()]
    const { write } = await newStorage(hooked({ counter, gate }))
    const order: number[] = []
    const first = write.admit(admissionOf(0)).then((seq) => order.push(seq))
    // The first transaction is held before its commit; the others arrive meanwhile, turn after turn.
    await Atomics.waitAsync(gate, 1, 0).value
    const later: Promise<unknown>[] = []
    for (let number = 1; number <= 200; number++) {
      later.push(write.admit(admissionOf(number)).then((seq) => order.push(seq)))
      if (number % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(order).toEqual([])
    openGate(gate)
    await Promise.all([first, ...later])
    expect(order).toEqual(Array.from({ length: 201 }, (_, index) => index + 1))
    expect(Atomics.load(counter, 0)).toBe(2)
  })

  it('that fail by their own fault do not touch their neighbours', async () => {
    const counter = sharedInt()
    const { write, read } = await newStorage(hooked({ counter }))
    const outcomes = await outcomesOf([
      write.appendJournal(vertexOf(1)),
      write.appendJournal(vertexOf(1, { hash: bytesOf('twin', 1) })),
      write.admit(admissionOf(1)),
      write.admit(admissionOf(2, { nonce: -1 })),
      write.signIntent('none', { txId: txIdOf(1), bytes: bytesOf('signed', 1), signedAtMs: 3 }),
      write.admit(admissionOf(3)),
    ])
    expect(outcomes).toEqual([1, 'JOURNAL_CONFLICT', 1, 'STORAGE_ROW_INVALID', 'INTENT_UNKNOWN', 2])
    expect(Atomics.load(counter, 0)).toBe(1)
    expect(await read.journal({ kind: 'vertex', afterSeq: 0, limit: 9 })).toEqual([{ ...vertexOf(1), seq: 1 }])
  })

  it('are seen by a read asked for after them, without waiting', async () => {
    const { write, read } = await newStorage()
    const written = write.setMeta('name', Uint8Array.of(5))
    expect(await read.meta('name')).toEqual(Uint8Array.of(5))
    await written
  })

  it('sum up over many transactions', async () => {
    const { write, read } = await newStorage()
    // Far more than one transaction takes in bytes, so the worker splits them.
    const value = new Uint8Array(5 * 1024 * 1024)
    const written = Array.from({ length: 20 }, (_, number) => write.setMeta(`name ${number}`, value))
    expect((await read.meta('name 19'))?.length).toBe(value.length)
    await Promise.all(written)
  })
})

describe('the queue', () => {
  it('refuses rows over its bound, keeps half for what the node must record, and recovers', async () => {
    const gate = sharedInt()
    const { write } = await newStorage({ ...hooked({ gate }), maxOutstandingRows: 10 })
    const admitted = Array.from({ length: 6 }, (_, number) => write.admit(admissionOf(number)))
    const recorded = Array.from({ length: 6 }, (_, round) => write.appendJournal(vertexOf(round)))
    const refused = outcomesOf([admitted[5], recorded[5]] as Promise<unknown>[])
    expect(await refused).toEqual(['STORAGE_BUSY', 'STORAGE_BUSY'])
    openGate(gate)
    expect(await outcomesOf([...admitted.slice(0, 5), ...recorded.slice(0, 5)])).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
    expect(await write.admit(admissionOf(5))).toBe(6)
  })

  it('refuses bytes over its bound, but never a lone write', async () => {
    const gate = sharedInt()
    const { write, read } = await newStorage({ ...hooked({ gate }), maxOutstandingBytes: 10_000 })
    const first = write.setMeta('a', new Uint8Array(50_000))
    const second = write.setMeta('b', new Uint8Array(1))
    expect(await outcomesOf([second])).toEqual(['STORAGE_BUSY'])
    openGate(gate)
    await first
    expect((await read.meta('a'))?.length).toBe(50_000)
    expect(await read.meta('b')).toBeNull()
  })

  it('bounds reads', async () => {
    const { read } = await newStorage()
    const outcomes = await outcomesOf(Array.from({ length: 1_001 }, () => read.meta('name')))
    expect(outcomes.filter((outcome) => outcome === 'STORAGE_BUSY')).toHaveLength(1)
    expect(outcomes.at(-1)).toBe('STORAGE_BUSY')
  })
})

describe('closing', () => {
  it('waits for what was asked for, refuses what comes after, and may be asked twice', async () => {
    const storage = await newStorage()
    const written = Array.from({ length: 50 }, (_, number) => storage.write.admit(admissionOf(number)))
    const closed = storage.close()
    expect(await outcomesOf([storage.write.admit(admissionOf(99)), storage.read.status()])).toEqual([
      'STORAGE_CLOSED',
      'STORAGE_CLOSED',
    ])
    await closed
    await storage.close()
    expect(await Promise.all(written)).toHaveLength(50)
    expect(existsSync(`${storage.file}-wal`)).toBe(false)
    expect(await (await newStorage({ file: storage.file })).read.admissions()).toHaveLength(50)
  })
})

describe('the native module', () => {
  it('stays in the process when the worker that uses it has ended', () => {
    const script = new URL('./test-support/module-child.ts', import.meta.url).pathname
    const child = spawnSync(process.execPath, [script, join(nextFolder(), 'ledger.db')], { encoding: 'utf8' })
    expect(child.stdout.trim().split('\n')).toEqual(['loaded', 'loaded'])
  })
})

describe('a storage that fails', () => {
  it('STORAGE_FULL: acknowledges nothing from the failed transaction on, and tells the node', async () => {
    const storage = await newStorage(hooked({ maxPages: 40 }))
    const before = await storage.write.admit(admissionOf(0))
    const big = new Uint8Array(20 * 4_096)
    const outcomes = await outcomesOf([
      storage.write.admit(admissionOf(1)),
      storage.write.setMeta('big', big),
      storage.write.admit(admissionOf(2)),
    ])
    expect(outcomes).toEqual(['STORAGE_FULL', 'STORAGE_FULL', 'STORAGE_FULL'])
    expect((await storage.failed).code).toBe('STORAGE_FULL')
    expect(await outcomesOf([storage.write.admit(admissionOf(3))])).toEqual(['STORAGE_FULL'])
    // Reads go on, and see none of it.
    expect(await storage.read.admissions()).toMatchObject([{ seq: before }])
    await storage.close()
    const again = await newStorage({ file: storage.file })
    expect(await again.read.admissions()).toMatchObject([{ seq: before }])
    expect(await again.write.admit(admissionOf(1))).toBe(2)
  })

  it('STORAGE_FAILED: another program writes to it', async () => {
    const storage = await newStorage()
    await storage.write.admit(admissionOf(0))
    const other = openDatabase({ file: storage.file })
    other.exec("INSERT INTO meta VALUES ('a', x'00')")
    other.close()
    expect(await outcomesOf([storage.write.admit(admissionOf(1))])).toEqual(['STORAGE_FAILED'])
    expect((await storage.failed).code).toBe('STORAGE_FAILED')
  })

  it('STORAGE_DAMAGED: damage met later than at the start', async () => {
    const file = join(nextFolder(), 'ledger.db')
    const first = await newStorage({ file })
    await first.write.appendJournal(vertexOf(1, { bytes: new Uint8Array(100_000) }))
    await first.close()
    const storage = await newStorage({ file })
    const size = statSync(file).size
    // In place, behind the open database's back: every page but the first few, which it has read already.
    const content = readFileSync(file)
    content.fill(0xee, size - 4_096 * 30)
    writeFileSync(file, content, { flag: 'r+' })
    const outcomes = await outcomesOf([storage.read.journalByHash(vertexOf(1).hash)])
    expect(outcomes).toEqual(['STORAGE_DAMAGED'])
    expect((await storage.failed).code).toBe('STORAGE_DAMAGED')
    expect(await outcomesOf([storage.write.admit(admissionOf(1))])).toEqual(['STORAGE_DAMAGED'])
  })

  it('STORAGE_FAILED: the worker cannot start, or a refusal at the start', async () => {
    const workerUrl = new URL('./test-support/no-such-worker.ts', import.meta.url)
    const file = join(nextFolder(), 'ledger.db')
    await expect(createStorage({ file, workerUrl })).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    writeFileSync(file, 'no database')
    await expect(createStorage({ file })).rejects.toMatchObject({ code: 'STORAGE_DAMAGED', hint: expect.any(String) })
  })
})

describe.skipIf(process.platform === 'win32')('a process killed at a boundary of its fourth transaction', () => {
  it.each([
    ['beforeCommit', 30],
    ['afterCommit', 40],
    ['beforeAck', 40],
  ] as const)('%s: leaves %i whole writes', async (boundary, kept) => {
    const file = join(nextFolder(), 'ledger.db')
    const script = new URL('./test-support/crash-child.ts', import.meta.url).pathname
    const child = spawnSync(process.execPath, [script, file, boundary, '4'], { encoding: 'utf8' })
    expect(child.signal).toBe('SIGKILL')
    const acknowledged = child.stdout.trim().split('\n').map(Number)
    expect(acknowledged).toHaveLength(30)
    const storage = await newStorage({ file })
    expect((await storage.read.admissions()).map(({ seq }) => seq)).toEqual(
      Array.from({ length: kept }, (_, index) => index + 1),
    )
    expect(await storage.read.integrityCheck()).toEqual([])
    expect(await storage.write.admit(admissionOf(999))).toBe(kept + 1)
  })
})
