import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** All modules of ours that one loads when it is imported, and the packages by name; type imports load nothing. */
function modulesOf(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen
  seen.add(entry.href)
  const imported = readFileSync(entry, 'utf8').matchAll(/^(?:import|export)(?! type )(?: [^'();=]* from)? '([^']+)'/gm)
  for (const [, specifier] of imported) {
    if (specifier === undefined) continue
    if (specifier.startsWith('.')) modulesOf(new URL(specifier, entry), seen)
    else seen.add(specifier)
  }
  return seen
}

describe.each(['./index.ts', '../binding/index.ts'])('the door %s', (door) => {
  it('loads nothing that a browser lacks', () => {
    const modules = [...modulesOf(new URL(door, import.meta.url))]
    expect(modules.some((name) => name.endsWith('/secure-channel/node-primitives.ts'))).toBe(true)
    expect(modules).toContain('@noble/curves/ed25519.js')
    expect(modules.filter((name) => name.startsWith('node:'))).toEqual([])
  })
})
