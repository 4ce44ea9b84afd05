import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** All modules that one of ours loads when it is imported, packages by name; type imports load nothing. */
function modulesOf(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen
  seen.add(entry.href)
  const source = readFileSync(entry, 'utf8')
  const imported = source.matchAll(/^(?:import|export)(?! type )(?: [^'();=]* from)? '([^']+)'/gm)
  for (const [, specifier] of imported) {
    if (specifier === undefined) continue
    if (specifier.startsWith('.')) modulesOf(new URL(specifier, entry), seen)
    else seen.add(specifier)
  }
  return seen
}

const builtins = (modules: Set<string>): string[] => [...modules].filter((name) => name.startsWith('node:'))

describe('the door of node/crypto', () => {
  it('loads nothing that a browser lacks', () => {
    const modules = modulesOf(new URL('./index.ts', import.meta.url))
    expect(modules).toContain('@noble/post-quantum/ml-dsa.js')
    for (const inside of ['/backends/node-crypto.ts', '/wasm/ml-dsa-verify.wasm.ts', '/wasm/ml-dsa-sign.wasm.ts']) {
      expect([...modules].some((name) => name.endsWith(inside))).toBe(true)
    }
    expect(builtins(modules)).toEqual([])
  })

  it('is told apart from the pool, which does need Node', () => {
    expect(builtins(modulesOf(new URL('./verifier-pool.ts', import.meta.url)))).toContain('node:worker_threads')
  })
})
