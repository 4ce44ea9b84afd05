/**
 * What was acknowledged survives the loss of power: a real storage and a real audit log, on a disk that forgets whatever
 * was not synced, killed at seeded points, then opened from what that disk holds. The storage at synchronous=NORMAL is the
 * control: there the same test must find losses.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../node/core/clock.ts'
import { randomBelow, seededRng } from '../../node/core/rng.ts'
import { createAuditLog, createStorage, type Storage } from '../../node/storage/index.ts'
import { buildInjectedDisk, runUntilPowerLoss, whyNoInjectedDisk } from './injected-disk.ts'
import { admissionsOfRound, checkpointOfRound, commitOfRound, metaOfRound, vertexOfRound } from './workload-rows.ts'

const missing = whyNoInjectedDisk()
const workFolder = mkdtempSync(join(realpathSync(tmpdir()), 'qudag-power-loss-'))
let library = ''

afterAll(() => rmSync(workFolder, { recursive: true, force: true }))

function freshFolder(): string {
  return mkdtempSync(join(workFolder, 'data-'))
}

function scriptOf(name: string): URL {
  return new URL(`./${name}.ts`, import.meta.url)
}

/** Lines of a kind, as the numbers they name. */
function numbersOf(lines: readonly string[], kind: string): number[] {
  return lines.filter((line) => line.startsWith(`${kind} `)).map((line) => Number(line.slice(kind.length + 1)))
}

function same(a: unknown, b: unknown): boolean {
  return expect.objectContaining(b as object).asymmetricMatch(a)
}

/** Acknowledged writes that are not there, or not as they were written. */
async function lossesOf(storage: Storage, lines: readonly string[]): Promise<string[]> {
  const lost: string[] = []
  const { read } = storage
  const admissions = new Map((await read.admissions()).map((row) => [row.nonce, row]))
  for (const number of numbersOf(lines, 'admission')) {
    const written = admissionsOfRound(Math.floor(number / 6)).find(({ nonce }) => nonce === number)
    const admitted = admissions.get(number)
    const kept = admitted === undefined ? await read.final(written?.txId as Uint8Array) : same(admitted, written)
    if (!kept) lost.push(`admission ${number}`)
  }
  for (const round of numbersOf(lines, 'vertex')) {
    const row = vertexOfRound(round)
    if (!same(await read.journalByHash(row.hash), row)) lost.push(`vertex ${round}`)
  }
  for (const round of numbersOf(lines, 'commit')) {
    const { commit, finals } = commitOfRound(round)
    const [kept] = await read.commits({ afterIndex: round - 1, limit: 1 })
    if (!same(kept, commit)) lost.push(`commit ${round}`)
    for (const final of finals) if (!same(await read.final(final.txId), final)) lost.push(`final ${final.nonce}`)
    if (!(await hasBalances(storage, round))) lost.push(`balances ${round}`)
  }
  for (const round of numbersOf(lines, 'checkpoint')) {
    if (!same(await read.checkpoint(round), checkpointOfRound(round).checkpoint)) lost.push(`checkpoint ${round}`)
  }
  const lastMeta = numbersOf(lines, 'meta').at(-1)
  if (lastMeta !== undefined) {
    // A later round may have been written and not yet acknowledged.
    const kept = await read.meta('round')
    const possible = [lastMeta, lastMeta + 1].map(metaOfRound)
    if (!possible.some((value) => kept !== null && Buffer.compare(value, kept) === 0)) lost.push(`meta ${lastMeta}`)
  }
  return lost
}

/** Whether the balances that a commit left are there, at its time. */
async function hasBalances({ read }: Storage, round: number): Promise<boolean> {
  const { commit, balances } = commitOfRound(round)
  const accounts = balances.map(({ account }) => account)
  const atMs = commit.commitTimeMs
  const kept = await read.balances({ accounts, afterMs: atMs - 1, untilMs: atMs, slotMs: 1 })
  return balances.every(({ balanceMicroRuv }, index) =>
    same(kept[index]?.changes, [{ commitTimeMs: atMs, balanceMicroRuv }]),
  )
}

/** Whole transactions only: what is there at all is all there. */
async function expectSound(storage: Storage): Promise<void> {
  const { read } = storage
  expect(await read.integrityCheck()).toEqual([])
  const commits = await read.commits({ afterIndex: -1, limit: 10_000 })
  expect(commits.map(({ commitIndex }) => commitIndex)).toEqual(commits.map((_, index) => index))
  for (const { commitIndex } of commits) {
    for (const final of commitOfRound(commitIndex).finals) expect(same(await read.final(final.txId), final)).toBe(true)
    expect(await hasBalances(storage, commitIndex)).toBe(true)
  }
  const checkpoint = await read.lastCheckpoint()
  const state = await read.state({ afterKey: null, limit: 100 })
  if (checkpoint === null) expect(state).toEqual([])
  else for (const entry of checkpointOfRound(checkpoint.seq).state) expect(state).toContainEqual(entry)
}

describe.skipIf(missing !== undefined)(
  `the loss of power${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    beforeAll(() => {
      library = buildInjectedDisk(workFolder)
    })

    it('leaves of plain files what was synced, and only that', async () => {
      const dataFolder = freshFolder()
      const { survived } = await runUntilPowerLoss({
        library,
        workFolder,
        dataFolder,
        script: scriptOf('sync-workload'),
      })
      const files = readdirSync(survived, { recursive: true, encoding: 'utf8' }).filter((name) =>
        statSync(join(survived, name)).isFile(),
      )
      const content = Object.fromEntries(files.sort().map((name) => [name, readFileSync(join(survived, name), 'utf8')]))
      expect(content).toEqual({
        'content-and-name': 'kept',
        'first-part': 'kept',
        'folder/inside': 'kept',
        'name-only': '',
        'renamed-and-synced': 'kept',
        'to-be-renamed': 'kept',
      })
    })

    const seeds = [1, 2, 3, 4]

    it.each(seeds.flatMap((seed) => [[seed, 'large-wal'] as const, [seed, 'small-wal'] as const]))(
      'loses nothing that was acknowledged (seed %i, %s), twice in a row',
      async (seed, wal) => {
        const rng = seededRng(seed)
        let dataFolder = freshFolder()
        const acknowledged: string[] = []
        for (const incarnation of [1, 2]) {
          const firstRound = await nextRound(dataFolder)
          const { survived, lines } = await runUntilPowerLoss({
            library,
            workFolder,
            dataFolder,
            script: scriptOf('storage-workload'),
            parameters: ['FULL', String(firstRound), wal],
            killAfterLines: 1 + randomBelow(rng, 300),
          })
          acknowledged.push(...lines)
          // Looked at in a copy of its own: the next incarnation starts from what the disk held, not from what was recovered.
          const looked = join(workFolder, `looked-${seed}-${wal}-${incarnation}`)
          copyFolder(survived, looked)
          const storage = await createStorage({ file: join(looked, 'ledger.db') })
          try {
            expect(await lossesOf(storage, acknowledged)).toEqual([])
            await expectSound(storage)
          } finally {
            await storage.close()
          }
          dataFolder = survived
        }
        expect(acknowledged.length).toBeGreaterThan(1)
      },
    )

    it.each(seeds)('control: at synchronous=NORMAL acknowledged writes are lost (seed %i)', async (seed) => {
      const { survived, lines } = await runUntilPowerLoss({
        library,
        workFolder,
        dataFolder: freshFolder(),
        script: scriptOf('storage-workload'),
        parameters: ['NORMAL', '0', 'large-wal'],
        killAfterLines: 1 + randomBelow(seededRng(seed), 300),
      })
      const storage = await createStorage({ file: join(survived, 'ledger.db') })
      try {
        expect(lines.length).toBeGreaterThan(0)
        expect((await lossesOf(storage, lines)).length).toBeGreaterThan(0)
        // What is left is sound all the same: an older state, not a broken one.
        await expectSound(storage)
      } finally {
        await storage.close()
      }
    })

    it.each(seeds)('a disk that breaks ends the storage, and nothing acknowledged is lost (seed %i)', async (seed) => {
      const { survived, lines } = await runUntilPowerLoss({
        library,
        workFolder,
        dataFolder: freshFolder(),
        script: scriptOf('storage-workload'),
        parameters: ['FULL', '0', 'small-wal'],
        // The first few make the database.
        breakAfterSyncs: 20 + randomBelow(seededRng(seed), 100),
      })
      expect(lines.slice(-2)).toEqual(['failed STORAGE_FAILED', 'refused STORAGE_FAILED'])
      expect(lines.length).toBeGreaterThan(2)
      const storage = await createStorage({ file: join(survived, 'ledger.db') })
      try {
        expect(await lossesOf(storage, lines)).toEqual([])
        await expectSound(storage)
      } finally {
        await storage.close()
      }
    })

    it.each(seeds)('loses no acknowledged entry of the audit log (seed %i), three times in a row', async (seed) => {
      const rng = seededRng(seed)
      let dataFolder = freshFolder()
      const acknowledged: string[] = []
      for (let incarnation = 0; incarnation < 3; incarnation++) {
        const { survived, lines } = await runUntilPowerLoss({
          library,
          workFolder,
          dataFolder,
          script: scriptOf('audit-workload'),
          killAfterLines: 1 + randomBelow(rng, 200),
        })
        acknowledged.push(...lines)
        const looked = join(workFolder, `looked-audit-${seed}-${incarnation}`)
        copyFolder(survived, looked)
        const log = await createAuditLog({ folder: join(looked, 'audit') }, { clock: new ManualClock() })
        try {
          const kept = new Set((await log.tail(10_000)).map(({ seq, hash }) => `${seq} ${hash}`))
          expect(acknowledged.filter((line) => !kept.has(line))).toEqual([])
          expect(await log.verify()).toMatchObject({ ok: true })
        } finally {
          await log.close()
        }
        dataFolder = survived
      }
      expect(acknowledged.length).toBeGreaterThan(2)
    })
  },
)

/** The round to go on with: the one whose commit comes next. */
async function nextRound(dataFolder: string): Promise<number> {
  if (readdirSync(dataFolder).length === 0) return 0
  const looked = mkdtempSync(join(workFolder, 'next-'))
  copyFolder(dataFolder, looked)
  const storage = await createStorage({ file: join(looked, 'ledger.db') })
  try {
    return ((await storage.read.lastCommit())?.commitIndex ?? -1) + 1
  } finally {
    await storage.close()
  }
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  cpSync(from, to, { recursive: true })
}
