/**
 * Four validators in one process, killed again and again while payments go through one of them: nothing acknowledged is
 * lost or paid twice, no validator ever signs two vertices of a round, and all four end with one ledger.
 * QUDAG_CLUSTER_KILLS and QUDAG_CLUSTER_SEED ask for more kills, and other moments.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, expect, it } from 'vitest'
import { connectLocalSocket, type LocalConnection, socketPathOf } from '../../node/api/transports/index.ts'
import { jsonOf, type Ran, runProgram } from '../../node/cli/test-support/run-program.ts'
import { randomBelow, seededRng } from '../../node/core/rng.ts'

const kills = Number(process.env.QUDAG_CLUSTER_KILLS ?? 5)
const seed = Number(process.env.QUDAG_CLUSTER_SEED ?? 20_261_129)
const validators = 4
const password = 'correct horse battery staple'
/** Payments under way at once. */
const lanes = 4

const folder = mkdtempSync(join(tmpdir(), 'qudag-cluster-'))
const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const dataDirOf = (index: number): string => join(folder, `node-${index}`)
const first = dataDirOf(1)

async function startNetwork(): Promise<{ end(signal: NodeJS.Signals): Promise<Ran> }> {
  const ready = Promise.withResolvers<ChildProcess>()
  const ended = runProgram(['network', 'up', '--nodes', String(validators), '--dir', folder, '--json'], {
    dataDir: first,
    onOutput: ({ stdout, stderr }, child) => {
      running.add(child)
      // A node that ends by itself says why.
      if (stdout.includes('"message"')) console.error(stdout, stderr)
      if (stdout.includes('"event":"ready"')) ready.resolve(child)
    },
  })
  const child = await Promise.race([
    ready.promise,
    ended.then(({ code, stderr }) => {
      throw new Error(`the network ended with ${code} before it served: ${stderr}`)
    }),
  ])
  return {
    async end(signal) {
      child.kill(signal)
      const end = await ended
      running.delete(child)
      return end
    },
  }
}

async function qudag(args: readonly string[], descriptors: readonly string[] = []): Promise<unknown> {
  const ran = await runProgram([...args, '--json'], { dataDir: first, descriptors })
  if (ran.code !== 0) throw new Error(`qudag ${args.join(' ')} ended with ${ran.code}: ${ran.stderr}`)
  return ran.stdout.trim() === '' ? null : jsonOf(ran)
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What every node says once they agree; undefined where they do not in time. */
async function agreement(): Promise<{ stateRoot: string; mempool: number } | undefined> {
  for (let tries = 0; tries < 120; tries++) {
    const said: { stateRoot: string; mempool: number }[] = []
    for (let index = 1; index <= validators; index++) {
      const connection = await connectLocalSocket(socketPathOf(dataDirOf(index)))
      said.push(await connection.client.node.status())
      connection.close()
    }
    const [one] = said
    const isSame = said.every(({ stateRoot, mempool }) => stateRoot === one?.stateRoot && mempool === 0)
    if (one !== undefined && isSame) return one
    await pause(500)
  }
  return undefined
}

/** Every vertex that any of the nodes keeps: hashes by author, epoch and round. */
function signedVertices(): Map<string, Set<string>> {
  const hashes = new Map<string, Set<string>>()
  const rows: { author: Uint8Array | null; epoch: number; position: number; hash: Uint8Array }[] = []
  for (let index = 1; index <= validators; index++) {
    const db = new Database(join(dataDirOf(index), 'qudag.db'), { readonly: true })
    rows.push(
      ...db
        .prepare<[], (typeof rows)[number]>('SELECT author, epoch, position, hash FROM journal WHERE kind <> 2')
        .all(),
    )
    db.close()
  }
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const authors = new Map(rows.flatMap(({ author, hash }) => (author === null ? [] : [[hex(hash), hex(author)]])))
  for (const { author, epoch, position, hash } of rows) {
    // An own vertex that no other node has was never sent; it is of no other's round.
    const whose = author === null ? authors.get(hex(hash)) : hex(author)
    if (whose === undefined) continue
    const place = `${whose} ${epoch} ${position}`
    hashes.set(place, (hashes.get(place) ?? new Set()).add(hex(hash)))
  }
  return hashes
}

it(`loses nothing, pays nothing twice and forks nowhere over ${kills} kills (seed ${seed})`, async () => {
  const rng = seededRng(seed)
  let network = await startNetwork()
  await qudag(['vault', 'init', '--password-fd', '3'], [password])
  await qudag(['account', 'create', '--label', 'spending'])
  const { address } = (await qudag(['account', 'create', '--label', 'saving'])) as { address: string }
  await qudag(['faucet', 'spending', '1000', '--wait', 'finalized'])

  let nextKey = 0
  const acknowledged = new Map<string, string>()
  /** Requests whose answer was lost with the process: asked again under their key. */
  const unanswered: string[] = []
  const refusals = new Map<string, number>()
  const refused = new Set<string>()

  const lane = async (connection: LocalConnection, isOver: () => boolean): Promise<void> => {
    while (!isOver()) {
      const idempotencyKey = unanswered.shift() ?? `payment-${nextKey++}`
      try {
        const { txId } = await connection.client.transactions.create({
          from: 'spending',
          transfers: [{ to: address, amount: '1000' }],
          idempotencyKey,
        })
        const before = acknowledged.get(idempotencyKey)
        expect(before === undefined || before === txId).toBe(true)
        acknowledged.set(idempotencyKey, txId)
      } catch (error) {
        unanswered.push(idempotencyKey)
        const { code } = error as { code?: string }
        refusals.set(String(code), (refusals.get(String(code)) ?? 0) + 1)
        // Signed and not sent before the kill, and another has its number since: it can never be paid, and that is the answer.
        if (code === 'NONCE_USED') {
          refused.add(unanswered.pop() as string)
          continue
        }
        // So many are under way that it has to wait: everything else is the end of the process.
        if (code !== 'IN_FLIGHT_LIMIT' && code !== 'NONCE_TOO_FAR' && code !== 'MEMPOOL_FULL') return
        await pause(100)
      }
    }
  }

  for (let kill = 0; kill <= kills; kill++) {
    if (kill > 0) network = await startNetwork()
    await qudag(['vault', 'unlock', '--password-fd', '3'], [password])
    const connection = await connectLocalSocket(socketPathOf(first))
    let isOver = false
    const sending = Promise.all(Array.from({ length: lanes }, () => lane(connection, () => isOver)))
    await pause(500 + randomBelow(rng, 2_500))
    if (kill < kills) {
      await network.end('SIGKILL')
      await sending
    } else {
      isOver = true
      await sending
      // What was cut off and is not asked again may have been taken or not: now it is, once.
      for (let tries = 0; unanswered.length > 0; tries++) {
        if (tries > 300)
          throw new Error(`${unanswered.length} payments are never taken: ${JSON.stringify([...refusals])}`)
        let asked = false
        await lane(connection, () => {
          const isDone = asked
          asked = true
          return isDone
        })
        await pause(100)
      }
    }
    connection.close()
  }

  expect(acknowledged.size + refused.size).toBe(nextKey)
  expect([...refused].filter((key) => acknowledged.has(key))).toEqual([])
  expect(acknowledged.size).toBeGreaterThan(kills)
  expect(new Set(acknowledged.values()).size).toBe(acknowledged.size)
  expect(await agreement()).toBeDefined()
  const saved = (await qudag(['account', 'show', 'saving'])) as { balance: { available: string } }
  expect(saved.balance.available).toBe(String(1_000 * acknowledged.size))
  expect(await qudag(['storage', 'verify'])).toMatchObject({ ok: true, problems: [] })
  expect((await network.end('SIGTERM')).code).toBe(0)

  const signed = signedVertices()
  expect(signed.size).toBeGreaterThan(20)
  expect([...signed].filter(([, hashes]) => hashes.size > 1)).toEqual([])
  const counts = `${acknowledged.size} paid, ${refused.size} refused`
  console.log(`${kills} kills; payments: ${counts}; ${signed.size} vertices, one hash each`)
})
