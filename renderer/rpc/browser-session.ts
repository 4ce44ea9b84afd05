/**
 * A page in a browser: the single-use code of its address becomes the owner's session, which is kept for this tab alone.
 * The code leaves the address before anything else happens, so that no history keeps it.
 */
import { NodeError } from '../../node/core/node-error.ts'
import { limits } from './limits.ts'

const storageKey = 'qudag.session'
const sessionPath = '/api/v1/session'

/** The code of `#c=<code>`; undefined where the fragment is something else. */
export function codeInFragment(fragment: string): string | undefined {
  const match = /^#c=([A-Za-z0-9_-]+)$/.exec(fragment)
  const code = match?.[1]
  return code !== undefined && code.length <= limits.maxCodeCharacters ? code : undefined
}

export interface BrowserPage {
  readonly fragment: () => string
  /** Takes the fragment out of the address and the history. */
  readonly wipeFragment: () => void
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly fetch: typeof fetch
}

/**
 * The token of this tab, from its code or from before.
 *
 * @returns undefined where there is neither; rejects with NodeError SESSION_CODE_INVALID, RATE_LIMITED, NODE_NOT_REACHABLE
 */
export async function ownerToken({ fragment, wipeFragment, storage, fetch }: BrowserPage): Promise<string | undefined> {
  const code = codeInFragment(fragment())
  if (code === undefined) return storedToken(storage)
  wipeFragment()
  const token = await exchange(code, fetch)
  try {
    storage.setItem(storageKey, token)
  } catch {
    // Switched off: the session lasts until the page is loaded again.
  }
  return token
}

export function forgetToken(storage: Pick<Storage, 'removeItem'>): void {
  try {
    storage.removeItem(storageKey)
  } catch {
    // Nothing was kept.
  }
}

function storedToken(storage: Pick<Storage, 'getItem'>): string | undefined {
  try {
    const token = storage.getItem(storageKey)
    return token !== null && isToken(token) ? token : undefined
  } catch {
    return undefined
  }
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= limits.maxTokenCharacters && /^[A-Za-z0-9_.-]+$/.test(value)
}

async function exchange(code: string, fetch: BrowserPage['fetch']): Promise<string> {
  const answer = await fetch(sessionPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
    signal: AbortSignal.timeout(limits.sessionTimeoutMs),
  }).catch((cause: unknown) => {
    throw new NodeError('NODE_NOT_REACHABLE', 'The node does not answer.', { cause })
  })
  const body: unknown = await answer.json().catch(() => undefined)
  const field = (name: string): unknown =>
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  const token = field('token')
  if (answer.ok && isToken(token)) return token
  const code_ = field('code')
  throw new NodeError(typeof code_ === 'string' ? code_ : 'SESSION_CODE_INVALID', 'The session was not opened.')
}
