/**
 * Owner sessions of the browser interface. The page is opened with a single-use code in the fragment of its address,
 * which browsers send to nobody; the page exchanges it for a token of its own and keeps that in sessionStorage. Only
 * hashes are kept here, and no memory outlives the node.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../../../core/clock.ts'
import type { Rng } from '../../../core/rng.ts'
import type { HttpLimits } from './limits.ts'
import { randomToken } from './owner-token.ts'

export interface Sessions {
  /** Works once, for `browserCodeMs`. */
  issueCode(): { readonly code: string; readonly expiresAtMs: number }
  /** Undefined for a code that is unknown, used or expired. */
  exchange(code: string): { readonly token: string; readonly expiresAtMs: number } | undefined
  isSession(token: string): boolean
}

type SessionLimits = Pick<HttpLimits, 'browserCodeMs' | 'maxBrowserCodes' | 'sessionMs' | 'maxSessions'>

export function createSessions(limits: SessionLimits, { clock, rng }: { clock: Clock; rng: Rng }): Sessions {
  const codes = expiringSet(limits.maxBrowserCodes, limits.browserCodeMs, clock)
  const tokens = expiringSet(limits.maxSessions, limits.sessionMs, clock)
  return {
    issueCode() {
      const code = randomToken('', rng)
      return { code, expiresAtMs: codes.add(code) }
    },
    exchange(code) {
      if (!codes.take(code)) return undefined
      const token = randomToken('qudag_session_', rng)
      return { token, expiresAtMs: tokens.add(token) }
    },
    isSession: (token) => tokens.has(token),
  }
}

/**
 * Texts by their SHA-256, each for a time. The look-up's time depends on the hash, of which a guesser controls nothing
 * without the text itself.
 */
function expiringSet(maxEntries: number, keepMs: number, clock: Clock) {
  const expiryByHash = new Map<string, number>()
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64')
  const has = (text: string): boolean => {
    const expiresAtMs = expiryByHash.get(hashOf(text))
    return expiresAtMs !== undefined && clock.nowMs() < expiresAtMs
  }
  return {
    add(text: string): number {
      const nowMs = clock.nowMs()
      for (const [hash, expiresAtMs] of expiryByHash) if (expiresAtMs <= nowMs) expiryByHash.delete(hash)
      const [oldest] = expiryByHash.keys()
      if (oldest !== undefined && expiryByHash.size >= maxEntries) expiryByHash.delete(oldest)
      const expiresAtMs = nowMs + keepMs
      expiryByHash.set(hashOf(text), expiresAtMs)
      return expiresAtMs
    },
    has,
    take(text: string): boolean {
      const isThere = has(text)
      expiryByHash.delete(hashOf(text))
      return isThere
    },
  }
}
