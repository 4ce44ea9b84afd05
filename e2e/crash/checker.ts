/**
 * Holds what a node says after a restart against what its client wrote down: nothing acknowledged is lost, nothing that was
 * seen final has changed, each request became one transaction at most and each transaction was applied once.
 */

import type { Transaction } from '../../node/api/contract/index.ts'
import { type Rng, randomBelow } from '../../node/core/rng.ts'
import { CheckFailure, failOn } from './check-failure.ts'
import { type ClientLog, type ClientRequest, type ClientView, type SeenEnd, viewOfLog } from './client-log.ts'
import { type ClientSession, codeOf, endOf } from './client-session.ts'

export interface CheckCounts {
  readonly requests: number
  readonly acknowledged: number
  readonly refused: number
  readonly finalized: number
  readonly rejected: number
  /** Sent and never answered because the node died, over all sends. */
  readonly unanswered: number
}

export interface Checker {
  /** Right after a restart, while what was recovered may still be under way. */
  afterRestart(session: ClientSession): Promise<void>
  /** Waits until nothing is in flight and accounts for every rUv; the client must be quiet. */
  settled(session: ClientSession): Promise<void>
  /** Beside settled(): every end again, the node's own replay, and the audit log. Returns where the chain stands. */
  deeply(session: ClientSession): Promise<{ commitIndex: number; stateRoot: string }>
  /** What the whole history comes to, by transaction id. */
  readonly applied: ReadonlyMap<string, SeenEnd>
  /** µrUv. */
  readonly totals: { readonly mintedMicroRuv: bigint; readonly burnedMicroRuv: bigint }
  counts(): CheckCounts
}

/** Ends shown again after each restart, beside all that are open. */
const sampledEnds = 25
const settleTimeoutMs = 60_000
const pollMs = 25
const pageSize = 200
/** A request that was last refused with one of these is on no ledger. */
const definite = new Set([
  'NONCE_USED',
  'NONCE_IN_FLIGHT',
  'NONCE_TOO_FAR',
  'IN_FLIGHT_LIMIT',
  'INSUFFICIENT_BALANCE',
  'FAUCET_LIMIT',
  'EXPIRED',
])

export function createChecker(log: ClientLog, rng: Rng): Checker {
  const applied = new Map<string, SeenEnd>()
  /** The transaction that each request became. */
  const txIdOfKey = new Map<string, string>()
  const balances = new Map<string, bigint>()
  /** Nonces used, by account. */
  const nonces = new Map<string, Set<number>>()
  const totals = { mintedMicroRuv: 0n, burnedMicroRuv: 0n }

  const readLog = (): ClientView => {
    const view = viewOfLog(log.read())
    failOn(view.contradictions)
    return view
  }

  const show = async (session: ClientSession, txId: string, why: string): Promise<Transaction> => {
    try {
      return await session.client.transactions.show({ txId })
    } catch (cause) {
      const code = codeOf(cause)
      throw code === null ? cause : new CheckFailure(`${why}, and is ${code} after the restart: ${txId}`, { cause })
    }
  }

  const sameEnd = async (session: ClientSession, end: SeenEnd): Promise<void> => {
    const now = endOf(await show(session, end.txId, `a transaction was seen ${end.state}`))
    if (JSON.stringify(now) !== JSON.stringify(end)) {
      throw new CheckFailure(`an end changed: ${JSON.stringify(end)} is now ${JSON.stringify(now)}`)
    }
  }

  const acknowledgedTransactions = (view: ClientView): string[] =>
    [...view.requests.values()]
      .filter(({ request }) => request.kind !== 'createAccount')
      .flatMap(({ results }) => [...results])

  /** Every transaction the node knows that is not accounted for yet, newest first. */
  const newlyEnded = async (session: ClientSession): Promise<Transaction[]> => {
    const found: Transaction[] = []
    let cursor: string | undefined
    for (;;) {
      const page = await session.client.transactions.list({
        limit: pageSize,
        ...(cursor === undefined ? {} : { cursor }),
      })
      const fresh = page.items.filter(({ txId }) => !applied.has(txId))
      found.push(...fresh)
      // Newest first: below a page of old ones there are only older ones.
      if (page.cursor === null || (fresh.length === 0 && page.items.length > 0)) return found
      cursor = page.cursor
    }
  }

  const move = (account: string, amountMicroRuv: bigint): void => {
    balances.set(account, (balances.get(account) ?? 0n) + amountMicroRuv)
  }

  const account = (
    view: Transaction,
    requests: ClientView['requests'],
    byAmount: ReadonlyMap<string, string>,
  ): void => {
    const end = endOf(view)
    if (end === null) throw new CheckFailure(`a transaction is ${view.state} with nothing in flight: ${view.txId}`)
    const [first] = view.operations
    const key = first?.kind === 'faucet' ? byAmount.get(`${view.account} ${first.amount}`) : first?.memo
    const request = key === undefined ? undefined : requests.get(key)?.request
    if (key === undefined || request === undefined) throw new CheckFailure(`nobody asked for ${JSON.stringify(view)}`)
    checkOperations(view, request)
    const before = txIdOfKey.get(key)
    if (before !== undefined)
      throw new CheckFailure(`the request ${key} became two transactions: ${before} and ${view.txId}`)
    txIdOfKey.set(key, view.txId)
    applied.set(view.txId, end)
    log.append({ type: 'ended', run: -1, end })

    const feeMicroRuv = BigInt(end.fee)
    move(end.account, -feeMicroRuv)
    totals.burnedMicroRuv += feeMicroRuv
    if (end.state === 'Rejected') return
    const used = nonces.get(end.account) ?? new Set()
    if (used.has(end.nonce)) throw new CheckFailure(`nonce ${end.nonce} of ${end.account} was used twice`)
    nonces.set(end.account, used.add(end.nonce))
    if (end.outcome !== 'ok') return
    if (request.kind === 'faucet') {
      move(end.account, BigInt(request.amountMicroRuv))
      totals.mintedMicroRuv += BigInt(request.amountMicroRuv)
    } else if (request.kind !== 'createAccount') {
      for (const { to, amountMicroRuv } of request.transfers) {
        move(end.account, -BigInt(amountMicroRuv))
        move(to, BigInt(amountMicroRuv))
      }
    }
  }

  const checkBalances = async (session: ClientSession): Promise<void> => {
    const problems: string[] = []
    let sumMicroRuv = 0n
    for (const [address, expectedMicroRuv] of balances) {
      const { balance, nonce } = await session.client.accounts.show({ account: address })
      const heldMicroRuv = BigInt(balance.available) + BigInt(balance.pending)
      sumMicroRuv += heldMicroRuv
      if (heldMicroRuv !== expectedMicroRuv || balance.pending !== '0') {
        problems.push(
          `${address} holds ${heldMicroRuv} (${balance.pending} pending), its history gives ${expectedMicroRuv}`,
        )
      }
      const used = [...(nonces.get(address) ?? [])].sort((a, b) => a - b)
      if (used.length !== nonce || used.some((value, index) => value !== index)) {
        problems.push(`${address} has nonce ${nonce}, its history used ${used.length}, up to ${used.at(-1)}`)
      }
    }
    if (sumMicroRuv !== totals.mintedMicroRuv - totals.burnedMicroRuv) {
      problems.push(`${sumMicroRuv} µrUv exist, ${totals.mintedMicroRuv} minted less ${totals.burnedMicroRuv} burned`)
    }
    failOn(problems)
  }

  const checkRequests = (view: ClientView): void => {
    const problems: string[] = []
    for (const [key, { request, results, lastAnswer, answers, sends }] of view.requests) {
      if (request.kind === 'createAccount') continue
      const txId = txIdOfKey.get(key)
      const [result] = results
      if (results.size > 1) problems.push(`${key} was acknowledged as ${[...results].join(' and ')}`)
      if (result !== undefined && txId !== result) problems.push(`${key} was acknowledged as ${result}, became ${txId}`)
      const isRefused = lastAnswer !== null && lastAnswer.code !== null && definite.has(lastAnswer.code)
      if (isRefused && results.size === 0 && txId !== undefined && answers === sends) {
        problems.push(`${key} was refused with ${lastAnswer.code} and became ${txId}`)
      }
      if (request.kind === 'signed' && txId !== undefined && txId !== request.txId)
        problems.push(`${key} became ${txId}`)
    }
    failOn(problems)
  }

  const settle = async (session: ClientSession): Promise<void> => {
    const endMs = Date.now() + settleTimeoutMs
    while ((await session.client.node.status()).mempool > 0) {
      if (Date.now() > endMs) {
        const { items } = await session.client.transactions.list({ limit: 20 })
        const open = items.filter((item) => endOf(item) === null)
        throw new CheckFailure(
          `transactions do not come to an end: ${JSON.stringify(open.map(({ txId, states }) => ({ txId, states })))}`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  }

  return {
    applied,
    totals,
    async afterRestart(session) {
      const view = readLog()
      const known = new Set((await session.client.accounts.list()).map(({ address }) => address))
      for (const { request, results } of view.requests.values()) {
        if (request.kind !== 'createAccount') continue
        for (const address of results) if (!known.has(address)) throw new CheckFailure(`the account ${address} is lost`)
      }
      for (const txId of acknowledgedTransactions(view)) {
        const end = view.ends.get(txId)
        if (end === undefined) session.see(await show(session, txId, 'a transaction was acknowledged'))
      }
      const ends = [...view.ends.values()]
      // The last ones seen before the kill, and some of the rest.
      const sample = new Set(ends.slice(-sampledEnds))
      for (let i = 0; i < sampledEnds && ends.length > 0; i++)
        sample.add(ends[randomBelow(rng, ends.length)] as SeenEnd)
      for (const end of sample) await sameEnd(session, end)
    },
    async settled(session) {
      await settle(session)
      const { requests } = readLog()
      const byAmount = new Map<string, string>()
      for (const [key, { request }] of requests) {
        if (request.kind === 'faucet') byAmount.set(`${request.from} ${request.amountMicroRuv}`, key)
      }
      for (const view of await newlyEnded(session)) account(view, requests, byAmount)
      const view = readLog()
      for (const txId of acknowledgedTransactions(view)) {
        if (!applied.has(txId)) throw new CheckFailure(`an acknowledged transaction never ended: ${txId}`)
      }
      for (const { txId } of view.ends.values()) {
        if (!applied.has(txId))
          throw new CheckFailure(`a transaction that was seen final is not in the history: ${txId}`)
      }
      checkRequests(view)
      await checkBalances(session)
    },
    async deeply(session) {
      for (const end of readLog().ends.values()) await sameEnd(session, end)
      const { client } = session
      for (;;) {
        const before = await client.node.status()
        const verdict = await client.storage.verify()
        const after = await client.node.status()
        if (!verdict.ok) throw new CheckFailure(`the node's replay found: ${verdict.problems.join('; ')}`)
        // An idle round in between may have made another commit: then once more.
        if (before.commitIndex !== after.commitIndex) continue
        if (verdict.stateRoot !== after.stateRoot || verdict.commits !== after.commitIndex) {
          throw new CheckFailure(`the replay ends at ${verdict.stateRoot}, the node stands at ${after.stateRoot}`)
        }
        if (verdict.transactions !== applied.size) {
          throw new CheckFailure(
            `${verdict.transactions} transactions were executed, ${applied.size} are accounted for`,
          )
        }
        const audit = await client.audit.verify()
        if (!audit.ok) throw new CheckFailure(`the audit log does not verify: ${JSON.stringify(audit.problem)}`)
        return { commitIndex: after.commitIndex, stateRoot: after.stateRoot }
      }
    },
    counts() {
      const { requests } = readLog()
      const records = [...requests.values()]
      const ends = [...applied.values()]
      return {
        requests: records.length,
        acknowledged: records.filter(({ results }) => results.size > 0).length,
        refused: records.filter(({ results, lastAnswer }) => results.size === 0 && lastAnswer !== null).length,
        finalized: ends.filter(({ state }) => state === 'Finalized').length,
        rejected: ends.filter(({ state }) => state === 'Rejected').length,
        unanswered: records.reduce((sum, { sends, answers }) => sum + sends - answers, 0),
      }
    },
  }
}

function checkOperations(view: Transaction, request: ClientRequest): void {
  if (request.kind === 'createAccount') throw new CheckFailure(`an account became the transaction ${view.txId}`)
  const asked =
    request.kind === 'faucet'
      ? [{ kind: 'faucet', amount: request.amountMicroRuv }]
      : request.transfers.map(({ to, amountMicroRuv }) => ({
          kind: 'transfer',
          to,
          amount: amountMicroRuv,
          memo: request.key,
        }))
  const done = view.operations.map(({ kind, to, amount, memo }) =>
    kind === 'faucet' ? { kind, amount } : { kind, to, amount, memo },
  )
  if (view.account !== request.from || JSON.stringify(done) !== JSON.stringify(asked)) {
    throw new CheckFailure(`asked for ${JSON.stringify(request)}, done was ${JSON.stringify(view)}`)
  }
}
