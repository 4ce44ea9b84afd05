import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { errorTable } from '../../node/api/contract/index.ts'
import { toHex } from '../../node/core/bytes.ts'
import { defaultSignatureBackend, systemRng } from '../../node/crypto/index.ts'
import { accountIdOf, formatAddress } from '../../node/ledger/index.ts'
import type { Node } from '../../node/node.ts'
import { ended, startTestNode, temporaryDataDir } from '../../node/services/test-support.ts'
import { hostileRequests, type OpenApiDocument } from './hostile-requests.ts'
import { createKeepAliveClient, type KeepAliveClient, type RawAnswer, type RawRequest } from './keep-alive-client.ts'

/** Requests in all. QUDAG_FUZZ_REQUESTS raises it. */
const requests = Math.max(40_000, Number(process.env.QUDAG_FUZZ_REQUESTS ?? 0))
const requestsARun = 100

const password = 'correct-horse-battery-staple-9041'
const folder = temporaryDataDir()
const log: unknown[] = []
let node: Node
let client: KeepAliveClient
let document: OpenApiDocument
let known: Record<string, readonly string[]>
let tokens: readonly string[]
/** Texts that must not come out anywhere. */
let secrets: readonly string[]

beforeAll(async () => {
  node = await startTestNode(
    folder.path,
    {
      onAnswered: (answered) => log.push(answered),
      reportFault: (fault, where) => log.push({ fault: String(fault), where }),
      httpLimits: { tokenQuota: 1e9, addressQuota: 1e9 },
    },
    { idleHeartbeatSeconds: 1 },
  )
  const { phrase } = await node.services.vault.init({ password: new TextEncoder().encode(password) })
  const words = new TextDecoder().decode(phrase).split(' ')
  const owner = readFileSync(node.info.tokenFile, 'utf8')
  const main = await node.services.accounts.create({ label: 'main' })
  const till = await node.services.accounts.create({ label: 'till' })
  const elsewhere = keyElsewhere()
  const paid = await node.services.transactions.faucet({ account: 'main', amountMicroRuv: 500_000_000n })
  await ended(node, paid.txId)
  const limited = await node.services.tokens.create({
    label: 'limited',
    scopes: ['read', 'submit', 'spend'],
    limits: { perTransactionMicroRuv: 1_000n },
  })
  tokens = [owner, owner, limited.token]
  const { cursor } = await node.services.transactions.list({ limit: 1 })
  known = {
    account: ['main', 'till', main.address, till.address],
    from: ['main', main.address],
    to: ['till', till.address],
    amount: ['1', '2', '1000', '0'],
    maxFee: ['1000000', '1'],
    memo: ['tea', 'ü'],
    label: ['a', 'b', 'c', 'd', 'main'],
    txId: [paid.txId, '0'.repeat(64)],
    address: [main.address, elsewhere.address],
    publicKey: [elsewhere.publicKey, '00'],
    suite: ['ML-DSA-65', 'ML-DSA-44'],
    types: ['transaction.*', 'checkpoint.created,vault.changed'],
    accounts: ['main', `${main.address},till`],
    after: ['0.0', 'ff00ff00ff00ff00.7'],
    signed: ['8200', toHex(new Uint8Array(200)), 'ggAA'],
    cursor: [cursor ?? 'WzFd', 'WzFd', 'e30'],
    seq: ['latest', '0', '1'],
  }
  secrets = [
    password,
    Buffer.from(password).toString('hex'),
    ...words.slice(0, 22).map((_, i) => words.slice(i, i + 3).join(' ')),
    ...new Set(tokens),
    node.issueBrowserCode(),
  ]
  client = createKeepAliveClient(node.info.apiUrl)
  const answer = await client.send({
    method: 'GET',
    target: '/openapi.json',
    headers: { host: new URL(node.info.apiUrl).host, authorization: `Bearer ${owner}` },
    body: undefined,
  })
  document = JSON.parse(answer.text) as OpenApiDocument
})

/** Of an account that is not in the vault. */
function keyElsewhere(): { publicKey: string; address: string } {
  const { publicKey } = defaultSignatureBackend().keygen('ML-DSA-65', systemRng.bytes(32))
  return {
    publicKey: toHex(publicKey),
    address: formatAddress('development', accountIdOf('ML-DSA-65', publicKey)),
  }
}

afterAll(async () => {
  client.close()
  await node.stop()
  folder.remove()
})

/** What is wrong with an answer; undefined where nothing is. */
function complaint({ method }: RawRequest, { status, contentType, headerText, text }: RawAnswer): string | undefined {
  if (status >= 500) return `status ${status}: ${text}`
  if (/access-control-|set-cookie|x-injected/i.test(headerText)) return `a header that is never sent: ${headerText}`
  const secret = secrets.findIndex((given) => text.includes(given) || headerText.includes(given))
  if (secret !== -1) return `secret number ${secret} in the answer`
  if (status < 400 || method === 'HEAD') return undefined
  if (contentType.startsWith('text/html') && status === 401) return undefined
  if (contentType !== 'application/problem+json') return `status ${status} as ${contentType}`
  const problem = JSON.parse(text) as { status: number; code: string; title: string; type: string }
  const meaning = Object.hasOwn(errorTable, problem.code)
    ? errorTable[problem.code as keyof typeof errorTable]
    : undefined
  if (meaning === undefined) return `an unknown code: ${text}`
  return problem.status === status && meaning.status === status && problem.title === meaning.meaning
    ? undefined
    : `a problem that does not fit its status ${status}: ${text}`
}

it(`answers ${requests} hostile requests, each as documented, and gives nothing away`, async () => {
  const statuses = new Map<number, number>()
  const { host } = new URL(node.info.apiUrl)
  const drawn = hostileRequests(document, { host, tokens, known })
  await fc.assert(
    fc.asyncProperty(fc.array(drawn, { minLength: requestsARun, maxLength: requestsARun }), async (batch) => {
      await Promise.all(
        batch.map(async (asked) => {
          const answer = await client.send(asked)
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
          const wrong = complaint(asked, answer)
          if (wrong !== undefined)
            throw new Error(`${wrong}\nto ${asked.method} ${asked.target} ${asked.body?.toString()}`)
        }),
      )
    }),
    { numRuns: Math.ceil(requests / requestsARun), endOnFailure: true },
  )
  const total = [...statuses.values()].reduce((sum, count) => sum + count, 0)
  console.log(`${total} requests: ${JSON.stringify(Object.fromEntries([...statuses].sort(([a], [b]) => a - b)))}`)
  expect(total).toBeGreaterThanOrEqual(requests)
  // The requests reached what lies behind the gate, and every kind of refusal.
  for (const status of [200, 201, 202, 400, 401, 403, 404, 405, 409, 413, 415, 422])
    expect(statuses.get(status) ?? 0).toBeGreaterThan(0)
})

it('has kept its secrets out of its logs and its audit log, and its ledger whole', async () => {
  const { entries } = await node.services.audit.show({ limit: 1_000 })
  const written = JSON.stringify([log, entries], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  for (const secret of secrets) expect(written.includes(secret)).toBe(false)
  expect(log.filter((line) => typeof line === 'object' && line !== null && 'fault' in line)).toEqual([])
  // Ten thousands of refusals are few lines: at most 33 a minute, twice.
  expect(entries.filter(({ action }) => action === 'api.refused').length).toBeLessThan(300)
  expect(await node.services.audit.verify()).toMatchObject({ ok: true })
  expect(await node.services.storage.verify()).toMatchObject({ ok: true, problems: [] })
  expect((await node.services.vault.status()).locked).toBe(false)
})
