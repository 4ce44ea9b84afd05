/** `qudag token` as a script uses it: real processes against a real socket, with services in memory behind it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeServices, type FakeServices, fakeAddress } from '../api/test-support/fake-services.ts'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { createLocalSocketServer, type LocalSocketServer } from '../api/transports/index.ts'
import { errorOf, jsonOf, type Ran, runProgram } from './test-support/run-program.ts'
import { tokensText, tokenText } from './token-text.ts'

// A process costs a third of a second, more where others use the cores.
vi.setConfig({ testTimeout: 60_000 })

const dataDir = join(temporaryFolder('cli-token'), 'data')
let fake: FakeServices
let server: LocalSocketServer

const run = (...args: string[]): Promise<Ran> => runProgram(['token', ...args], { dataDir })

beforeAll(() => void mkdirSync(dataDir, { mode: 0o700 }))
beforeEach(async () => {
  await server?.close()
  fake = createFakeServices()
  const info = { pid: 1, chainId: 'c0', network: 'dev', apiUrl: null, tokenFile: null, dataDir }
  server = await createLocalSocketServer({ dataDir, closeGraceMs: 100 }, { services: fake.services, info: () => info })
})
afterAll(() => server.close())

describe('qudag token', () => {
  it('create with every limit, list, revoke', async () => {
    const recipients = [fakeAddress(1), fakeAddress(2), fakeAddress(3)]
    const limitArgs = ['--per-transaction', '5', '--per-day', '20.5', '--recipient', recipients[0], recipients[1]]
    const before = Date.now()
    const created = await run(
      ...['create', '--label', 'shop', '--scope', 'spend, read,spend', ...(limitArgs as string[])],
      ...['--recipient', recipients[2] as string, '--expires-in', '30d', '--json'],
    )
    expect(created).toMatchObject({ code: 0, stderr: '' })
    const view = jsonOf(created) as { token: string; id: string; expiresAt: string }
    const limits = { perTransaction: '5000000', perDay: '20500000', recipients }
    expect(view).toMatchObject({ label: 'shop', scopes: ['spend', 'read'], limits, spentToday: '0' })
    expect(view.token).toMatch(/^qdx_/)
    const lifeMs = Date.parse(view.expiresAt) - 30 * 86_400_000
    expect(lifeMs >= before && lifeMs <= Date.now()).toBe(true)

    const { token, ...listed } = view
    const list = await run('list', '--json')
    expect(jsonOf(list)).toEqual([listed])
    expect(list.stdout).not.toContain(token)
    expect(jsonOf(await run('revoke', view.id, '--json'))).toEqual({ id: view.id })
    const again = await run('revoke', view.id, '--json')
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(again)).toMatchObject({ code: 'TOKEN_UNKNOWN', hint: expect.stringContaining('token list') })
  })

  it('shows the token on stdout only, and says what it may do without limits', async () => {
    const reader = await run('create', '--label', 'reader', '--scope', 'read')
    expect(reader.code).toBe(0)
    expect(reader.stdout).toMatch(/^Token +qdx_[A-Za-z0-9_-]{49}\n/)
    expect(reader.stderr).not.toContain('qdx_')
    expect(reader.stderr).not.toContain('--per-day')
    const spender = await run('create', '--label', 'spender', '--scope', 'spend', '--per-transaction', '1')
    expect(spender.stderr).toContain('it may spend all that the vault holds')
    expect(fake.tokens.created.map(({ expiresAtMs }) => expiresAtMs)).toEqual([undefined, undefined])
  })

  it.each([
    ['no label', ['--scope', 'read'], 'USAGE'],
    ['no scope', ['--label', 'x'], 'USAGE'],
    ['a scope that is none', ['--label', 'x', '--scope', 'read,secret'], 'USAGE'],
    ['an empty scope', ['--label', 'x', '--scope', ''], 'USAGE'],
    ['a limit that is no amount', ['--label', 'x', '--scope', 'spend', '--per-day', '1e3'], 'AMOUNT_INVALID'],
    [
      'a recipient with a typing error',
      ['--label', 'x', '--scope', 'spend', '--recipient', 'ruvd1x'],
      'ADDRESS_INVALID',
    ],
    ['a time that is none', ['--label', 'x', '--scope', 'read', '--expires-in', '0d'], 'USAGE'],
    ['a time without its unit', ['--label', 'x', '--scope', 'read', '--expires-in', '30'], 'USAGE'],
    ['a time beyond ten years', ['--label', 'x', '--scope', 'read', '--expires-in', '3651d'], 'USAGE'],
  ])('is not created with %s', async (_, args, code) => {
    const ran = await run('create', ...args, '--json')
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(errorOf(ran).code).toBe(code)
    expect(fake.tokens.created).toEqual([])
  })
})

describe('tokens, for reading', () => {
  const token = {
    id: '4f1c09ab77d2',
    label: 'shop\u202e',
    scopes: ['read', 'spend'] as ('read' | 'spend')[],
    limits: { perDay: '20000000', recipients: ['ruvd1a', 'ruvd1b'] },
    createdAt: '2025-06-15T15:06:40.000Z',
    expiresAt: '2025-07-15T15:06:40.000Z',
    spentToday: '1500000',
  }

  it('name every limit and recipient', () => {
    const shown = tokenText(token, 'qdx_x')
    for (const part of ['qdx_x', '4f1c09ab77d2', 'read, spend', '20 rUv', 'ruvd1a', 'ruvd1b', token.expiresAt]) {
      expect(shown).toContain(part)
    }
    expect(shown).toContain('shop\\u{202e}')
    expect(tokenText(token)).not.toContain('Token')
  })

  it('say which limit is missing, and what has expired', () => {
    const reader = {
      ...token,
      id: 'b',
      label: 'reader',
      scopes: ['read' as const],
      limits: {},
      expiresAt: null,
      spentToday: '0',
    }
    const [heading, spends, reads] = tokensText([token, reader], Date.parse(token.expiresAt)).split('\n')
    expect(heading).toMatch(/^Id .*Spent in 24 h .*Expires$/)
    expect(spends).toMatch(/1\.5 rUv +20 rUv +any +2 +2025-07-15T15:06:40\.000Z \(expired\)$/)
    expect(reads).toMatch(/^b +reader +read +0 rUv +never$/)
    expect(tokensText([token], Date.parse(token.expiresAt) - 1)).not.toContain('(expired)')
    expect(tokensText([], 0)).toContain('qudag token create')
  })
})
