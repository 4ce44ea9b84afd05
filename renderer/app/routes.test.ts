import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRoute, routeTo, views } from './routes.ts'

const home = { view: 'wallet', path: [], query: {} }

describe('parseRoute', () => {
  it('reads views, what follows, and the query', () => {
    expect(parseRoute('#/network')).toEqual({ view: 'network', path: [], query: {} })
    expect(parseRoute('#/wallet/send?to=ruvd1abc&amount=1%2C5')).toEqual({
      view: 'wallet',
      path: ['send'],
      query: { to: 'ruvd1abc', amount: '1,5' },
    })
    expect(parseRoute('#/settings/')).toEqual({ view: 'settings', path: [], query: {} })
  })

  it.each([
    '',
    '#',
    '#c=AbC',
    '#/nowhere',
    '#/Wallet',
    '#//wallet',
    'javascript:alert(1)',
    '#/wallet/%E0%A4%A',
    `#/wallet/${'x'.repeat(2_000)}`,
  ])('%j is home', (fragment) => expect(parseRoute(fragment)).toEqual(home))

  it('never throws, and stays within the views (property)', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(views).toContain(parseRoute(text).view)
      }),
    )
  })

  it('reads back what routeTo writes (property)', () => {
    const part = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    const query = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), part, { maxKeys: 3, noNullPrototype: true })
    fc.assert(
      fc.property(fc.constantFrom(...views), fc.array(part, { maxLength: 3 }), query, (view, path, fields) => {
        const fragment = routeTo(view, path, fields)
        fc.pre(fragment.length <= 1_024)
        expect(parseRoute(fragment)).toEqual({ view, path, query: fields })
      }),
    )
  })

  it('leaves out what is undefined', () => {
    expect(routeTo('wallet', ['history'], { account: undefined })).toBe('#/wallet/history')
  })
})
