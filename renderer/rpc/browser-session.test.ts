import { describe, expect, it } from 'vitest'
import { type BrowserPage, codeInFragment, forgetToken, ownerToken } from './browser-session.ts'

function page(part: { fragment?: string; stored?: string; answer?: () => Promise<Response> }) {
  const log: string[] = []
  const kept = new Map<string, string>(part.stored === undefined ? [] : [['qudag.session', part.stored]])
  const made: BrowserPage = {
    fragment: () => part.fragment ?? '',
    wipeFragment: () => log.push('wiped'),
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    },
    fetch: (async (address: string, init: RequestInit) => {
      log.push(`${init.method} ${address} ${init.body}`)
      return (part.answer ?? (async () => Response.json({ token: 'qo_new', expiresAt: 'x' }, { status: 201 })))()
    }) as typeof fetch,
  }
  return { made, log, kept }
}

describe('codeInFragment', () => {
  it('takes a code and nothing else', () => {
    expect(codeInFragment('#c=aB3_-x')).toBe('aB3_-x')
    for (const fragment of ['', '#', '#c=', '#/wallet', '#c=a b', '#x=1&c=abc', `#c=${'a'.repeat(200)}`]) {
      expect(codeInFragment(fragment)).toBeUndefined()
    }
  })
})

describe('ownerToken', () => {
  it('wipes the code before it asks, and keeps the token', async () => {
    const { made, log, kept } = page({ fragment: '#c=once', stored: 'qo_old' })
    expect(await ownerToken(made)).toBe('qo_new')
    expect(log).toEqual(['wiped', 'POST /api/v1/session {"code":"once"}'])
    expect(kept.get('qudag.session')).toBe('qo_new')
  })

  it('uses the token of this tab where there is no code', async () => {
    const { made, log } = page({ fragment: '#/network', stored: 'qo_old' })
    expect(await ownerToken(made)).toBe('qo_old')
    expect(log).toEqual([])
  })

  it('has none where nothing, or nonsense, was kept', async () => {
    expect(await ownerToken(page({}).made)).toBeUndefined()
    expect(await ownerToken(page({ stored: 'a b\nc' }).made)).toBeUndefined()
  })

  it('says why a code was refused', async () => {
    const refused = async () => Response.json({ code: 'SESSION_CODE_INVALID' }, { status: 401 })
    await expect(ownerToken(page({ fragment: '#c=used', answer: refused }).made)).rejects.toMatchObject({
      code: 'SESSION_CODE_INVALID',
    })
  })

  it('says that nobody answered', async () => {
    const silent = () => Promise.reject(new TypeError('failed to fetch'))
    await expect(ownerToken(page({ fragment: '#c=x', answer: silent }).made)).rejects.toMatchObject({
      code: 'NODE_NOT_REACHABLE',
    })
  })

  it('does not keep what is no token', async () => {
    const strange = async () => Response.json({ token: '<script>' }, { status: 201 })
    const { made, kept } = page({ fragment: '#c=x', answer: strange })
    await expect(ownerToken(made)).rejects.toMatchObject({ code: 'SESSION_CODE_INVALID' })
    expect(kept.size).toBe(0)
  })
})

describe('forgetToken', () => {
  it('forgets, also where storage is switched off', async () => {
    const { made, kept } = page({ stored: 'qo_old' })
    forgetToken(made.storage)
    expect(kept.size).toBe(0)
    forgetToken({
      removeItem() {
        throw new Error('SecurityError')
      },
    })
  })
})
