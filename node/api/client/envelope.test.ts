import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRequestMessage, isResponseMessage } from './envelope.ts'

const request = (payload: unknown, rest: object = {}): string => JSON.stringify({ i: '1', p: payload, ...rest })

describe('isRequestMessage', () => {
  it('takes calls and aborts', () => {
    expect(isRequestMessage(request({ u: '/node/status', b: {} }))).toBe(true)
    expect(
      isRequestMessage(request({ u: '/vault/unlock', b: { json: { password: 'ab' }, meta: [[40, 'password']] } })),
    ).toBe(true)
    expect(isRequestMessage(JSON.stringify({ i: '1', t: 4 }))).toBe(true)
  })

  it.each([
    ['no JSON', '{"i":'],
    ['null', 'null'],
    ['an array', '[]'],
    ['no id', JSON.stringify({ p: { u: '/node/status' } })],
    ['an id without end', JSON.stringify({ i: 'x'.repeat(33), p: { u: '/node/status' } })],
    ['no payload', JSON.stringify({ i: '1' })],
    ['an item of a stream, which would be queued without limit', JSON.stringify({ i: '1', t: 3, p: { e: 'message' } })],
    ['a body announced as a stream', request({ u: '/node/status', h: { 'content-type': 'text/event-stream' } })],
    ['a file', request({ u: '/node/status', h: { 'content-disposition': 'attachment; filename="x"' } })],
    ['another method', request({ u: '/node/status', m: 'GET' })],
    ['another origin', request({ u: 'http://elsewhere/node/status' })],
    ['a path that climbs', request({ u: '/../node' })],
    ['a body that is no serialized value', request({ u: '/node/status', b: 'text' })],
    ['paths that are none', request({ u: '/node/status', b: { json: 1, meta: [1] } })],
  ])('refuses %s', (_, text) => {
    expect(isRequestMessage(text)).toBe(false)
  })

  it('never throws (property)', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof isRequestMessage(text) === 'boolean'))
  })
})

describe('isResponseMessage', () => {
  it('takes answers, errors, and streams', () => {
    expect(isResponseMessage(request({ b: { json: { ok: true } } }))).toBe(true)
    expect(isResponseMessage(request({ s: 422, b: { json: { code: 'X' } } }))).toBe(true)
    expect(isResponseMessage(request({ h: { 'content-type': 'text/event-stream' } }))).toBe(true)
    expect(isResponseMessage(JSON.stringify({ i: '1', t: 3, p: { e: 'message', d: { json: 1 } } }))).toBe(true)
  })

  it.each([
    ['an item without its kind', JSON.stringify({ i: '1', t: 3, p: {} })],
    ['a status that is none', request({ s: 1 })],
    ['a file', request({ h: { 'content-disposition': 'attachment; filename="x"' } })],
    ['a request', JSON.stringify({ i: '1', t: 9, p: {} })],
  ])('refuses %s', (_, text) => {
    expect(isResponseMessage(text)).toBe(false)
  })
})
