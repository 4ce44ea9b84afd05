/** Tokens: making, listing and revoking them, and telling who bears one. What they spend: token-guard.ts. */

import { maxU64 } from '../core/amount.ts'
import { bytesKey, toHex } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import type { StorageReader, StorageWriter, TokenRow } from '../storage/index.ts'
import { labelFault, labelKey, normalLabel } from '../vault/labels.ts'
import type { Chain } from './chain.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import { serviceLimits } from './limits.ts'
import { createSpendingWindow } from './spending-window.ts'
import { createTokenGuard, type HeldToken, isExpired, type TokenGuard, tokenNowMs } from './token-guard.ts'
import { newTokenText, tokenHash, tokenHashKey } from './token-text.ts'
import type { NodeServices, SpendLimits, TokenScope, TokenView } from './types.ts'

export interface TokenDeps {
  readonly chain: Chain
  readonly read: StorageReader
  readonly write: StorageWriter
  /** The later of ledger time and local time, so that limits outlast a clock that is set back between two runs. */
  readonly clock: Clock
  readonly rng: Rng
  /** Durable when it resolves. It never gets a token. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
}

export interface Tokens {
  readonly api: NodeServices['tokens']
  readonly guard: TokenGuard
}

type CreateInput = Parameters<NodeServices['tokens']['create']>[0]

const knownScopes: readonly TokenScope[] = ['read', 'submit', 'spend']
const idBytes = 6

/** @throws NodeError STORAGE_* */
export async function createTokens(deps: TokenDeps): Promise<Tokens> {
  const { chain, read, write, clock, rng, audit } = deps
  const held = new Map<string, HeldToken>()
  const byHash = new Map<string, HeldToken>()
  /** Making and revoking, one at a time: names stay unique and the count within its limit. */
  const managing = createKeyedMutex()

  const hold = (row: TokenRow, slots: Parameters<typeof createSpendingWindow>[0]): HeldToken => {
    const token = {
      row,
      window: createSpendingWindow(slots, row.createdAtMs),
      revoked: false,
      running: new Set<never>(),
    }
    held.set(row.id, token)
    byHash.set(bytesKey(row.hash), token)
    return token
  }

  const { tokenDayMs, tokenSlotMs: slotMs } = serviceLimits
  const afterMs = clock.nowMs() - tokenDayMs
  for (const row of await read.tokens()) {
    hold(row, await read.tokenSpendingSlots({ tokenId: row.id, afterMs, slotMs }))
  }

  const viewOf = (token: HeldToken): TokenView => {
    const { id, label, scopes, recipients, perTransactionMicroRuv, perDayMicroRuv, createdAtMs, expiresAtMs } =
      token.row
    return {
      id,
      label,
      scopes,
      limits: {
        ...(perTransactionMicroRuv === null ? {} : { perTransactionMicroRuv }),
        ...(perDayMicroRuv === null ? {} : { perDayMicroRuv }),
        ...(recipients === null ? {} : { recipients: recipients.map(chain.format) }),
      },
      createdAtMs,
      expiresAtMs,
      spentTodayMicroRuv: token.window.totalMicroRuv(tokenNowMs(token, clock)),
    }
  }

  const create = async (input: CreateInput): ReturnType<NodeServices['tokens']['create']> => {
    const nowMs = clock.nowMs()
    const row = { ...checkedInput(input, chain, nowMs), id: toHex(rng.bytes(idBytes)), createdAtMs: nowMs }
    if (held.size >= serviceLimits.maxTokens) {
      throw new NodeError('TOKEN_COUNT', `this node keeps at most ${serviceLimits.maxTokens} tokens`, {
        hint: 'Revoke one that is no longer used; expired ones count too.',
        details: { maxTokens: serviceLimits.maxTokens },
      })
    }
    for (const { row: other } of held.values()) {
      if (labelKey(other.label) === labelKey(row.label)) {
        throw new NodeError('TOKEN_LABEL_TAKEN', 'another token has this label', {
          hint: 'Choose another label, or revoke that token first.',
        })
      }
    }
    const token = newTokenText(rng)
    const complete = { ...row, hash: tokenHash(token) }
    await write.putToken(complete)
    const view = viewOf(hold(complete, []))
    await audit('token.created', auditOf(view))
    return { token, view }
  }

  const revoke = async (id: string): Promise<void> => {
    const token = held.get(id)
    if (token === undefined) {
      throw new NodeError('TOKEN_UNKNOWN', 'there is no token with this id', { hint: 'See `token list`.' })
    }
    token.revoked = true
    await write.removeToken(id)
    // What it had begun to send is sent when this returns, and nothing comes after it.
    await Promise.allSettled(token.running)
    held.delete(id)
    byHash.delete(bytesKey(token.row.hash))
    await audit('token.revoked', { token: id, label: token.row.label })
  }

  return {
    guard: createTokenGuard({ held, read, write, clock, audit }),
    api: {
      create: (input) => managing('', () => create(input)),
      list: async () => [...held.values()].filter(({ revoked }) => !revoked).map(viewOf),
      revoke: (id) => managing('', () => revoke(id)),
      async authenticate(text) {
        const key = tokenHashKey(text)
        const token = key === undefined ? undefined : byHash.get(key)
        if (token === undefined || token.revoked || isExpired(token, clock)) return null
        return { id: token.row.id, scopes: token.row.scopes }
      },
    },
  }
}

/** @throws NodeError LABEL_INVALID, TOKEN_SCOPES_INVALID, TOKEN_LIMITS_INVALID, TOKEN_EXPIRY_INVALID, ADDRESS_INVALID, ADDRESS_WRONG_NETWORK */
function checkedInput(
  { label: typed, scopes: asked, limits = {}, expiresAtMs }: CreateInput,
  chain: Chain,
  nowMs: number,
): Omit<TokenRow, 'id' | 'hash' | 'createdAtMs'> {
  const label = normalLabel(typed)
  const fault = labelFault(label)
  if (fault !== undefined) {
    throw new NodeError('LABEL_INVALID', 'this cannot be the label of a token', { details: { reason: fault } })
  }
  const scopes = knownScopes.filter((scope) => asked.includes(scope))
  if (scopes.length === 0 || asked.some((scope) => !knownScopes.includes(scope))) {
    throw new NodeError('TOKEN_SCOPES_INVALID', 'a token has one or more of the scopes read, submit and spend')
  }
  const isDate = expiresAtMs === undefined || (Number.isSafeInteger(expiresAtMs) && expiresAtMs > nowMs)
  if (!isDate || (expiresAtMs ?? 0) > nowMs + serviceLimits.maxTokenLifeMs) {
    throw new NodeError('TOKEN_EXPIRY_INVALID', 'a token expires in the future, within ten years, or never')
  }
  const { perTransactionMicroRuv = null, perDayMicroRuv = null, recipients } = limits
  checkLimits(limits, scopes)
  return {
    label,
    scopes,
    perTransactionMicroRuv,
    perDayMicroRuv,
    recipients: recipients === undefined ? null : recipients.map((address) => chain.parse(address)),
    expiresAtMs: expiresAtMs ?? null,
  }
}

function checkLimits(limits: SpendLimits, scopes: readonly TokenScope[]): void {
  const invalid = (message: string): NodeError => new NodeError('TOKEN_LIMITS_INVALID', message)
  const { perTransactionMicroRuv, perDayMicroRuv, recipients } = limits
  for (const amount of [perTransactionMicroRuv, perDayMicroRuv]) {
    if (amount !== undefined && (amount <= 0n || amount > maxU64)) throw invalid('a limit is an amount above 0')
  }
  if (recipients !== undefined && (recipients.length === 0 || recipients.length > serviceLimits.maxTokenRecipients)) {
    throw invalid(`a token names 1 to ${serviceLimits.maxTokenRecipients} recipients, or none to allow any`)
  }
  const isLimited = [perTransactionMicroRuv, perDayMicroRuv, recipients].some((limit) => limit !== undefined)
  if (isLimited && !scopes.includes('spend')) throw invalid('limits are for tokens with the scope spend')
}

function auditOf({ id, label, scopes, limits, expiresAtMs }: TokenView): Record<string, string | number> {
  const { perTransactionMicroRuv, perDayMicroRuv, recipients } = limits
  return {
    token: id,
    label,
    scopes: scopes.join(),
    ...(perTransactionMicroRuv === undefined ? {} : { perTransactionMicroRuv: perTransactionMicroRuv.toString() }),
    ...(perDayMicroRuv === undefined ? {} : { perDayMicroRuv: perDayMicroRuv.toString() }),
    ...(recipients === undefined ? {} : { recipients: recipients.length }),
    ...(expiresAtMs === null ? {} : { expiresAtMs }),
  }
}
