import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { httpLimits } from './limits.ts'
import { openApiDocument } from './openapi.ts'

const page = readFileSync(new URL('../../../../docs/rest.md', import.meta.url), 'utf8')

it('docs/rest.md has every route of the document, and no other', async () => {
  const { paths = {} } = await openApiDocument('1')
  const described = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const listed = [...page.matchAll(/^\| `((?:GET|POST|DELETE) [^`]+)` \|/gm)].map(([, route]) => route)
  expect([...new Set(listed)].sort()).toEqual([...described, 'GET /docs'].sort())
})

it('docs/rest.md has every limit with its value', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)])
  expect(Object.fromEntries(rows)).toEqual({ ...httpLimits })
})
