/**
 * The load on a node under test: payments by the vault with idempotency keys, transactions signed by the client, faucet
 * calls, bundles, new accounts; and after a crash the same requests again. Decisions come from a seed; how the answers
 * interleave does not.
 */
import { type Rng, randomBelow } from '../../node/core/rng.ts'
import { CheckFailure } from './check-failure.ts'
import type { ClientRequest, LoggedTransfer, RequestRecord } from './client-log.ts'
import { type Answer, type ClientSession, codeOf } from './client-session.ts'
import type { OwnAccount } from './own-account.ts'

export interface LoadClient {
  /** Addresses of the vault's accounts, in the order they were made. */
  readonly vaultAccounts: readonly string[]
  readonly ownAccounts: readonly OwnAccount[]
  /** Makes and funds the accounts; ends when all of it is final. */
  prepare(session: ClientSession): Promise<void>
  /** Sends again what was never acknowledged: all that the client signed, and of the rest about half. */
  repeatOpen(session: ClientSession, records: Iterable<RequestRecord>): Promise<void>
  /** Runs until the connection ends. */
  run(session: ClientSession, options: { readonly makesAccounts: boolean }): Promise<void>
}

const vaultAccountCount = 4
const fundingMicroRuv = 300_000_000n
const ownFundingMicroRuv = 60_000_000n
/** Requests a run sends as fast as it can; the rest come slowly, so that the history stays small enough to check often. */
const fastRequests = 70
const slowPauseMs = 60
/** While these refuse it, a transaction that the client signed is sent again later. */
const passing = new Set(['NONCE_TOO_FAR', 'IN_FLIGHT_LIMIT', 'MEMPOOL_FULL', 'STORAGE_BUSY', 'VERIFIER_BUSY'])
/** What a node says that is being taken down, or has not been unlocked yet: no word on the request itself. */
const noVerdict = new Set(['NODE_STOPPING', 'STORAGE_CLOSED', 'VAULT_LOCKED', 'TOO_MANY_CALLS'])

export function createLoadClient(ownAccounts: readonly OwnAccount[], rng: Rng): LoadClient {
  const vaultAccounts: string[] = []
  /** Acknowledged requests to be sent again now and then. */
  const acknowledged: { request: ClientRequest; result: string }[] = []
  let serial = 0
  const chance = (percent: number): boolean => randomBelow(rng, 100) < percent
  const pick = <T>(items: readonly T[]): T => items[randomBelow(rng, items.length)] as T
  const newKey = (kind: string): string => `${kind}-${++serial}`

  const recipients = (): string[] => [...vaultAccounts, ...ownAccounts.map(({ address }) => address)]

  const transfersFrom = (from: string, count: number): LoggedTransfer[] => {
    const others = recipients().filter((address) => address !== from)
    return Array.from({ length: count }, () => ({
      to: pick(others),
      amountMicroRuv: String(1 + randomBelow(rng, 2_000)),
    }))
  }

  const operationCount = (): number => (chance(12) ? 2 + randomBelow(rng, 63) : 1)

  const took = (session: ClientSession, request: ClientRequest, answer: Answer): void => {
    if (answer.type !== 'acknowledged') return
    if (request.kind === 'createAccount') {
      if (!vaultAccounts.includes(answer.result)) vaultAccounts.push(answer.result)
      return
    }
    acknowledged.push({ request, result: answer.result })
    if (answer.view?.state !== 'Finalized' && chance(40)) session.follow(answer.result)
  }

  /** Twice at once now and then: two sends of one request may meet anywhere. */
  const send = async (session: ClientSession, request: ClientRequest): Promise<Answer> => {
    const sends = chance(8) ? [session.send(request), session.send(request)] : [session.send(request)]
    const answers = await Promise.all(sends)
    const isTaken = answers.some(({ type }) => type === 'acknowledged')
    for (const answer of answers) {
      if (isTaken && answer.type === 'refused' && !passing.has(answer.code) && !noVerdict.has(answer.code)) {
        throw new CheckFailure(`${request.key} was taken, and refused in the same moment: ${answer.code}`)
      }
      took(session, request, answer)
    }
    return answers[0] as Answer
  }

  const pay = (session: ClientSession): Promise<Answer> => {
    const from = pick(vaultAccounts)
    const request = { kind: 'pay', key: newKey('pay'), from, transfers: transfersFrom(from, operationCount()) } as const
    session.note(request)
    return send(session, request)
  }

  const faucet = (session: ClientSession, from: string, baseMicroRuv: bigint): Promise<Answer> => {
    const key = newKey('faucet')
    const amountMicroRuv = String(baseMicroRuv + BigInt(serial))
    const request = { kind: 'faucet', key, from, amountMicroRuv } as const
    session.note(request)
    return send(session, request)
  }

  /** Until it has an answer that stands, or the node is gone. */
  const insist = async (session: ClientSession, request: ClientRequest): Promise<Answer> => {
    for (;;) {
      const answer = await send(session, request)
      if (answer.type !== 'refused' || !passing.has(answer.code)) return answer
      await pause(slowPauseMs)
    }
  }

  const sign = (session: ClientSession, account: OwnAccount, nonce: number): ClientRequest => {
    const request = account.sign({
      key: newKey('signed'),
      nonce,
      transfers: transfersFrom(account.address, operationCount()),
      // Needed until the ledger has it, allowed ever after.
      carriesKey: nonce < 64 || chance(20),
    })
    session.note(request)
    return request
  }

  const submitSigned = async (session: ClientSession, account: OwnAccount): Promise<void> => {
    const first = sign(session, account, account.nextNonce++)
    if (chance(15)) {
      // Out of order: the second waits, in this node or parked in the ledger, until the first is there.
      const second = sign(session, account, account.nextNonce++)
      await insist(session, second)
      await insist(session, first)
    } else if (chance(6)) {
      // Two with one nonce: one of them wins, whatever happens in between.
      const sibling = sign(session, account, account.nextNonce - 1)
      await Promise.all([insist(session, first), insist(session, sibling)])
    } else await insist(session, first)
  }

  const repeatAcknowledged = async (session: ClientSession): Promise<void> => {
    if (acknowledged.length === 0) return
    const { request, result } = chance(50) ? pick(acknowledged) : pick(acknowledged.slice(-20))
    if (request.kind === 'pay' && chance(20)) return reuseKey(session, request)
    const answer = await session.send(request)
    if (answer.type === 'acknowledged' && answer.result !== result) {
      throw new CheckFailure(`${request.key} was ${result} and is now ${answer.result}`)
    }
    if (answer.type === 'refused' && !noVerdict.has(answer.code)) {
      throw new CheckFailure(`${request.key} was acknowledged as ${result} and is now refused: ${answer.code}`)
    }
  }

  /** The key of an acknowledged payment with another amount must be refused. */
  const reuseKey = async (
    session: ClientSession,
    { key, from, transfers }: Extract<ClientRequest, { kind: 'pay' }>,
  ): Promise<void> => {
    const others = transfers.map(({ to, amountMicroRuv }) => ({ to, amount: `${amountMicroRuv}1`, memo: key }))
    const outcome = await session.client.transactions
      .create({ from, transfers: others, idempotencyKey: key })
      .then(() => 'taken', codeOf)
    if (outcome !== null && outcome !== 'IDEMPOTENCY_KEY_REUSED' && !noVerdict.has(outcome)) {
      throw new CheckFailure(`another request under the key ${key} was ${outcome}`)
    }
  }

  const createAccount = async (session: ClientSession): Promise<Answer> => {
    const request = { kind: 'createAccount', key: newKey('account') } as const
    session.note(request)
    const answer = await session.send(request)
    took(session, request, answer)
    return answer
  }

  const loop = async (
    session: ClientSession,
    counter: { sent: number },
    step: () => Promise<unknown>,
  ): Promise<void> => {
    while (!session.isOver) {
      await step()
      counter.sent += 1
      if (counter.sent > fastRequests) await Promise.race([pause(slowPauseMs), session.over])
    }
  }

  return {
    vaultAccounts,
    ownAccounts,
    async prepare(session) {
      for (let index = 0; index < vaultAccountCount; index++) await createAccount(session)
      const txIds: string[] = []
      const take = async (answer: Promise<Answer>): Promise<void> => {
        const settled = await answer
        if (settled.type !== 'acknowledged') throw new Error(`the preparation failed: ${JSON.stringify(settled)}`)
        txIds.push(settled.result)
      }
      for (const address of vaultAccounts) await take(faucet(session, address, fundingMicroRuv))
      await untilEnded(session, txIds)
      for (const [index, { address: to }] of ownAccounts.entries()) {
        const from = vaultAccounts[index % vaultAccounts.length] as string
        const transfers = [{ to, amountMicroRuv: String(ownFundingMicroRuv) }]
        const request = { kind: 'pay', key: newKey('pay'), from, transfers } as const
        session.note(request)
        await take(send(session, request))
      }
      await untilEnded(session, txIds)
    },
    async repeatOpen(session, records) {
      const open = [...records].filter(({ results, lastAnswer }) => results.size === 0 && lastAnswer === null)
      for (const { request, sends } of open) {
        // A nonce that the client signed for and nobody has would hold up all that follow it.
        if (request.kind === 'signed') await insist(session, request)
        else if (sends > 0 && chance(50)) took(session, request, await session.send(request))
        if (session.isOver) return
      }
    },
    async run(session, { makesAccounts }) {
      const counter = { sent: 0 }
      const payments = (): Promise<unknown> => {
        if (chance(10)) return faucet(session, pick(vaultAccounts), 100_000n)
        return chance(12) ? repeatAcknowledged(session) : pay(session)
      }
      const own = (): Promise<unknown> =>
        chance(10) ? repeatAcknowledged(session) : submitSigned(session, pick(ownAccounts))
      await Promise.all([
        loop(session, counter, payments),
        loop(session, counter, payments),
        loop(session, counter, payments),
        loop(session, counter, own),
        ...(makesAccounts ? [loop(session, counter, () => createAccount(session))] : []),
      ])
    },
  }
}

async function untilEnded(session: ClientSession, txIds: readonly string[]): Promise<void> {
  for (const txId of txIds) {
    for await (const view of await session.client.transactions.watch({ txId })) session.see(view)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
