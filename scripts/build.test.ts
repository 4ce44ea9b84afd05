/** Builds the bundle as `npm run build` does, with a probe beside it that starts both workers from where they then lie. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { externalPackages, optionalPackages } from './external-packages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Checks one good and one bad signature in the pool, then writes to a database and reads it back. */
const probe = `
import { createVerifierPool } from '${root}node/crypto/verifier-pool.ts'
import { defaultSignatureBackend, generateKeyPair } from '${root}node/crypto/index.ts'
import { createStorage } from '${root}node/storage/index.ts'

const { seed, publicKey } = generateKeyPair('ML-DSA-65')
const message = new Uint8Array(300).fill(7)
const signature = defaultSignatureBackend().openSigningKey('ML-DSA-65', seed).sign(message)
const job = { suite: 'ML-DSA-65', publicKey, message, signature } as const
const pool = createVerifierPool({ workers: 1 })
const answers = await pool.verify([job, { ...job, message: message.subarray(1) }])
await pool.close()

const storage = await createStorage({ file: process.argv[2] as string })
await storage.write.setMeta('probe', Uint8Array.of(1, 2, 3))
const value = await storage.read.meta('probe')
await storage.close()
console.log(JSON.stringify({ answers, value: [...(value ?? [])] }))
`

/** What a syntax tree imports, by declaration or by call with a literal. */
function importsOf(tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return []
  const { type, source } = tree as { type?: unknown; source?: { value?: unknown } | null }
  const isImport = typeof type === 'string' && /^(?:Import|ExportNamed|ExportAll)(?:Declaration|Expression)$/.test(type)
  const own = isImport && typeof source?.value === 'string' ? [source.value] : []
  return [...own, ...Object.values(tree).flatMap(importsOf)]
}

/** All but the folder of the viewer, which the node hands to browsers and does not run. */
function codeIn(folder: string) {
  return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== 'docs-viewer')
}

describe('npm run build', () => {
  let folder = ''
  let built = ''

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'qudag-build-')))
    // As in the project, since the command line reads its version from two folders above.
    built = join(folder, 'dist/node')
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')
    writeFileSync(join(folder, 'probe.ts'), probe)
    const build = `
      import { build } from 'vite'
      await build({
        configFile: ${JSON.stringify(join(root, 'vite.node.config.ts'))},
        root: ${JSON.stringify(root)},
        logLevel: 'warn',
        build: {
          outDir: ${JSON.stringify(built)},
          rolldownOptions: { input: { probe: ${JSON.stringify(join(folder, 'probe.ts'))} } },
        },
      })`
    // A process of its own: the bundler's threads would outlive the test's.
    execFileSync(process.execPath, ['--input-type=module', '--eval', build], { cwd: root, stdio: 'pipe' })
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('lays the command line and the workers flat into one folder', () => {
    const names = codeIn(built)
    expect(names.every((entry) => entry.isFile() && entry.name.endsWith('.js'))).toBe(true)
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['qudag.js', 'storage-worker.js', 'verify-worker.js']),
    )
  })

  it('makes the command line executable, with one first line for the shell', () => {
    const text = readFileSync(join(built, 'qudag.js'), 'utf8')
    expect(text.match(/^#!.*$/gm)).toEqual(['#!/usr/bin/env node'])
    expect(statSync(join(built, 'qudag.js')).mode & 0o111).toBe(0o111)
    expect(execFileSync(process.execPath, [join(built, 'qudag.js'), '--help'], { encoding: 'utf8' })).toContain('qudag')
  })

  it('has the viewer of the API document beside the code, with its licence', () => {
    const names = readdirSync(join(built, 'docs-viewer')).sort()
    expect(names).toEqual(['LICENSE', 'NOTICE', 'swagger-ui-bundle.js', 'swagger-ui.css', 'viewer.css', 'viewer.js'])
  })

  it('needs no package but those with a binary', () => {
    const needed = codeIn(built).flatMap(({ name }) => importsOf(parseAst(readFileSync(join(built, name), 'utf8'))))
    expect(needed.some((source) => source.startsWith('./'))).toBe(true)
    const outside = needed.filter((source) => !source.startsWith('./') && !isBuiltin(source))
    expect([...new Set(outside)].toSorted()).toEqual([...externalPackages, ...optionalPackages].toSorted())
  })

  it('finds its workers beside itself', () => {
    const args = [join(built, 'probe.js'), join(folder, 'probe.sqlite')]
    const output = execFileSync(process.execPath, args, { encoding: 'utf8', cwd: folder })
    expect(JSON.parse(output)).toEqual({ answers: [true, false], value: [1, 2, 3] })
  })
})
