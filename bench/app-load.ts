/** Payments that all arrive in one account: signed before the clock starts, and handed in at a steady rate. */
import { type Client, createClient } from '../node/api/client/index.ts'
import { fromHex, toHex } from '../node/core/bytes.ts'
import { formatAddress, parseAddress } from '../node/ledger/index.ts'
import { senderAccount, signTasks } from './pipeline-senders.ts'

export interface PaymentLoad {
  readonly apiUrl: string
  readonly token: string
  /** Of the open vault: funds the senders, and receives what they send. */
  readonly account: string
  readonly payments: number
  readonly perSecond: number
}

export interface PaymentResult {
  readonly payments: number
  /** From the first to the last that was taken. */
  readonly admittedPerSecond: number
  /** From the first until all were final. */
  readonly finalPerSecond: number
}

const senders = 400
const transfersInOne = 64
/** Enough for the fees of each sender's payments. */
const fundsMicroRuv = 400_000n
/** Share the calls, each of which may have so many outstanding. */
const connections = 4
const maxOutstanding = 150
const tickMs = 10

/** @returns what runs the load: signing has been done by then */
export async function preparePayments({
  apiUrl,
  token,
  account,
  payments,
  perSecond,
}: PaymentLoad): Promise<() => Promise<PaymentResult>> {
  const clients = Array.from({ length: connections }, () => createClient({ kind: 'websocket', url: apiUrl, token }))
  await Promise.all(clients.map((client) => client.connect()))
  const { api } = clients[0] as Client
  await fund(api, account)
  const receiver = parseAddress('development', account)
  if (!receiver.ok) throw new Error('the account of the benchmark has no address of this network')
  const { chainId } = await api.node.status()
  // Senders pay whom stands after them: after each, the receiver.
  const accounts = Array.from({ length: 2 * senders }, (_, index) =>
    index % 2 === 0 ? senderAccount(index) : receiver.value,
  )
  const context = { chainId: fromHex(chainId) as Uint8Array, accounts, validUntilMs: Date.now() + 3_600_000 }
  const tasks = Array.from({ length: payments + senders }, (_, index) => ({
    sender: 2 * (index % senders),
    nonce: Math.floor(index / senders),
    operations: 1,
  }))
  const signed = signTasks(tasks, context).map(({ bytes }) => toHex(bytes))
  // The first of each carries its key: those after it wait for that.
  await submitAll(clients, signed.slice(0, senders), perSecond)
  await idle(api)
  return async () => {
    const startMs = performance.now()
    await submitAll(clients, signed.slice(senders), perSecond)
    const admittedMs = performance.now()
    await idle(api)
    const finalMs = performance.now()
    for (const client of clients) client.close()
    return {
      payments,
      admittedPerSecond: (1_000 * payments) / (admittedMs - startMs),
      finalPerSecond: (1_000 * payments) / (finalMs - startMs),
    }
  }
}

async function fund(api: Client['api'], account: string): Promise<void> {
  await api.transactions.faucet({ account })
  await idle(api)
  for (let first = 0; first < senders; first += transfersInOne) {
    const count = Math.min(transfersInOne, senders - first)
    const transfers = Array.from({ length: count }, (_, index) => ({
      to: formatAddress('development', senderAccount(2 * (first + index))),
      amount: String(fundsMicroRuv),
    }))
    await api.transactions.create({ from: account, transfers })
  }
  await idle(api)
}

/** In order, never faster than asked; slower where the node does not answer in time. */
async function submitAll(clients: readonly Client[], signed: readonly string[], perSecond: number): Promise<void> {
  const startMs = performance.now()
  const answers: Promise<unknown>[] = []
  let outstanding = 0
  for (let next = 0; next < signed.length; ) {
    const due = Math.min(signed.length, Math.ceil(((performance.now() - startMs) * perSecond) / 1_000))
    while (next < due && outstanding < maxOutstanding) {
      const { api } = clients[next % clients.length] as Client
      outstanding += 1
      const answer = api.transactions.create({ signed: signed[next] as string }).finally(() => {
        outstanding -= 1
      })
      answer.catch(() => undefined)
      answers.push(answer)
      next += 1
    }
    await new Promise((resolve) => setTimeout(resolve, tickMs))
  }
  await Promise.all(answers)
}

/** Resolves when nothing is on its way. */
async function idle(api: Client['api']): Promise<void> {
  while ((await api.node.status()).mempool > 0) await new Promise((resolve) => setTimeout(resolve, 50))
}
