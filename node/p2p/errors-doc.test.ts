import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** Codes as the two files of the channel and the binding declare them. */
const inSources = new Set(
  [read('./secure-channel/errors.ts'), read('./binding/errors.ts')].flatMap((source) =>
    [...source.matchAll(/(?:code: |\| )'([A-Z_]+)'/g)].map(([, code]) => code as string),
  ),
)
const [, section = ''] = read('../../docs/errors.md').split(/^## Secure channel$/m)
const [channelSection = ''] = section.split(/^## /m)
const inDocs = [...channelSection.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code as string)

describe('docs/errors.md, "Secure channel"', () => {
  it('has every code of the channel and of the binding once, and none that they do not have', () => {
    expect(inSources.size).toBeGreaterThan(25)
    expect([...inDocs].sort()).toEqual([...inSources].sort())
  })
})
