import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { connectLocalSocket, socketPathOf } from '../../node/api/index.ts'
import { passwordBytes, temporaryDataDir } from '../../node/services/test-support.ts'

const folder = temporaryDataDir()
const main = fileURLToPath(new URL('../../node/cli/main.ts', import.meta.url))
let running: ChildProcess | undefined

interface Ready {
  readonly apiUrl: string
  readonly tokenFile: string
}

async function start(): Promise<Ready> {
  const child = spawn(
    process.execPath,
    [
      main,
      'node',
      'start',
      '--data-dir',
      folder.path,
      '--api-port',
      '0',
      '--verifier-workers',
      '1',
      '--idle-heartbeat-seconds',
      '1',
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  running = child
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Ready
  throw new Error('the node ended before it was ready')
}

async function kill(): Promise<void> {
  const child = running
  if (child === undefined || child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

afterAll(async () => {
  await kill()
  folder.remove()
})

/** Over the local socket: passwords do not go over REST. */
async function overSocket<T>(
  use: (client: Awaited<ReturnType<typeof connectLocalSocket>>['client']) => Promise<T>,
): Promise<T> {
  const connection = await connectLocalSocket(socketPathOf(folder.path))
  try {
    return await use(connection.client)
  } finally {
    connection.close()
  }
}

async function post({ apiUrl, tokenFile }: Ready, path: string, body: unknown, key?: string) {
  const reply = await fetch(`${apiUrl}/api/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${readFileSync(tokenFile, 'utf8')}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  })
  return { status: reply.status, body: (await reply.json()) as { txId?: string; code?: string; address?: string } }
}

async function get({ apiUrl, tokenFile }: Ready, path: string) {
  const reply = await fetch(`${apiUrl}/api/v1${path}`, {
    headers: { authorization: `Bearer ${readFileSync(tokenFile, 'utf8')}` },
  })
  return (await reply.json()) as Record<string, never>
}

async function finalized(ready: Ready, txId: string): Promise<void> {
  await overSocket(async (client) => {
    for await (const { state } of await client.transactions.watch({ txId })) if (state === 'Finalized') return
    throw new Error(`${txId} was not finalized`)
  })
  expect(await get(ready, `/transactions/${txId}`)).toMatchObject({ state: 'Finalized', outcome: 'ok' })
}

it('an idempotency key stands for one payment, whenever the node is killed', async () => {
  let ready = await start()
  await overSocket((client) => client.vault.init({ password: passwordBytes() }))
  await post(ready, '/accounts', { label: 'main' })
  const till = (await post(ready, '/accounts', { label: 'till' })).body.address ?? ''
  await finalized(
    ready,
    (await post(ready, '/faucet', { account: 'main', amount: '900000000' }, 'faucet')).body.txId ?? '',
  )

  // Killed at once, within the request, about its end, and after it.
  const delaysMs = [0, 3, 6, 10, 15, 25, 60]
  for (const [round, delayMs] of delaysMs.entries()) {
    const intent = { from: 'main', transfers: [{ to: till, amount: '1000000' }] }
    const key = `payment-${round}`
    const firstAnswer = post(ready, '/transactions', intent, key).then(
      ({ body }) => body.txId,
      () => undefined,
    )
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    await kill()
    const told = await firstAnswer
    ready = await start()
    await overSocket((client) => client.vault.unlock({ password: passwordBytes() }))
    const again = await post(ready, '/transactions', intent, key)
    expect(again.status).toBe(202)
    if (told !== undefined) expect(again.body.txId).toBe(told)
    const other = await post(ready, '/transactions', { ...intent, transfers: [{ to: till, amount: '2000000' }] }, key)
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    await finalized(ready, again.body.txId ?? '')
  }
  const paid = delaysMs.length * 1_000_000
  expect(await get(ready, `/accounts/${till}`)).toMatchObject({ balance: { available: String(paid) } })
  const { items } = await get(ready, `/transactions?account=${till}&limit=200`)
  expect(items).toHaveLength(delaysMs.length)
})

it('an idempotency key stands for one account, whenever the node is killed', async () => {
  await kill()
  let ready = await start()
  await overSocket((client) => client.vault.unlock({ password: passwordBytes() }))
  const list = async () => (await get(ready, '/accounts')) as unknown as { address: string; label: string | null }[]
  const before = (await list()).length

  // Killed at once, within the write of the vault, about its end, and after it.
  const delaysMs = [0, 2, 4, 6, 9, 13, 20, 60]
  for (const [round, delayMs] of delaysMs.entries()) {
    const request = { label: `shop ${round}`, suite: 'ML-DSA-44' }
    const key = `account-${round}`
    const firstAnswer = post(ready, '/accounts', request, key).then(
      ({ body }) => body.address,
      () => undefined,
    )
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    await kill()
    const told = await firstAnswer
    ready = await start()
    await overSocket((client) => client.vault.unlock({ password: passwordBytes() }))
    const again = await post(ready, '/accounts', request, key)
    expect(again.status).toBe(201)
    if (told !== undefined) expect(again.body.address).toBe(told)
    expect((await post(ready, '/accounts', request, key)).body.address).toBe(again.body.address)
    const other = await post(ready, '/accounts', { ...request, label: 'another' }, key)
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    expect((await list()).map(({ label }) => label).slice(before)).toEqual(
      delaysMs.slice(0, round + 1).map((_, number) => `shop ${number}`),
    )
  }

  // The same of an account that is watched: it is there once, with its key or not at all.
  const { publicKey, suite } = await overSocket((client) => client.accounts.exportPublic({ account: 'main' }))
  for (const [round, delayMs] of [0, 3, 8].entries()) {
    const seed = (round + 1).toString(16).padStart(2, '0')
    const request = { publicKey: seed + publicKey.slice(2), suite, label: `watched ${round}` }
    const answered = post(ready, '/accounts', request, `watch-${round}`).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    await kill()
    await answered
    ready = await start()
    const again = await post(ready, '/accounts', request, `watch-${round}`)
    expect(again).toMatchObject({ status: 201, body: { kind: 'watched', label: request.label } })
    const other = await post(ready, '/accounts', { ...request, label: 'another' }, `watch-${round}`)
    expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED')
  }
  expect((await list()).length).toBe(before + delaysMs.length + 3)
})
