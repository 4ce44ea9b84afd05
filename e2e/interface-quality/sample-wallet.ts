/** A wallet with something in it: accounts, names, and payments that read like somebody's, through the node's own door. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient } from '../../node/api/client/index.ts'
import { accountIdBytes, formatAddress } from '../../node/ledger/index.ts'
import { commandLine } from '../desktop/command-line.ts'

/** Speaks to the node on that data folder as a program with the owner's token; over its port, since the folder may be another user's. */
export async function programOf(dataDir: string): Promise<Client> {
  const { url } = await commandLine(dataDir).run<{ url: string }>(['node', 'open', '--no-open'])
  const token = readFileSync(join(dataDir, 'run/api-token'), 'utf8').trim()
  return createClient({ kind: 'websocket', url: new URL(url).origin, token })
}

const ruv = (amount: number): string => String(Math.round(amount * 1_000_000))

/** People who are paid. Nobody has the keys of their addresses. */
const people = ['Mara Lindqvist', 'Atelier Nord', 'Jonas Weidenfeller', 'Rendering cooperative Kreuzberg'] as const

const payments: readonly { to: (typeof people)[number] | 'Savings'; amount: number; memo?: string }[] = [
  { to: 'Savings', amount: 250 },
  { to: 'Atelier Nord', amount: 48.5, memo: 'Invoice 2041: render of the lobby, four views' },
  { to: 'Mara Lindqvist', amount: 12.4, memo: 'Lunch on Tuesday' },
  { to: 'Rendering cooperative Kreuzberg', amount: 119.000_25, memo: 'November, 38 GPU hours' },
  { to: 'Jonas Weidenfeller', amount: 3 },
  { to: 'Mara Lindqvist', amount: 0.75 },
]

/**
 * With an open vault that has the account `from`: a second account, an address book, a watched account, notes and payments.
 * Resolves when all of it is final.
 */
export async function fillWallet(dataDir: string, from: string): Promise<void> {
  const client = await programOf(dataDir)
  const { api } = client
  try {
    const savings = await api.accounts.create({ label: 'Savings' })
    await finalized(client, (await api.transactions.faucet({ account: from })).txId)
    const addresses = new Map<string, string>([['Savings', savings.address]])
    for (const label of ['Studio', 'Rendering']) await api.accounts.create({ label })
    for (const person of people) {
      const address = addressOf(person)
      addresses.set(person, address)
      await api.labels.put({ type: 'address', ref: address, label: person })
    }
    let last = ''
    for (const { to, amount, memo } of payments) {
      const transfer = { to: addresses.get(to) ?? '', amount: ruv(amount), ...(memo === undefined ? {} : { memo }) }
      const { txId } = await api.transactions.create({ from, transfers: [transfer] })
      last = txId
      if (to === 'Atelier Nord') await api.labels.put({ type: 'tx', ref: txId, label: 'Office, deductible' })
    }
    await finalized(client, last)
  } finally {
    client.close()
  }
}

/** Nonces of one account that may be under way are 64, as are calls of one connection: a few less, so that nothing is refused. */
const batch = 60

/** Pays small sums in a circle, `count` times at least; resolves when the last are final. @returns payments a second */
export async function payOften(dataDir: string, accounts: readonly string[], count: number): Promise<number> {
  const startMs = performance.now()
  let made = 0
  const payFrom = async (from: string, to: string): Promise<void> => {
    const client = await programOf(dataDir)
    try {
      while (made < count) {
        const payments = Array.from({ length: batch }, () => {
          made += 1
          const transfers = [{ to, amount: ruv(0.01 + (made % 97) / 100), memo: `Metered minute ${made}` }]
          return client.api.transactions.create({ from, transfers })
        })
        for (const { txId } of await Promise.all(payments)) await finalized(client, txId)
      }
    } finally {
      client.close()
    }
  }
  const next = (index: number): string => accounts[(index + 1) % accounts.length] as string
  await Promise.all(accounts.map((from, index) => payFrom(from, next(index))))
  return (made * 1_000) / (performance.now() - startMs)
}

async function finalized({ api }: Client, txId: string): Promise<void> {
  for (;;) {
    const { state } = await api.transactions.show({ txId })
    if (state === 'Finalized') return
    if (state === 'Rejected') throw new Error(`transaction ${txId} was rejected`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** An address of a development network that is the same at every run. */
function addressOf(person: string): string {
  const id = new Uint8Array(accountIdBytes)
  id.set(createHash('sha256').update(person).digest(), 1)
  return formatAddress('development', id)
}
