import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Validator } from '@seriousme/openapi-schema-validator'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Node } from '../../node/node.ts'
import {
  checkpointed,
  ended,
  passwordBytes,
  startTestNode,
  temporaryDataDir,
} from '../../node/services/test-support.ts'

/** What the generator makes of one operation: a method with one object of named arguments. */
type Operation = (input?: Record<string, unknown>) => Promise<never>

interface GeneratedClient {
  readonly OpenAPI: { BASE: string; TOKEN: string; CREDENTIALS: string }
  readonly AccountsService: Record<'accountsCreate' | 'accountsList' | 'accountsShow' | 'policiesShow', Operation>
  readonly TransactionsService: Record<
    'transactionsCreate' | 'transactionsFaucet' | 'transactionsShow' | 'transactionsList',
    Operation
  >
  readonly NetworkService: Record<
    | 'networkStatus'
    | 'networkValidators'
    | 'networkGraph'
    | 'networkVertex'
    | 'validatorsList'
    | 'networkPeers'
    | 'networkReachability'
    | 'networkTraffic'
    | 'networkSync'
    | 'networkBootstrap'
    | 'networkAddPeer'
    | 'networkBanPeer'
    | 'networkUnbanPeer'
    | 'networkStats'
    | 'networkCheckpoint'
    | 'networkAccountProof',
    Operation
  >
  readonly EventsService: Record<'eventsStream', Operation>
  readonly OperationsService: Record<
    'operationsLive' | 'operationsReady' | 'operationsMetrics' | 'operationsDocument',
    Operation
  >
}

const onLoopback = { p2pListen: ['/ip4/127.0.0.1/tcp/0'], mdns: 'no' }
const folder = temporaryDataDir()
const workshop = mkdtempSync(join(tmpdir(), 'qudag-client-'))
const answered = new Set<string>()
const neighbourFolder = temporaryDataDir()
let node: Node
/** Another of its network, to connect to. */
let neighbour: Node
let document: { paths: Record<string, Record<string, object>> }
let client: GeneratedClient

beforeAll(async () => {
  node = await startTestNode(
    folder.path,
    { onAnswered: ({ method, route, status }) => answered.add(`${method} ${route} ${status}`) },
    { idleHeartbeatSeconds: 1, ...onLoopback },
  )
  const network = join(folder.path, 'genesis.json')
  neighbour = await startTestNode(neighbourFolder.path, { catchUp: { patienceMs: 0 } }, { network, ...onLoopback })
  await node.services.vault.init({ password: passwordBytes() })
  const token = readFileSync(node.info.tokenFile, 'utf8')
  const reply = await fetch(`${node.info.apiUrl}/openapi.json`, { headers: { authorization: `Bearer ${token}` } })
  document = (await reply.json()) as typeof document
  client = await generate(token)
})

afterAll(async () => {
  await neighbour.stop()
  await node.stop()
  neighbourFolder.remove()
  folder.remove()
  rmSync(workshop, { recursive: true, force: true })
})

/** By the generator's own command, then bundled as an application would. */
async function generate(token: string): Promise<GeneratedClient> {
  const input = join(workshop, 'openapi.json')
  writeFileSync(input, JSON.stringify(document))
  const generator = fileURLToPath(import.meta.resolve('openapi-typescript-codegen/bin/index.js'))
  const output = join(workshop, 'source')
  execFileSync(process.execPath, [generator, '--input', input, '--output', output, '--useOptions', '--useUnionTypes'])
  await build({
    configFile: false,
    logLevel: 'silent',
    root: workshop,
    build: {
      lib: { entry: join(output, 'index.ts'), formats: ['es'], fileName: () => 'client.mjs' },
      outDir: join(workshop, 'built'),
    },
  })
  const generated = (await import(pathToFileURL(join(workshop, 'built', 'client.mjs')).href)) as GeneratedClient
  generated.OpenAPI.BASE = `${node.info.apiUrl}/api/v1`
  generated.OpenAPI.TOKEN = token
  generated.OpenAPI.CREDENTIALS = 'omit'
  return generated
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('has a client that a public generator makes, which calls every operation', async () => {
    const { AccountsService, TransactionsService, NetworkService, OperationsService } = client
    const main: { address: string } = await AccountsService.accountsCreate({ requestBody: { label: 'main' } })
    const till: { address: string } = await AccountsService.accountsCreate({ requestBody: {} })
    expect(await AccountsService.accountsList()).toHaveLength(2)

    const given: { txId: string } = await TransactionsService.transactionsFaucet({
      requestBody: { account: 'main', amount: '5000000' },
      idempotencyKey: 'first',
    })
    await ended(node, given.txId)
    const intent = { from: 'main', transfers: [{ to: till.address, amount: '1000000', memo: 'rent' }] }
    const paid: { txId: string } = await TransactionsService.transactionsCreate({
      requestBody: intent,
      idempotencyKey: 'second',
    })
    const again: { txId: string } = await TransactionsService.transactionsCreate({
      requestBody: intent,
      idempotencyKey: 'second',
    })
    expect(again.txId).toBe(paid.txId)
    await ended(node, paid.txId)
    expect(await TransactionsService.transactionsShow({ txId: paid.txId })).toMatchObject({
      state: 'Finalized',
      outcome: 'ok',
    })
    expect(await TransactionsService.transactionsList({ account: till.address, limit: 1 })).toMatchObject({
      items: [{ txId: paid.txId }],
    })
    expect(await AccountsService.accountsShow({ account: till.address })).toMatchObject({
      balance: { available: '1000000' },
    })

    expect(await NetworkService.networkStatus()).toMatchObject({ chainId: node.info.chainId, toleratedFaults: 0 })
    expect(await NetworkService.networkValidators()).toMatchObject({ items: [{ isSelf: true }] })
    expect(await NetworkService.validatorsList()).toMatchObject({ items: [{ self: true }] })
    const { vertices }: { vertices: { hash: string }[] } = await NetworkService.networkGraph({ limit: 3 })
    const hash = vertices.at(-1)?.hash
    expect(await NetworkService.networkVertex({ hash })).toMatchObject({ hash })
    const { listening } = await neighbour.services.network.reachability()
    const peer: { id: string } = await NetworkService.networkAddPeer({ requestBody: { address: listening[0] } })
    expect(await NetworkService.networkPeers()).toMatchObject({ items: [{ id: peer.id, channel: 'hybrid' }] })
    expect(await NetworkService.networkReachability()).toMatchObject({ listening: [expect.any(String)] })
    expect(await NetworkService.networkTraffic()).toMatchObject({ maxSentBytesPerSecond: null })
    expect(await NetworkService.networkSync()).toMatchObject({ phase: 'live' })
    expect(await NetworkService.networkBootstrap()).toEqual({ items: [] })
    const ban = { id: peer.id, hours: 1 }
    expect(await NetworkService.networkBanPeer({ requestBody: ban })).toMatchObject({ id: peer.id, reason: 'BY_HAND' })
    expect(await NetworkService.networkUnbanPeer({ id: peer.id })).toEqual({ id: peer.id })
    expect(await AccountsService.policiesShow({ account: till.address })).toMatchObject({ address: till.address })
    expect(await NetworkService.networkStats()).toMatchObject({ validators: 1 })
    await checkpointed(node)
    const { seq }: { seq: number } = await NetworkService.networkCheckpoint({ seq: 'latest' })
    expect(await NetworkService.networkCheckpoint({ seq })).toMatchObject({ seq })
    expect(await NetworkService.networkAccountProof({ account: main.address })).toMatchObject({ address: main.address })

    expect(await OperationsService.operationsLive()).toEqual({ status: 'ok' })
    expect(await OperationsService.operationsReady()).toEqual({ status: 'ok' })
    expect(await OperationsService.operationsMetrics()).toContain('qudag_commits_total')
    expect(await OperationsService.operationsDocument()).toEqual(document)

    const succeeded = [...answered].filter((line) => / 20\d$/.test(line))
    // Such clients read an answer to its end and ask for JSON; a stream of events has neither.
    const { '/events': events, ...paths } = document.paths
    expect(events).toBeDefined()
    for (const [path, item] of Object.entries(paths)) {
      for (const method of Object.keys(item)) {
        const start = `${method.toUpperCase()} /api/v1${path} 20`
        expect(
          succeeded.some((line) => line.startsWith(start)),
          start,
        ).toBe(true)
      }
    }
  })

  it('describes the errors that this client meets', async () => {
    await expect(client.EventsService.eventsStream({ types: 'transaction.*' })).rejects.toMatchObject({
      status: 406,
      body: { code: 'NOT_ACCEPTABLE' },
    })
    await expect(client.TransactionsService.transactionsShow({ txId: '0'.repeat(64) })).rejects.toMatchObject({
      status: 404,
      body: { code: 'TRANSACTION_UNKNOWN', status: 404 },
    })
    const wrong = { from: 'main', transfers: [{ to: 'nowhere', amount: '1' }] }
    await expect(client.TransactionsService.transactionsCreate({ requestBody: wrong })).rejects.toMatchObject({
      status: 422,
      body: { code: 'ADDRESS_INVALID' },
    })
  })
})
