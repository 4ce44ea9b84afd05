import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../core/clock.ts'
import { seededRng } from '../../../core/rng.ts'
import { loadInterface, readInterfaceFiles } from './interface-files.ts'
import { addInterfacePages, noncePlaceholder } from './interface-pages.ts'
import { createHttpListener, type HttpListener } from './listener.ts'
import { ask, temporaryFolder } from './test-support.ts'

const page = `<!doctype html><meta property="csp-nonce" nonce="${noncePlaceholder}"><style nonce="${noncePlaceholder}"></style>`
const script = 'assets/index-Bx3_9k-Q.js'

let folder: ReturnType<typeof temporaryFolder>
let built: string
let listener: HttpListener | undefined

beforeEach(() => {
  folder = temporaryFolder()
  built = join(folder.path, 'renderer')
  mkdirSync(join(built, 'assets', 'fonts'), { recursive: true })
  for (const [name, text] of Object.entries({
    'index.html': page,
    'secret.html': 'the desktop’s alone',
    'icon.svg': '<svg/>',
    'notes.json': '{}',
    [script]: 'export {}',
    'assets/index-Bx3_9k-Q.js.map': '{}',
    'assets/plain.css': 'a{}',
    'assets/fonts/inter-4f3a9c21.woff2': 'font',
    'assets/a b-12345678.js': '1',
  })) {
    writeFileSync(join(built, name), text)
  }
  writeFileSync(join(folder.path, 'outside.js'), 'secret')
  symlinkSync(join(folder.path, 'outside.js'), join(built, 'assets', 'link-12345678.js'))
})
afterEach(async () => {
  await listener?.close()
  listener = undefined
  folder.remove()
})

async function serve(files = loadInterface(built)): Promise<string> {
  listener = await createHttpListener(
    { dataDir: folder.path, port: 0 },
    { clock: new ManualClock(), rng: seededRng(1), audit: () => undefined },
  )
  addInterfacePages(listener, await files)
  return listener.url
}

describe('readInterfaceFiles', () => {
  it('lists the page, what it loads and its icons, and nothing else', async () => {
    const files = await readInterfaceFiles(built)
    expect(files?.map(({ address, contentType, isHashed }) => [address, contentType, isHashed])).toEqual([
      ['/', 'text/html; charset=utf-8', false],
      ['/icon.svg', 'image/svg+xml', false],
      ['/assets/a%20b-12345678.js', 'text/javascript; charset=utf-8', true],
      ['/assets/fonts/inter-4f3a9c21.woff2', 'font/woff2', true],
      [`/${script}`, 'text/javascript; charset=utf-8', true],
      ['/assets/plain.css', 'text/css; charset=utf-8', false],
    ])
  })

  it('finds none where none is built', async () => {
    expect(await readInterfaceFiles(join(folder.path, 'nowhere'))).toBeUndefined()
    rmSync(join(built, 'index.html'))
    expect(await readInterfaceFiles(built)).toBeUndefined()
  })
})

describe('the interface', () => {
  it('is a page without a token, with a policy whose nonce is new each time', async () => {
    const url = await serve()
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const { status, headers, text } = await ask(url, '/')
        expect(status).toBe(200)
        expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' })
        const [, nonce = ''] = /'nonce-([A-Za-z0-9+/]{22}==)'/.exec(headers['content-security-policy'] as string) ?? []
        expect(text).toBe(page.replaceAll(noncePlaceholder, nonce))
        expect(headers['content-security-policy']).toBe(
          `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        )
        return nonce
      }),
    )
    expect(nonces[0]).not.toBe(nonces[1])
  })

  it('loads files that may be kept for good where their name says what they are', async () => {
    const url = await serve()
    const hashed = await ask(url, `/${script}`, { headers: { origin: url } })
    expect(hashed).toMatchObject({ status: 200, text: 'export {}' })
    expect(hashed.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(hashed.headers['content-security-policy']).not.toContain('unsafe-inline')
    expect((await ask(url, '/assets/plain.css')).headers['cache-control']).toBe('no-cache')
    expect((await ask(url, '/assets/a%20b-12345678.js')).text).toBe('1')
    expect(await ask(url, `/${script}`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })

  it.each([
    '/secret.html',
    '/index.html',
    '/notes.json',
    '/assets/index-Bx3_9k-Q.js.map',
    '/assets/link-12345678.js',
    '/assets/',
    '/assets/../outside.js',
    '/assets/..%2f..%2foutside.js',
    '/assets/fonts/../../../outside.js',
    '//outside.js',
    '/assets/a b-12345678.js',
  ])('has nothing else: %s', async (path) => {
    const { status, text } = await ask(await serve(), path.replaceAll(' ', '%2520'))
    expect(status).not.toBe(200)
    expect(text).not.toContain('secret')
  })

  it('answers neither to other hosts nor to the pages of others', async () => {
    const url = await serve()
    const asked = (headers: Record<string, string>) => ask(url, `/${script}`, { headers })
    expect((await asked({ host: 'rebound.example' })).body).toMatchObject({ code: 'HOST_REFUSED' })
    expect((await asked({ origin: 'https://foreign.example' })).body).toMatchObject({ code: 'ORIGIN_REFUSED' })
    expect((await asked({ origin: 'null' })).body).toMatchObject({ code: 'ORIGIN_REFUSED' })
    expect((await ask(url, '/', { method: 'POST', body: {} })).status).toBe(401)
  })

  it('says how to build it where it is not built', async () => {
    const { status, text, headers } = await ask(await serve(Promise.resolve(undefined)), '/')
    expect(status).toBe(200)
    expect(text).toContain('npm run build')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  it('stays whole while a build replaces what was there', async () => {
    const url = await serve()
    rmSync(built, { recursive: true })
    expect((await ask(url, '/')).text).toContain('csp-nonce')
    expect((await ask(url, `/${script}`)).text).toBe('export {}')
    expect(await loadInterface(built)).toBeUndefined()
  })
})
