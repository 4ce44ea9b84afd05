/**
 * People who pay: transactions of many accounts at the rate asked for, each handed to one honest validator. Clients of the
 * adversary sign several transactions of one nonce and hand them to different validators.
 */
import { bytesKey } from '../core/bytes.ts'
import { signatureSuites } from '../crypto/suites.ts'
import type { Operation } from '../ledger/transaction.ts'
import { attachSignature, type Transaction, transactionMessage } from '../ledger/transaction.ts'
import type { ExecutedCommit } from './execution.ts'
import type { Host } from './host.ts'
import { accountSuite, type SimAccount } from './identities.ts'
import { simLimits } from './limits.ts'
import type { KnownTransaction } from './transactions.ts'
import { happenings, type World } from './world.ts'

/** What became of a transaction. */
export interface Journey {
  readonly known: KnownTransaction
  readonly submittedAtMs: number
  readonly isContested: boolean
  /** Where it was handed in; changes where that validator can bring it in no more. */
  home: number
  end: {
    readonly outcome: 'ok' | 'failed' | 'rejected'
    readonly code: string | null
    readonly commitIndex: number
  } | null
  /** When the validator it was handed to had executed it. */
  finalAtMs: number | null
}

export interface Clients {
  start(): void
  stop(): void
  /** An honest validator executed a commit. */
  committed(host: Host, executed: ExecutedCommit): void
  /** Hands transactions of a validator that signs no more to another. */
  rehome(host: Host): void
  readonly journeys: readonly Journey[]
  /** Index of the highest commit that an honest validator executed. */
  readonly highestCommit: number
}

interface ClientAccount extends SimAccount {
  nextNonce: number
  /** Once the ledger has stored the key it is not sent again. */
  isKeyStored: boolean
  readonly underWay: Set<string>
  /** The validator its owner talks to. */
  readonly home: number
}

/** How many accounts clients use: of honest owners, and of those who sign siblings. */
export const clientAccounts = { honest: 16, contesting: 4 } as const
/** Share of an owner's transactions that go through another validator than the usual. */
const elsewhereShare = 0.2
/** Share of submissions that are siblings, where there are clients of the adversary. */
const contestedShare = 0.2
const maxSiblings = 3
/** Siblings are handed in within this time, in ms: some validators know of one before they propose another, others do not. */
const siblingSpreadMs = 200
const validityMs = 12 * 60 * 60 * 1_000
const maxFeeMicroRuv = 1_000_000n

export function createClients(world: World, hosts: readonly Host[], accounts: readonly SimAccount[]): Clients {
  const { options } = world
  const chance = world.chanceOf('clients')
  const sound = hosts.filter(({ validator }) => !validator.isByzantine)
  const voters = new Set(world.validatorsOf(0).map(({ id }) => bytesKey(id)))
  // Whoever only follows brings nothing into the order.
  const voting = sound.filter(({ validator }) => voters.has(validator.peer))
  const honest = voting.length > 0 ? voting : sound
  const toClient = (account: SimAccount): ClientAccount => ({
    ...account,
    nextNonce: 0,
    isKeyStored: false,
    underWay: new Set(),
    home: chance.pick(honest).validator.index,
  })
  const owners = accounts.slice(0, clientAccounts.honest).map(toClient)
  const contesting = accounts.slice(clientAccounts.honest).map(toClient)
  const byId = new Map([...owners, ...contesting].map((account) => [bytesKey(account.id), account]))
  const journeys: Journey[] = []
  const byTx = new Map<string, Journey>()
  const seen = new Set<string>()
  const contests = options.adversaries.includes('split') || options.adversaries.includes('mixed')
  let highestCommit = 0
  let isStopped = false

  const sign = (account: ClientAccount, nonce: number): KnownTransaction => {
    const others = owners.filter((other) => other !== account)
    const operations: Operation[] = [
      { kind: 'transfer', to: chance.pick(others).id, amountMicroRuv: BigInt(chance.between(1, 1_000)), memo: null },
    ]
    const transaction: Transaction = {
      chainId: world.chainId,
      account: account.id,
      key: account.isKeyStored
        ? null
        : { suite: signatureSuites[accountSuite].wire, publicKey: account.signer.publicKey },
      nonce,
      operations,
      maxFeeMicroRuv,
      validUntilMs: simLimits.startTimeMs + world.nowMs + validityMs,
    }
    return world.book.add(attachSignature(transaction, account.signer.sign(transactionMessage(transaction))))
  }

  const handIn = (known: KnownTransaction, host: Host, isContested: boolean): void => {
    const { index } = host.validator
    const journey: Journey = {
      known,
      submittedAtMs: world.nowMs,
      isContested,
      home: index,
      end: null,
      finalAtMs: null,
    }
    journeys.push(journey)
    byTx.set(known.txKey, journey)
    host.submit([known])
  }

  const usable = (host: Host): boolean => host.isUp && host.signs

  const pay = (): void => {
    const free = owners.filter(({ underWay }) => underWay.size < simLimits.maxInFlight)
    if (free.length === 0) return
    const account = chance.pick(free)
    const usual = hosts[account.home] as Host
    const others = honest.filter(usable)
    if (others.length === 0) return
    const host = !usable(usual) || chance.happens(elsewhereShare) ? chance.pick(others) : usual
    const known = sign(account, account.nextNonce++)
    account.underWay.add(known.txKey)
    handIn(known, host, false)
  }

  const contest = (): void => {
    const account = chance.pick(contesting)
    const targets = chance.shuffle(honest.filter(usable)).slice(0, chance.between(2, maxSiblings))
    if (account.underWay.size > 0 || targets.length < 2) return
    const nonce = account.nextNonce
    for (const host of targets) {
      const known = sign(account, nonce)
      // Two transfers may come out alike, and then they are one transaction.
      if (byTx.has(known.txKey)) continue
      account.underWay.add(known.txKey)
      world.after(chance.below(siblingSpreadMs), host.validator.index, happenings.submit, () => {
        if (usable(host) && account.nextNonce === nonce && !isStopped) handIn(known, host, true)
        else account.underWay.delete(known.txKey)
      })
    }
  }

  const next = (): void => {
    if (options.load <= 0) return
    const meanMs = 1_000 / options.load
    world.after(Math.max(1, Math.round(meanMs * (0.5 + chance.below(1_000) / 1_000))), 0, happenings.submit, () => {
      if (isStopped) return
      if (contests && chance.happens(contestedShare)) contest()
      else pay()
      next()
    })
  }

  const see = (executed: ExecutedCommit): void => {
    if (seen.has(executed.key)) return
    seen.add(executed.key)
    const { commitIndex } = executed.commit
    highestCommit = Math.max(highestCommit, commitIndex)
    for (const { txId, account: id, nonce, outcome, code } of executed.results) {
      const account = byId.get(bytesKey(id))
      if (account !== undefined) {
        account.isKeyStored = true
        if (outcome !== 'rejected') {
          account.nextNonce = Math.max(account.nextNonce, nonce + 1)
          // Whatever else carries this nonce has lost.
          for (const key of account.underWay) {
            if (byTx.get(key)?.known.transaction.nonce === nonce) account.underWay.delete(key)
          }
        }
      }
      const journey = byTx.get(bytesKey(txId))
      if (journey !== undefined) journey.end ??= { outcome, code, commitIndex }
    }
  }

  return {
    start: next,
    stop() {
      isStopped = true
    },
    committed(host, executed) {
      see(executed)
      for (const { txId } of executed.results) {
        const journey = byTx.get(bytesKey(txId))
        if (journey !== undefined && journey.home === host.validator.index) journey.finalAtMs ??= world.nowMs
      }
    },
    rehome(host) {
      const left = host.release()
      const others = honest.filter(usable)
      if (others.length === 0) return
      for (const known of left) {
        const other = chance.pick(others)
        const journey = byTx.get(known.txKey)
        if (journey !== undefined) journey.home = other.validator.index
        other.submit([known])
      }
    },
    journeys,
    get highestCommit() {
      return highestCommit
    },
  }
}
