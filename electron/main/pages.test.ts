import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentResponse } from './content-response.ts'
import { fileAt, isOurAddress, isPageOf, pageAddress, readPageTables } from './pages.ts'
import { kindOfSender } from './sender-check.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

async function tables() {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'assets'))
  const page = '<meta property="csp-nonce" nonce="__CSP_NONCE__">'
  writeFileSync(join(folder, 'index.html'), `${page}main`)
  writeFileSync(join(folder, 'secret.html'), `${page}secret`)
  writeFileSync(join(folder, 'assets', 'index-4f3a9c21.js'), 'export {}')
  symlinkSync('/etc/passwd', join(folder, 'assets', 'link.js'))
  const found = await readPageTables(folder)
  if (found === undefined) throw new Error('no tables')
  return found
}

describe('readPageTables', () => {
  it('gives each kind of window its own page and the files, and nothing else', async () => {
    const { page, secret } = await tables()
    expect([...page.keys()].sort()).toEqual(['/assets/index-4f3a9c21.js', '/index.html'])
    expect([...secret.keys()].sort()).toEqual(['/assets/index-4f3a9c21.js', '/secret.html'])
  })

  it('finds nothing where nothing is built', async () => {
    expect(await readPageTables(temporaryFolder())).toBeUndefined()
  })

  it.each([
    'app://qudag/secret.html',
    'app://qudag/../package.json',
    'app://qudag/assets/../../package.json',
    'app://qudag/assets/..%2f..%2fpackage.json',
    'app://qudag/assets/link.js',
    'app://qudag/assets/',
    'app://qudag/',
    'app://qudag/index.html?x',
    'app://other/index.html',
    'app://user@qudag/index.html',
    'file:///etc/passwd',
    'https://qudag/index.html',
    'not an address',
  ])('a page cannot load %s', async (address) => {
    const { page } = await tables()
    expect(fileAt(page, address)).toBeUndefined()
    expect((await contentResponse(page, 'GET', address)).status).toBe(404)
  })
})

describe('contentResponse', () => {
  it('gives a page its policy with a nonce of its own each time', async () => {
    const { page } = await tables()
    const answers = await Promise.all([1, 2].map(() => contentResponse(page, 'GET', pageAddress('page', 'wallet'))))
    const nonces = await Promise.all(
      answers.map(async (answer) => {
        const text = await answer.text()
        const nonce = /nonce="([^"]+)"/.exec(text)?.[1] ?? ''
        expect(Buffer.from(nonce, 'base64')).toHaveLength(16)
        expect(answer.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`)
        return nonce
      }),
    )
    expect(nonces[0]).not.toBe(nonces[1])
  })

  it('says what the policy of docs/architecture.md says, and allows nothing inline', async () => {
    const { page } = await tables()
    const answer = await contentResponse(page, 'GET', 'app://qudag/assets/index-4f3a9c21.js')
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
  })

  it('answers GET alone', async () => {
    const { page } = await tables()
    expect((await contentResponse(page, 'POST', pageAddress('page'))).status).toBe(404)
  })
})

describe('isOurAddress', () => {
  it('compares scheme and host, not the beginning of the text', () => {
    expect(isOurAddress('app://qudag/')).toBe(true)
    for (const address of ['app://qudag.example/', 'app://qudagx/', 'apps://qudag/', 'app:qudag', '', 'null'])
      expect(isOurAddress(address)).toBe(false)
  })
})

describe('kindOfSender', () => {
  const kinds = new Map([
    [1, 'page' as const],
    [2, 'secret' as const],
  ])
  const ask = (webContentsId: number, url: string, parent: unknown = null) =>
    kindOfSender({ webContentsId, frame: { url, parent } }, (id) => kinds.get(id))

  it('knows the pages of windows that were opened here', () => {
    expect(ask(1, pageAddress('page', '/wallet'))).toBe('page')
    expect(ask(2, pageAddress('secret', 'unlock'))).toBe('secret')
  })

  it.each([
    ['contents that nobody registered', 3, pageAddress('page'), null],
    ['a page in the window of another kind', 1, pageAddress('secret'), null],
    ['a page in the secret window', 2, pageAddress('page'), null],
    ['a frame within the page', 1, pageAddress('page'), {}],
    ['another host', 1, 'app://other/index.html', null],
    ['another scheme', 1, 'https://qudag/index.html', null],
    ['a file', 1, 'file:///index.html', null],
    ['a blank page', 1, 'about:blank', null],
    ['a query', 1, 'app://qudag/index.html?secret', null],
  ] as const)('refuses %s', (_, id, url, parent) => {
    expect(ask(id, url, parent)).toBeUndefined()
  })

  it('refuses a frame that has gone', () => {
    expect(kindOfSender({ webContentsId: 1, frame: null }, (id) => kinds.get(id))).toBeUndefined()
    expect(isPageOf('page', '')).toBe(false)
  })
})
