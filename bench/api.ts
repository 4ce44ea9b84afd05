/**
 * How many requests a node answers, and how long each takes, by every way to it; beside each, in the same run, a handler
 * of node:http that does nothing: the most that HTTP on this machine could give. Loopback only.
 * `node bench/api.ts [--json]`; about 45 s.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { loadConfig } from '../node/config/index.ts'
import { fromHex } from '../node/core/bytes.ts'
import { formatAddress } from '../node/ledger/index.ts'
import { createNode, type Node } from '../node/node.ts'
import type { Addresses, ApiAnswer, ApiTask, Way } from './api-worker.ts'
import {
  describeMachine,
  formatMachine,
  formatRate,
  formatTable,
  type MachineDescription,
  medianOf,
} from './harness.ts'
import { type SigningContext, type SigningTask, senderAccount } from './pipeline-senders.ts'

export interface ApiBenchOptions {
  /** One JSON value instead of a table. */
  readonly json?: boolean
  /** About how long it may take, signing included; default 45. */
  readonly seconds?: number
  /** Where the output goes; default stdout. */
  readonly write?: (text: string) => void
}

export interface ApiFigure {
  readonly way: string
  readonly requests: number
  /** Median of the runs. */
  readonly perSecond: number
  readonly lowestPerSecond: number
  readonly highestPerSecond: number
  /** Of all runs, at the client, ms. */
  readonly latencyMs: { readonly p50: number; readonly p99: number }
}

export interface ApiBenchReport {
  readonly bench: 'api'
  readonly machine: MachineDescription
  /** Requests on their way at a time. */
  readonly concurrency: number
  readonly runs: number
  readonly tasks: readonly { readonly task: string; readonly figures: readonly ApiFigure[] }[]
}

const fullSeconds = 45
const runs = 3
/** Below what one connection of any way may have outstanding, four times over. */
const concurrency = 32
/** Of each way, each run, at full length. */
const fullReadSeconds = 2
const fullSubmissions = 900
const senders = 128
const operationsPerPayment = 64
const fundsMicroRuv = 2_000_000n
const ways: readonly { way: Way; name: string }[] = [
  { way: 'bare', name: 'bare node:http' },
  { way: 'rest', name: 'REST' },
  { way: 'websocket', name: 'WebSocket' },
  { way: 'socket', name: 'local socket' },
]

/** Runs the benchmark, writes its result, and returns it. */
export async function runApiBench(options: ApiBenchOptions = {}): Promise<ApiBenchReport> {
  const write = options.write ?? ((text: string) => process.stdout.write(text))
  const scale = Math.min(1, (options.seconds ?? fullSeconds) / fullSeconds)
  const submissions = Math.max(senders, Math.round(fullSubmissions * scale))
  const folder = mkdtempSync(join(tmpdir(), 'qudag-bench-'))
  const worker = new Worker(new URL('./api-worker.ts', import.meta.url))
  let node: Node | undefined
  let bare: Server | undefined
  try {
    node = await startNode(folder)
    const account = await fundSenders(node)
    bare = await startBare(await node.services.accounts.show(account))
    const addresses: Addresses = {
      bareUrl: `http://127.0.0.1:${(bare.address() as AddressInfo).port}`,
      apiUrl: node.info.apiUrl,
      token: readFileSync(node.info.tokenFile, 'utf8'),
      socketPath: node.info.socketPath,
    }
    const reads = await measureAll((way) =>
      ask(worker, {
        type: 'read',
        way,
        addresses,
        account,
        seconds: Math.max(0.05, fullReadSeconds * scale),
        concurrency,
      }),
    )
    const signed = await signAll(worker, node, submissions)
    const measured = node
    const writes = await measureAll(async (way, run) => {
      const transactions = signed(way, run)
      const answer = await ask(worker, { type: 'submit', way, addresses, transactions, concurrency })
      await idle(measured)
      return answer
    })
    const report: ApiBenchReport = {
      bench: 'api',
      machine: describeMachine(),
      concurrency,
      runs,
      tasks: [
        { task: 'an account, GET /accounts/{id}', figures: reads },
        { task: 'a signed transfer, POST /transactions', figures: writes },
      ],
    }
    write(options.json === true ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`)
    return report
  } finally {
    await worker.terminate()
    bare?.close()
    bare?.closeAllConnections()
    await node?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startNode(folder: string): Promise<Node> {
  const dataDir = join(folder, 'node')
  mkdirSync(dataDir, { mode: 0o700 })
  const config = loadConfig({ flags: { dataDir, network: 'dev', apiPort: 0 } })
  if (!config.ok) throw new Error(config.error.message)
  // What is measured is how fast it answers, not how fast it lets itself be asked.
  return createNode(config.value, { httpLimits: { tokenQuota: 1e9, addressQuota: 1e9 } })
}

/** @returns the address of an account with something in it */
async function fundSenders(node: Node): Promise<string> {
  const { accounts, transactions, vault } = node.services
  await vault.init({ password: new TextEncoder().encode('a password of the benchmark') })
  const { address } = await accounts.create({})
  await finality(node, (await transactions.faucet({ account: address })).txId)
  for (let first = 0; first < senders; first += operationsPerPayment) {
    const transfers = Array.from({ length: operationsPerPayment }, (_, index) => ({
      to: formatAddress('development', senderAccount(first + index)),
      amountMicroRuv: fundsMicroRuv,
    }))
    await finality(node, (await transactions.pay({ from: address, transfers })).txId)
  }
  return address
}

async function finality(node: Node, txId: string): Promise<void> {
  for await (const { state, outcome } of node.services.transactions.watch(txId)) {
    if (state === 'Rejected' || outcome === 'failed') throw new Error(`the transaction ended ${state}`)
  }
}

/** Resolves when all that was admitted has been executed. */
async function idle({ services }: Node): Promise<void> {
  while ((await services.node.status()).mempool > 0) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** Answers every request with the same bytes, after its body has come. */
function startBare(answer: unknown): Promise<Server> {
  const body = Buffer.from(
    JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  )
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
      response.end(body)
    })
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

/** The ways take turns, run by run, so that a machine that slows down meanwhile slows all. */
async function measureAll(measureOne: (way: Way, run: number) => Promise<ApiAnswer>): Promise<ApiFigure[]> {
  const measured = ways.map((): { rates: number[]; latenciesMs: number[] } => ({ rates: [], latenciesMs: [] }))
  for (let run = 0; run < runs; run++) {
    for (const [index, { way }] of ways.entries()) {
      const answer = await measureOne(way, run)
      if (answer.type !== 'measured') throw new Error('the client gave no figures')
      measured[index]?.rates.push(answer.latenciesMs.length / answer.seconds)
      for (const latencyMs of answer.latenciesMs) measured[index]?.latenciesMs.push(latencyMs)
    }
  }
  return measured.map(({ rates, latenciesMs }, index) => {
    const sorted = rates.toSorted((a, b) => a - b)
    latenciesMs.sort((a, b) => a - b)
    const at = (quantile: number): number =>
      latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(quantile * latenciesMs.length))] as number
    return {
      way: ways[index]?.name ?? '',
      requests: latenciesMs.length,
      perSecond: medianOf(sorted),
      lowestPerSecond: sorted[0] as number,
      highestPerSecond: sorted[sorted.length - 1] as number,
      latencyMs: { p50: at(0.5), p99: at(0.99) },
    }
  })
}

/** Transactions for every way and run. The bare handler gets some too: what it is given must be as long. */
async function signAll(
  worker: Worker,
  node: Node,
  submissions: number,
): Promise<(way: Way, run: number) => readonly string[]> {
  // In the order in which they are measured, which is the order of the nonces.
  const rounds = Array.from({ length: runs }, (_, run) => run).flatMap((run) =>
    ways.filter(({ way }) => way !== 'bare').map(({ way }) => `${way} ${run}`),
  )
  const context: SigningContext = {
    chainId: fromHex(node.info.chainId) as Uint8Array,
    accounts: Array.from({ length: senders }, (_, sender) => senderAccount(sender)),
    validUntilMs: Date.now() + 60 * 60 * 1_000,
  }
  // Senders in turn, so that an account's transactions come in the order of their nonces.
  const tasks = Array.from(
    { length: senders + rounds.length * submissions },
    (_, index): SigningTask => ({
      sender: index % senders,
      nonce: Math.floor(index / senders),
      operations: 1,
    }),
  )
  const answer = await ask(worker, { type: 'sign', tasks, context })
  if (answer.type !== 'signed') throw new Error('nothing was signed')
  // The first of each sender carries its key, and those after it wait for that.
  const first = answer.transactions.slice(0, senders)
  await Promise.all(first.map((signed) => node.services.transactions.submit(fromHex(signed) as Uint8Array)))
  await idle(node)
  const transactions = answer.transactions.slice(senders)
  return (way, run) => {
    const round = Math.max(0, rounds.indexOf(`${way} ${run}`))
    return transactions.slice(round * submissions, (round + 1) * submissions)
  }
}

function ask(worker: Worker, task: ApiTask): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners()
    worker.once('message', (answer: ApiAnswer) => {
      if (answer.type === 'failed') reject(new Error(answer.reason))
      else resolve(answer)
    })
    worker.once('error', reject)
    worker.postMessage(task)
  })
}

function formatReport({ machine, tasks, ...report }: ApiBenchReport): string {
  const rows = tasks.flatMap(({ task, figures }) => {
    const ceiling = figures[0]?.perSecond ?? Number.NaN
    return figures.map((figure, index) => [
      index === 0 ? task : '',
      figure.way,
      formatRate(figure.perSecond),
      `${formatRate(figure.lowestPerSecond)}–${formatRate(figure.highestPerSecond)}`,
      figure.latencyMs.p50.toFixed(2),
      figure.latencyMs.p99.toFixed(2),
      `${((100 * figure.perSecond) / ceiling).toFixed(0)} %`,
    ])
  })
  return [
    formatMachine(machine),
    `${report.concurrency} requests at a time, client in a thread of its own; median of ${report.runs} runs`,
    '',
    formatTable(['task', 'by', 'a second', 'runs', 'p50 ms', 'p99 ms', 'of bare'], rows),
  ].join('\n')
}

if (import.meta.main) await runApiBench({ json: process.argv.includes('--json') })
