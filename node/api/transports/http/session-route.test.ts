import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../core/clock.ts'
import { seededRng } from '../../../core/rng.ts'
import { httpLimits } from './limits.ts'
import { createHttpListener, type HttpListener } from './listener.ts'
import { addSessionRoute } from './session-route.ts'
import { type Ask, ask, type Reply, temporaryFolder } from './test-support.ts'

const clock = new ManualClock()
const written: string[] = []
let folder: ReturnType<typeof temporaryFolder>
let listener: HttpListener

beforeEach(async () => {
  folder = temporaryFolder()
  written.splice(0)
  listener = await createHttpListener(
    { dataDir: folder.path, port: 0 },
    {
      clock,
      rng: seededRng(2),
      audit: (action, details) => void written.push(`${action} ${JSON.stringify(details)}`),
      onAnswered: (answered) => void written.push(JSON.stringify(answered)),
    },
  )
  addSessionRoute(listener)
})
afterEach(async () => {
  await listener.close()
  folder.remove()
})

const exchange = (code: unknown, more: Ask = {}): Promise<Reply> =>
  ask(listener.url, '/api/v1/session', {
    method: 'POST',
    body: { code },
    headers: { origin: listener.url },
    ...more,
  })
const issue = (): string => listener.sessions.issueCode().code

describe('POST /api/v1/session', () => {
  it('gives a session for a code, and what it gave is the owner’s until its time is over', async () => {
    const { status, body, headers } = await exchange(issue())
    expect(status).toBe(201)
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toEqual({
      token: expect.stringMatching(/^qudag_session_/),
      expiresAt: new Date(clock.nowMs() + httpLimits.sessionMs).toISOString(),
    })
    const token = String(body.token)
    expect(await listener.authenticateToken(token)).toMatchObject({ ok: true, value: { isOwnerSession: true } })
    clock.advance(httpLimits.sessionMs)
    expect(await listener.authenticateToken(token)).toMatchObject({ ok: false })
  })

  it('takes a code once: whoever replays it gets nothing', async () => {
    const code = issue()
    expect((await exchange(code)).status).toBe(201)
    expect((await exchange(code)).body).toMatchObject({ status: 401, code: 'SESSION_CODE_INVALID' })
  })

  it('of two at the same moment, one gets the session', async () => {
    const code = issue()
    const statuses = (await Promise.all([exchange(code), exchange(code), exchange(code)])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([201, 401, 401])
  })

  it('takes a code for a minute', async () => {
    const [early, late] = [issue(), issue()]
    clock.advance(httpLimits.browserCodeMs - 1)
    expect((await exchange(early)).status).toBe(201)
    clock.advance(1)
    expect((await exchange(late)).body).toMatchObject({ status: 401, code: 'SESSION_CODE_INVALID' })
  })

  it.each<[string, Ask, string]>([
    ['another page', { headers: { origin: 'https://foreign.example' } }, 'ORIGIN_REFUSED'],
    ['a page without an origin of its own', { headers: { origin: 'null' } }, 'ORIGIN_REFUSED'],
    ['no page', { headers: {} }, 'ORIGIN_REFUSED'],
    ['no page, with a token', { headers: {}, token: 'x' }, 'ORIGIN_REFUSED'],
    ['a name that was made to resolve here', { headers: { host: 'rebound.example' } }, 'HOST_REFUSED'],
  ])('is not for %s, and the code stays good', async (_, more, refused) => {
    const code = issue()
    expect((await exchange(code, more)).body).toMatchObject({ code: refused })
    expect((await exchange(code)).status).toBe(201)
  })

  it('takes no form and no code in an address', async () => {
    const code = issue()
    const form = { origin: listener.url, 'content-type': 'application/x-www-form-urlencoded' }
    expect((await exchange(code, { headers: form, body: `code=${code}` })).body).toMatchObject({
      code: 'MEDIA_TYPE_UNSUPPORTED',
    })
    expect(
      (await ask(listener.url, `/api/v1/session?code=${code}`, { headers: { origin: listener.url } })).status,
    ).toBe(401)
    for (const wrong of [7, null, 'x'.repeat(129), undefined]) {
      expect((await exchange(wrong)).body).toMatchObject({ code: 'INPUT_INVALID' })
    }
  })

  it('leaves neither code nor session in records and logs', async () => {
    const code = issue()
    const { token } = (await exchange(code)).body
    await exchange(code)
    await expect.poll(() => written.length).toBeGreaterThanOrEqual(3)
    for (const secret of [code, String(token)]) expect(written.join()).not.toContain(secret)
  })
})
