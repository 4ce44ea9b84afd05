/**
 * Proves that the import and purity rules of biome.json catch what they are meant to: a tree of the real layout with
 * one violation a file, linted once with the real configuration. Beside the violations stand clean twins that must
 * pass, and the number of files read is compared, so that a check that reads nothing fails.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { badForms, importForm, importRule, shapes, syntaxes } from './planted-violations/import-syntax.ts'
import { impurities, pureTwins, restrictedGlobal, restrictedProperty } from './planted-violations/impure-code.ts'
import { rows } from './planted-violations/rows.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Planted {
  readonly path: string
  readonly code: string
  /** Category of the rule, or how a plugin's message begins; null for a clean twin. */
  readonly expected: string | null
}

class Garden {
  readonly files: Planted[] = []

  add(folder: string, code: string, expected: string | null, name = `planted-${this.files.length}.ts`): void {
    this.files.push({ path: `${folder}/${name}`, code: `${code}\n`, expected })
  }
}

function plantRows(garden: Garden): void {
  for (const { folder, allowed, allowedTypes, refused } of rows) {
    for (const specifier of refused) {
      garden.add(folder, `export { x } from '${specifier}'`, importRule)
      garden.add(folder, `export const y = await import('${specifier}')`, importRule)
      // Not a type-only import: the module is still loaded.
      garden.add(folder, `import { type X } from '${specifier}'\nexport type Y = X`, importRule)
      if (allowedTypes?.includes(specifier) === true) continue
      garden.add(folder, `import type { X } from '${specifier}'\nexport type Y = X`, importRule)
    }
    for (const specifier of allowed) {
      garden.add(folder, `export { x } from '${specifier}'`, null)
      garden.add(folder, `export const y = await import('${specifier}')`, null)
    }
    for (const specifier of [...allowed, ...(allowedTypes ?? [])]) {
      garden.add(folder, `/** Why. */\nimport type { X } from '${specifier}'\nexport type Y = X`, null)
      garden.add(folder, `export type { X } from '${specifier}'`, null)
    }
  }
  // A row about one file, so all of it in one: three that are allowed, one that is not.
  const client = ["'./contract/a.ts'", "'../core/a.ts'", "'@orpc/client'", "'./handlers/a.ts'"]
  garden.add('node/api', client.map((source) => `export * from ${source}`).join('\n'), importRule, 'client.ts')
}

function plantSyntax(garden: Garden): void {
  for (const shape of shapes) {
    const isShortest = !/^\.\/|\w\/\.\./.test(shape)
    for (const [, write, expected] of syntaxes)
      garden.add('node/ledger', write(shape), isShortest ? expected : importForm)
  }
  for (const code of badForms)
    for (const folder of ['node/ledger', 'node/services']) garden.add(folder, code, importForm)
}

function plantImpurity(garden: Garden): void {
  for (const folder of ['node/core', 'node/ledger', 'node/consensus', 'node/sim', 'node/sim/adversaries']) {
    for (const [code, expected] of impurities) garden.add(folder, code, expected)
    for (const code of pureTwins) garden.add(folder, code, null)
  }
  // Other layers own timers and talk to the machine; the same code is theirs to write.
  garden.add('node/services', 'export const y = [setTimeout(() => {}, 1), Date.now(), Math.random(), globalThis]', null)
  garden.add('node/light-client', 'export const y = process.env.HOME', restrictedGlobal)
  garden.add('node/light-client', 'export const y = Buffer.from([1])', restrictedGlobal)
}

/** Tests read vectors and reach test support; what they may not do is depend on the hour, or on a layer above. */
function plantTests(garden: Garden): void {
  const reads =
    "import { readFileSync } from 'node:fs'\nimport { it } from 'vitest'\nexport const y = [readFileSync, it]"
  const support = "import { x } from '../../scripts/test-support/a.ts'\nexport const y = [x, process.env.HOME]"
  for (const name of ['core', 'ledger', 'consensus', 'sim', 'light-client']) {
    garden.add(`node/${name}`, reads, null, 'reads.test.ts')
    garden.add(`node/${name}`, support, null, 'support.test.ts')
    garden.add(`node/${name}`, "export { x } from '../storage/a.ts'", importRule, 'above.test.ts')
  }
  garden.add('node/consensus', "export { x } from '../ledger/a.ts'", null, 'ledger.test.ts')
  garden.add('node/core', "export { x } from '../ledger/a.ts'", importRule, 'ledger.test.ts')
  garden.add('node/vault', "export { x } from './testing/a.ts'", null, 'testing.test.ts')
  garden.add('node/vault', "export { x } from '../services/a.ts'", importRule, 'services.test.ts')
  garden.add('node/vault', "export { x } from './testing/a.ts'", importForm)
  garden.add('node/cli', "export { x } from '../api/testing/a.ts'", null, 'testing.test.ts')
  garden.add('node/cli', "export { x } from '../vault/a.ts'", null, 'vault.test.ts')
  garden.add('node/cli', "export { x } from '../../renderer/a.ts'", importRule, 'renderer.test.ts')
  garden.add('node/api/handlers', "export { x } from '../transports/a.ts'", null, 'transports.test.ts')
  garden.add('node/ledger', 'export const y = Date.now()', restrictedGlobal, 'hour.test.ts')
  garden.add('node/ledger', 'export const y = Math.random()', restrictedProperty, 'chance.test.ts')
}

function plantGeneral(garden: Garden): void {
  const cycle = 'lint/suspicious/noImportCycles'
  garden.add('node/p2p', "import { b } from './b.ts'\nexport const a = () => b", cycle, 'a.ts')
  garden.add('node/p2p', "import { a } from './a.ts'\nexport const b = () => a", cycle, 'b.ts')
  const floating = 'async function save(): Promise<void> {}\nexport function go() {\n  save()\n}'
  garden.add('node/p2p', floating, 'lint/nursery/noFloatingPromises')
  garden.add('node/p2p', floating.replace('save()\n}', 'return save()\n}'), null)
  garden.add('node/p2p', 'export function go(x: any) {\n  return x\n}', 'lint/suspicious/noExplicitAny')
  garden.add('node/p2p', "import { x } from '../core/a.ts'\nexport const y = 1", 'lint/correctness/noUnusedImports')
  garden.add('node/p2p', 'export function go() {\n  const x = 1\n}', 'lint/correctness/noUnusedVariables')
  garden.add('node/p2p', "console.log('x')", 'lint/suspicious/noConsole')
  garden.add('node/cli', "console.log('x')", null)
  garden.add('node/p2p', "import { y } from 'fs'\nexport const x = y", 'lint/style/useNodejsImportProtocol')
  garden.add('node/p2p', 'export const y = 1', 'lint/style/useFilenamingConvention', 'camelCase.ts')
}

interface Diagnostic {
  readonly category: string
  readonly severity: string
  readonly message: string
  readonly location: { readonly path: string } | null
}

interface Report {
  readonly summary: { readonly changed: number; readonly unchanged: number; readonly diagnosticsNotPrinted: number }
  readonly diagnostics: readonly Diagnostic[]
}

/** Lints `folder` with the configuration in it. */
function lint(folder: string, ...paths: readonly string[]): Report {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const options = ['--colors=off', '--max-diagnostics=none', '--reporter=json']
  const run = spawnSync(process.execPath, [biome, 'lint', ...options, ...paths], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 << 20,
  })
  if (!run.stdout.startsWith('{')) throw new Error(`biome did not run: ${run.stderr}`)
  return JSON.parse(run.stdout) as Report
}

describe('planted violations', () => {
  const garden = new Garden()
  for (const plant of [plantRows, plantSyntax, plantImpurity, plantTests, plantGeneral]) plant(garden)
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'planted-')))
  let report: Report
  let byPath: Map<string, readonly Diagnostic[]>

  beforeAll(() => {
    cpSync(join(root, 'biome.json'), join(scratch, 'biome.json'))
    cpSync(join(root, 'tooling'), join(scratch, 'tooling'), { recursive: true })
    for (const { path, code } of garden.files) {
      mkdirSync(dirname(join(scratch, path)), { recursive: true })
      writeFileSync(join(scratch, path), code, { flag: 'wx' })
    }
    report = lint(scratch, 'node', 'bench', 'renderer', 'electron')
    byPath = Map.groupBy(report.diagnostics, (diagnostic) => diagnostic.location?.path ?? '')
  }, 120_000)

  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  const matches = (diagnostic: Diagnostic, expected: string): boolean =>
    diagnostic.severity === 'error' &&
    (diagnostic.category === expected || (diagnostic.category === 'plugin' && diagnostic.message.startsWith(expected)))

  it('reads every planted file, and no plugin fails', () => {
    const { changed, unchanged, diagnosticsNotPrinted } = report.summary
    expect(changed + unchanged).toBe(garden.files.length)
    expect(garden.files.length).toBeGreaterThan(1_000)
    expect(diagnosticsNotPrinted).toBe(0)
    expect(report.diagnostics.filter(({ message }) => message.includes('errored'))).toEqual([])
  })

  it('reports each violation by its rule', () => {
    const missed = garden.files.filter(
      ({ path, expected }) => expected !== null && !byPath.get(path)?.some((found) => matches(found, expected)),
    )
    expect(missed).toEqual([])
  })

  it('passes each clean twin', () => {
    const accused = garden.files.filter(({ path, expected }) => expected === null && byPath.has(path))
    expect(accused.map(({ path, code }) => ({ path, code, found: byPath.get(path) }))).toEqual([])
  })

  it('tells the one refused import of a file from its allowed ones', () => {
    expect(byPath.get('node/api/client.ts')?.filter((found) => found.category === 'plugin')).toHaveLength(1)
  })

  it('has a row for every folder of node/', () => {
    const folders = readdirSync(join(root, 'node'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const known = new Set(rows.filter(({ allowed }) => allowed.length > 0).map(({ folder }) => folder.split('/')[1]))
    expect(folders.map(({ name }) => name).filter((name) => name !== 'api' && !known.has(name))).toEqual([])
  })
})
