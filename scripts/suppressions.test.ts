import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Rules that carry the architecture: who imports whom, and what pure layers may touch. */
const unsuppressible =
  /biome-ignore(?:-all|-start)?\s+(?:lint(?::|\s)|lint\/(?:plugin|style\/noRestrictedGlobals|nursery\/noJsRestrictedProperties|correctness\/noNodejsModules|suspicious\/noImportCycles)\b)/

describe('suppressions', () => {
  const sources = globSync('{node,electron,renderer,bench,scripts,e2e}/**/*.{ts,tsx,mjs}', { cwd: root }).map(
    (path) => ({
      path,
      text: readFileSync(`${root}/${path}`, 'utf8'),
    }),
  )

  it('reads the sources', () => {
    expect(sources.length).toBeGreaterThan(50)
  })

  it('switches off no rule of the architecture anywhere', () => {
    expect(sources.filter(({ text }) => unsuppressible.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('tells them from suppressions of other rules', () => {
    const ignore = ['biome', 'ignore'].join('-')
    for (const rule of ['lint/plugin', 'lint/plugin/import-rules', 'lint/style/noRestrictedGlobals', 'lint']) {
      expect(unsuppressible.test(`// ${ignore} ${rule}: because`), rule).toBe(true)
      expect(unsuppressible.test(`// ${ignore}-all ${rule}: because`), rule).toBe(true)
    }
    expect(unsuppressible.test(`// ${ignore} lint/suspicious/noExplicitAny: because`)).toBe(false)
  })
})
