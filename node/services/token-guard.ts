/**
 * What stands between a token and the vault: its scope, its limits, and the record of what it has spent. Money first: an
 * amount is durable in that record before anything is signed, and comes out of it only where nothing was sent.
 */
import { formatRuv } from '../core/amount.ts'
import { bytesKey } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { type AccountId, outgoingMicroRuv, type Transaction } from '../ledger/index.ts'
import type { StorageReader, StorageWriter, TokenRow } from '../storage/index.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import { serviceLimits } from './limits.ts'
import type { SpendingWindow } from './spending-window.ts'

/** A token as the running node holds it. */
export interface HeldToken {
  readonly row: TokenRow
  readonly window: SpendingWindow
  /** Set as soon as its end is asked for. */
  revoked: boolean
  /** Payments between their record and their sending: a revocation waits for them. */
  readonly running: Set<Promise<unknown>>
}

/** A payment as the limits see it. */
export interface TokenCharge {
  readonly tokenId: string
  /** All transfers and the most that the fee may be. */
  readonly amountMicroRuv: bigint
  readonly recipients: readonly AccountId[]
}

/**
 * What leaves the account at most. A faucet operation pays nobody: its fee alone counts. Stake stays the account's own, but is
 * out of its hands for weeks and can be slashed: a token that may pay certain recipients only moves it where its own is one.
 *
 * @throws NodeError TOKEN_SCOPE for what no token may have the vault sign
 */
export function chargeOf(
  {
    account,
    operations,
    maxFeeMicroRuv,
    coSigned,
  }: Pick<Transaction, 'account' | 'operations' | 'maxFeeMicroRuv' | 'coSigned'>,
  tokenId: string,
): TokenCharge {
  const isPolicy = operations.some(({ kind }) => kind === 'account.update' || kind === 'account.recover')
  // No limit of a token says anything about keys, and what needs a second key needs its owner.
  if (isPolicy || coSigned === true) {
    throw new NodeError('TOKEN_SCOPE', 'changes of keys and policies, and second signatures, are for the owner', {
      hint: 'Nothing was signed. Use the command line or the app on the machine of the node.',
    })
  }
  return {
    tokenId,
    amountMicroRuv: outgoingMicroRuv({ operations }) + maxFeeMicroRuv,
    recipients: operations.flatMap((operation) => {
      if (operation.kind === 'transfer') return [operation.to]
      return operation.kind === 'stake.bond' || operation.kind === 'stake.unbond' ? [account] : []
    }),
  }
}

export interface TokenGuard {
  /** @throws NodeError TOKEN_REVOKED, TOKEN_EXPIRED, TOKEN_SCOPE */
  checkMaySpend(tokenId: string): Promise<void>
  /** All but the day's limit, which only spend() can tell. @throws NodeError as checkMaySpend, TOKEN_RECIPIENT, TOKEN_LIMIT_TRANSACTION */
  check(charge: TokenCharge): Promise<void>
  /**
   * Records the amount durably under the key of the payment's intent, then sends. The same key again takes the place of
   * what was recorded under it. Where sending fails and nothing has left, the amount is given back.
   *
   * @param attempt.hasLeft whether others may have the transaction; a failure to tell counts as yes
   * @throws NodeError as check, TOKEN_LIMIT_DAY {remainingMicroRuv}, STORAGE_*, and whatever `send` throws
   */
  spend<T>(
    charge: TokenCharge & { readonly key: string },
    attempt: { send(): Promise<T>; hasLeft(): Promise<boolean> },
  ): Promise<T>
}

export interface TokenGuardDeps {
  readonly held: ReadonlyMap<string, HeldToken>
  readonly read: StorageReader
  readonly write: StorageWriter
  readonly clock: Clock
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
}

const nothingMoved = 'Nothing was sent and nothing was charged.'
const { tokenDayMs: dayMs } = serviceLimits

/** A clock that was set back opens no limit anew, and brings no token back. */
export function tokenNowMs({ window }: HeldToken, clock: Clock): number {
  return Math.max(clock.nowMs(), window.seenMs)
}

export function isExpired(token: HeldToken, clock: Clock): boolean {
  const { expiresAtMs } = token.row
  return expiresAtMs !== null && expiresAtMs <= tokenNowMs(token, clock)
}

export function createTokenGuard({ held, read, write, clock, audit }: TokenGuardDeps): TokenGuard {
  /** One record a token at a time: what one payment took, the next one finds taken. */
  const perToken = createKeyedMutex()
  const refuse = createRefusals(clock, audit)
  const refuseRevoked = (tokenId: string): Promise<never> =>
    refuse(tokenId, 'TOKEN_REVOKED', 'the token has been revoked')

  const liveToken = async (tokenId: string): Promise<HeldToken> => {
    const token = held.get(tokenId)
    if (token === undefined || token.revoked) return refuseRevoked(tokenId)
    if (isExpired(token, clock)) return refuse(tokenId, 'TOKEN_EXPIRED', 'the token has expired')
    if (!token.row.scopes.includes('spend')) {
      return refuse(tokenId, 'TOKEN_SCOPE', 'the token does not let its bearer spend')
    }
    return token
  }

  const checkedToken = async (charge: TokenCharge): Promise<HeldToken> => {
    const token = await liveToken(charge.tokenId)
    const { recipients, perTransactionMicroRuv } = token.row
    if (recipients !== null) {
      const allowed = new Set(recipients.map(bytesKey))
      if (!charge.recipients.every((recipient) => allowed.has(bytesKey(recipient)))) {
        return refuse(charge.tokenId, 'TOKEN_RECIPIENT', 'the token may not pay this recipient')
      }
    }
    if (perTransactionMicroRuv !== null && charge.amountMicroRuv > perTransactionMicroRuv) {
      const [amount, limit] = [charge.amountMicroRuv, perTransactionMicroRuv].map(formatRuv)
      return refuse(
        charge.tokenId,
        'TOKEN_LIMIT_TRANSACTION',
        `${amount} rUv with the fee is more than the ${limit} rUv the token may spend in a transaction`,
        { limitMicroRuv: perTransactionMicroRuv.toString() },
      )
    }
    return token
  }

  /** @returns gives the amount back */
  const record = async (charge: TokenCharge & { readonly key: string }): Promise<() => Promise<void>> => {
    const { tokenId, key, amountMicroRuv, recipients } = charge
    const token = await checkedToken({ tokenId, amountMicroRuv, recipients })
    const { window, row } = token
    const before = await read.tokenSpending({ tokenId, key })
    const atMs = tokenNowMs(token, clock)
    const counted = before !== null && before.atMs > atMs - dayMs ? before : null
    const spentMicroRuv = window.totalMicroRuv(atMs) - (counted?.amountMicroRuv ?? 0n)
    if (row.perDayMicroRuv !== null && spentMicroRuv + amountMicroRuv > row.perDayMicroRuv) {
      const rest = row.perDayMicroRuv - spentMicroRuv
      const remainingMicroRuv = rest > 0n ? rest : 0n
      return refuse(
        tokenId,
        'TOKEN_LIMIT_DAY',
        `${formatRuv(amountMicroRuv)} rUv with the fee is more than the token may still spend within 24 hours: ${formatRuv(remainingMicroRuv)} rUv`,
        { remainingMicroRuv: remainingMicroRuv.toString() },
      )
    }
    if (token.revoked) return refuseRevoked(tokenId)
    await write.putTokenSpending({ tokenId, key, amountMicroRuv, atMs, forgetUntilMs: Math.max(0, atMs - dayMs) })
    if (counted !== null) window.remove(counted.amountMicroRuv, counted.atMs)
    window.add(amountMicroRuv, atMs)
    // Its record went with the token; nothing has been signed yet.
    if (token.revoked) return refuseRevoked(tokenId)
    return () =>
      perToken(tokenId, async () => {
        await write.removeTokenSpending(tokenId, key)
        window.remove(amountMicroRuv, atMs)
      })
  }

  return {
    checkMaySpend: async (tokenId) => void (await liveToken(tokenId)),
    check: async (charge) => void (await checkedToken(charge)),
    async spend(charge, { send, hasLeft }) {
      const running = held.get(charge.tokenId)?.running
      const end = Promise.withResolvers<void>()
      running?.add(end.promise)
      try {
        const giveBack = await perToken(charge.tokenId, () => record(charge)).catch((cause: unknown) => {
          // Revoked between the check and the write.
          if (cause instanceof NodeError && cause.code === 'TOKEN_UNKNOWN') {
            return refuseRevoked(charge.tokenId)
          }
          throw cause
        })
        try {
          return await send()
        } catch (cause) {
          const mayHaveLeft = await hasLeft().catch(() => true)
          // Where this cannot be made durable the amount stays counted, which errs on the side of the owner.
          if (!mayHaveLeft) await giveBack().catch(() => undefined)
          throw cause
        }
      } finally {
        running?.delete(end.promise)
        end.resolve()
      }
    },
  }
}

type Refuse = (
  tokenId: string,
  code: string,
  message: string,
  details?: Readonly<Record<string, string>>,
) => Promise<never>

/**
 * Refusals with their entry in the audit log. A program that goes on asking must not fill it: the same refusal is recorded
 * once a minute, with how many came before it unrecorded.
 */
function createRefusals(clock: Clock, audit: TokenGuardDeps['audit']): Refuse {
  const recent = new Map<string, { recordedAtMs: number; unrecorded: number }>()
  return async (tokenId, code, message, details = {}) => {
    const key = `${code} ${tokenId}`
    const last = recent.get(key)
    const nowMs = clock.nowMs()
    if (last !== undefined && Math.abs(nowMs - last.recordedAtMs) < serviceLimits.tokenRefusalIntervalMs) {
      last.unrecorded += 1
    } else {
      recent.delete(key)
      recent.set(key, { recordedAtMs: nowMs, unrecorded: 0 })
      const oldest = recent.keys().next().value
      if (recent.size > serviceLimits.maxTokenRefusals && oldest !== undefined) recent.delete(oldest)
      await audit('token.refused', { token: tokenId, code, before: last?.unrecorded ?? 0, ...details })
    }
    throw new NodeError(code, message, { hint: `${nothingMoved} ${hints[code] ?? ''}`.trim(), details })
  }
}

const hints: Readonly<Record<string, string>> = {
  TOKEN_REVOKED: 'Ask the owner of this node for a new token.',
  TOKEN_EXPIRED: 'Ask the owner of this node for a new token.',
  TOKEN_SCOPE: 'Use a token with the scope `spend`.',
  TOKEN_RECIPIENT: 'Pay one of the recipients that the token was made for.',
  TOKEN_LIMIT_TRANSACTION: 'Name a smaller amount.',
  TOKEN_LIMIT_DAY: 'Name a smaller amount, or wait until earlier payments are 24 hours old.',
}
