/**
 * kill -9 under load, at every boundary between making a record, making it durable and telling somebody, on one data
 * folder that is carried on from kill to kill. `QUDAG_CRASH_SEED` repeats a run's plan, `QUDAG_CRASH_KILLS` sets its length.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { formatTable } from '../../bench/harness.ts'
import { seededRng } from '../../node/core/rng.ts'
import { CheckFailure } from './check-failure.ts'
import { type Checker, createChecker } from './checker.ts'
import { type ClientLog, openClientLog, viewOfLog } from './client-log.ts'
import { type ClientSession, openSession } from './client-session.ts'
import { replayDataFolder } from './independent-replay.ts'
import { type Boundary, boundaryNames, type Kill, type KillPlace, planKills } from './kill-plan.ts'
import { createLoadClient, type LoadClient } from './load-client.ts'
import { killAllNodes, type NodeEnd, type NodeProcess, startNode } from './node-process.ts'
import { createOwnAccount } from './own-account.ts'

/** The same plan in every run, so that a red run means that the code has changed. */
const seed = Number(process.env.QUDAG_CRASH_SEED ?? 20_261_122)
const kills = Number(process.env.QUDAG_CRASH_KILLS ?? 60)
const leastKillsPerBoundary = 3
/** Kills between two checks that read the whole history again. */
const deepCheckEvery = 15
/** A place that is not passed for so long is not reached by this load, not even on a machine that has much else to do. */
const placeTimeoutMs = 60_000

/** Tests begun and not passed. */
let unsound = 0
const folder = mkdtempSync(join(tmpdir(), 'qudag-crash-'))
// A failed run keeps its folder: the client's log in it says what was promised.
afterAll(() => {
  killAllNodes()
  if (unsound === 0) rmSync(folder, { recursive: true, force: true })
})

describe(`kill -9 (seed ${seed})`, () => {
  it(`loses nothing and doubles nothing over ${kills} kills under load`, { timeout: 900_000 }, async () => {
    unsound += 1
    const dataDir = join(folder, 'node')
    const log = openClientLog(join(folder, 'client.jsonl'))
    const checker = createChecker(log, seededRng(seed + 1))
    const load = await prepare(dataDir, log)
    const counts = new Map<Boundary, number>()
    let run = 1
    for (const [index, kill] of planKills(seed, kills).entries()) {
      const { place, nth } = kill
      const node = startNode({ dataDir, network: 'dev', place: place === 'random' ? 'never' : place, nth })
      try {
        const end = await loadUntilKilled(node, kill, { log, checker, load, run })
        expect(end, end.errors).toMatchObject({
          signal: 'SIGKILL',
          killedAt: place === 'random' ? null : place,
          errors: '',
        })
      } catch (cause) {
        throw new Error(`kill ${index + 1}, ${place} at passing ${nth}, seed ${seed}, log ${log.path}`, { cause })
      }
      counts.set(kill.boundary, (counts.get(kill.boundary) ?? 0) + 1)
      run += 1
      if ((index + 1) % deepCheckEvery === 0) await checkAll(dataDir, { log, checker, load, run })
    }
    const stand = await checkAll(dataDir, { log, checker, load, run })
    const replayed = await replayDataFolder(dataDir)
    expect(replayed.roots.get(stand.commitIndex)).toBe(stand.stateRoot)
    expect(replayed.isConserved).toBe(true)
    const { mintedMicroRuv, burnedMicroRuv } = replayed
    expect({ mintedMicroRuv, burnedMicroRuv }).toEqual(checker.totals)
    expect(endsOf(replayed.results)).toEqual(endsOf(checker.applied))
    log.close()
    report(counts, checker)
    if (kills >= leastKillsPerBoundary * boundaryNames.length) {
      for (const name of boundaryNames) expect(counts.get(name), name).toBeGreaterThanOrEqual(leastKillsPerBoundary)
    }
    unsound -= 1
  })

  const firstStart: readonly KillPlace[] = [
    'file.validatorKey.beforeRename',
    'file.validatorKey.afterRename',
    'file.genesis.beforeRename',
    'file.genesis.afterRename',
    'storage.setMeta.beforeCommit',
    'storage.vertex.beforeCommit',
  ]
  it.each(firstStart)('starts anew after a first start that was cut off at %s', async (place) => {
    unsound += 1
    const dataDir = join(folder, place)
    const first = startNode({ dataDir, network: 'dev', place, nth: 1 })
    // The first vertex comes with the start, so no load is needed.
    expect(await first.ended).toMatchObject({ signal: 'SIGKILL', killedAt: place, errors: '' })
    const log = openClientLog(join(folder, `${place}.jsonl`))
    await prepare(dataDir, log)
    const checker = createChecker(log, seededRng(seed))
    const node = startNode({ dataDir, network: 'dev', place: 'never', nth: 1 })
    const session = await connect(node, log, 1)
    await checker.settled(session)
    await checker.deeply(session)
    await endInOrder(node, session)
    log.close()
    unsound -= 1
  })
})

interface Surroundings {
  readonly log: ClientLog
  readonly checker: Checker
  readonly load: LoadClient
  readonly run: number
}

function password(): Uint8Array {
  return new TextEncoder().encode('correct horse battery staple')
}

/** Makes the vault, the accounts and their first balances, and stops in order. */
async function prepare(dataDir: string, log: ClientLog): Promise<LoadClient> {
  const node = startNode({ dataDir, network: 'dev', place: 'never', nth: 1 })
  const socketPath = await node.ready
  if (socketPath === null) throw new Error(`the node did not start: ${(await node.ended).errors}`)
  const session = await openSession(socketPath, 0, log)
  const { phrase } = await session.client.vault.init({ password: password() })
  phrase.fill(0)
  const { chainId } = await session.client.node.info()
  const rng = seededRng(seed + 2)
  const own = (['ML-DSA-65', 'ML-DSA-65', 'ML-DSA-44'] as const).map((suite) => createOwnAccount(suite, chainId, rng))
  const load = createLoadClient(own, rng)
  await load.prepare(session)
  await endInOrder(node, session)
  return load
}

/** One life of the node: checks what it remembers, loads it, and sees it die. */
async function loadUntilKilled(node: NodeProcess, kill: Kill, surroundings: Surroundings): Promise<NodeEnd> {
  const { checker, load, log, run } = surroundings
  const killTimer = kill.place === 'random' ? setTimeout(() => node.kill(), kill.nth) : undefined
  const timer = setTimeout(() => node.kill(), placeTimeoutMs)
  try {
    // A kill may come before the node serves, while it answers, or while it is checked: then the next life goes on.
    await untilOver(node, async () => {
      const session = await connect(node, log, run)
      try {
        await checker.afterRestart(session)
        await load.repeatOpen(session, viewOfLog(log.read()).requests.values())
        if (!kill.goOnAtOnce) await checker.settled(session)
        await load.run(session, { makesAccounts: kill.boundary === 'vault file' })
      } finally {
        session.close()
      }
    })
    return await node.ended
  } finally {
    clearTimeout(killTimer)
    clearTimeout(timer)
  }
}

/** Runs the work; what it throws because the node has died is not an error. */
async function untilOver(node: NodeProcess, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    const graceMs = 1_000
    const isDead = await Promise.race([
      node.ended.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), graceMs)),
    ])
    if (isDead && !(cause instanceof CheckFailure)) return
    node.kill()
    throw cause
  }
}

async function checkAll(
  dataDir: string,
  { log, checker, load, run }: Surroundings,
): Promise<{ commitIndex: number; stateRoot: string }> {
  const node = startNode({ dataDir, network: 'dev', place: 'never', nth: 1 })
  const session = await connect(node, log, run)
  await checker.afterRestart(session)
  await load.repeatOpen(session, viewOfLog(log.read()).requests.values())
  await checker.settled(session)
  const stand = await checker.deeply(session)
  await endInOrder(node, session)
  return stand
}

async function connect(node: NodeProcess, log: ClientLog, run: number): Promise<ClientSession> {
  const socketPath = await node.ready
  if (socketPath === null) throw new Error('the node ended before it served')
  const session = await openSession(socketPath, run, log)
  await session.client.vault.unlock({ password: password() })
  return session
}

async function endInOrder(node: NodeProcess, session: ClientSession): Promise<void> {
  session.close()
  node.terminate()
  expect(await node.ended).toMatchObject({ code: 0, errors: '' })
}

function endsOf(
  ends: ReadonlyMap<string, { outcome: string | null; code: string | null; fee: string; nonce: number }>,
): string[] {
  return [...ends]
    .map(([txId, { outcome, code, fee, nonce }]) => [txId, outcome ?? 'rejected', code, fee, nonce].join(' '))
    .sort()
}

function report(counts: ReadonlyMap<Boundary, number>, checker: Checker): void {
  const rows = boundaryNames.map((name) => [name, String(counts.get(name) ?? 0)])
  const told = Object.entries(checker.counts()).map(([name, count]) => `${name} ${count}`)
  console.log(`${formatTable(['killed at', 'times'], rows)}\n${told.join(', ')}\nQUDAG_CRASH_SEED=${seed}`)
}
