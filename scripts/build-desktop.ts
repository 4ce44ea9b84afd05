/**
 * Builds the desktop app with its interface (electron.vite.config.ts) where what is there is older than its sources. Sources
 * are told by name, size and time: quick enough for every start.
 */
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode } from './test-run/run-vitest.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const stampFile = join(root, 'dist/electron/sources.sha256')

const sources = [
  '{electron,renderer,node}/**/*',
  'electron.vite.config.ts',
  'scripts/build-docs-viewer.ts',
  'scripts/external-packages.ts',
  'package.json',
  'package-lock.json',
]

/** What a build from the present sources would be known by. @param folder of the project */
export function stampOf(folder: string, env: Readonly<Record<string, string | undefined>>): string {
  const hash = createHash('sha256').update(`electron ${env.ELECTRON_MAJOR_VER ?? ''}\n`)
  const names = sources.flatMap((pattern) => globSync(pattern, { cwd: folder }))
  for (const name of names.toSorted()) {
    if (isNoSource(name)) continue
    const stat = statSync(join(folder, name))
    if (!stat.isFile()) continue
    const { size, mtimeMs } = stat
    hash.update(`${name}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** Tests change nothing of what is built. */
function isNoSource(path: string): boolean {
  return /\.test\.tsx?$|(?:^|[\\/])(?:testing|test-support|vectors)(?:[\\/]|$)/.test(path)
}

/** Builds where that is needed, or `always`. @throws Error where the build fails */
export async function buildDesktop({ always = false }: { readonly always?: boolean } = {}): Promise<void> {
  // Taken before: what changes while it is being built makes it stale.
  const stamp = stampOf(root, process.env)
  if (!always && stamp === readStamp()) return
  const ended = await runNode(['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'])
  if (ended !== 'ended with 0') throw new Error(`the build of the desktop app ${ended}`)
  mkdirSync(join(root, 'dist/electron'), { recursive: true })
  writeFileSync(stampFile, stamp)
}

function readStamp(): string | undefined {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return undefined
  }
}
