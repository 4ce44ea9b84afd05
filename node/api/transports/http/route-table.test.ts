import { describe, expect, it } from 'vitest'
import { createRouteTable } from './route-table.ts'
import type { HttpRoute } from './types.ts'

const route = (method: HttpRoute['method'], template: string): HttpRoute => ({
  method,
  template,
  access: [],
  handle: () => undefined,
})

function setUp() {
  const table = createRouteTable()
  for (const added of [
    route('GET', '/things/{id}'),
    route('GET', '/things/latest'),
    route('GET', '/things'),
    route('POST', '/things'),
  ]) {
    table.add(added)
  }
  const templateOf = (method: string, path: string) => {
    const found = table.find(method, path)
    return found !== undefined && 'route' in found ? `${found.route.method} ${found.route.template}` : found
  }
  return { table, templateOf }
}

describe('createRouteTable', () => {
  it('finds by method and path, words before parameters', () => {
    const { table, templateOf } = setUp()
    expect(templateOf('GET', '/things/latest')).toBe('GET /things/latest')
    expect(templateOf('HEAD', '/things')).toBe('GET /things')
    expect(templateOf('POST', '/things')).toBe('POST /things')
    expect(table.find('GET', '/things/a%20b')).toMatchObject({ params: { id: 'a b' } })
  })

  it('says which methods a known path has', () => {
    const { table } = setUp()
    expect(table.find('DELETE', '/things')).toEqual({ allow: ['GET', 'HEAD', 'POST'], template: '/things' })
    expect(table.find('POST', '/things/7')).toEqual({ allow: ['GET', 'HEAD'], template: '/things/{id}' })
  })

  it.each([
    '',
    '/',
    '/thing',
    '/things/',
    '/things//',
    '/things/1/2',
    '//things',
    '/things/%zz',
    '/things/%ff',
    '/Things',
  ])('knows nothing at "%s"', (path) => {
    expect(setUp().table.find('GET', path)).toBeUndefined()
  })

  it('reads a parameter as text, dots and slashes among it', () => {
    const { table } = setUp()
    for (const [path, id] of [
      ['/things/..', '..'],
      ['/things/%2e%2e%2fx', '../x'],
      ['/things/__proto__', '__proto__'],
    ] as const) {
      expect(table.find('GET', path)).toMatchObject({ params: { id } })
    }
  })

  it('refuses two routes of one method and path', () => {
    expect(() => setUp().table.add(route('GET', '/things'))).toThrow('two routes')
  })
})
