/**
 * `npm run package`: builds the headless node with its command line and packs it as dist/qudag-exchange-<version>.tgz,
 * which `npm install --global <file>` installs. It needs the packages with a binary only; all else is in the bundle.
 * The interface for browsers comes with it. The desktop app is packaged by `npm run package:desktop` (docs/desktop.md).
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildDesktop } from './build-desktop.ts'
import { externalPackages, optionalPackages } from './external-packages.ts'
import { runNode } from './test-run/run-vitest.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const staging = join(root, 'dist/package')

interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

async function step(name: string, args: readonly string[]): Promise<void> {
  const ended = await runNode(args)
  if (ended !== 'ended with 0') throw new Error(`${name} ${ended}`)
}

await step('the build', ['node_modules/vite/bin/vite.js', 'build', '--config', 'vite.node.config.ts'])
await buildDesktop()

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
rmSync(staging, { recursive: true, force: true })
mkdirSync(join(staging, 'dist'), { recursive: true })
cpSync(join(root, 'dist/node'), join(staging, 'dist/node'), { recursive: true })
cpSync(join(root, 'dist/renderer'), join(staging, 'dist/renderer'), { recursive: true })
for (const name of ['README.md', 'LICENSE']) {
  if (existsSync(join(root, name))) cpSync(join(root, name), join(staging, name), { recursive: true })
}
writeFileSync(
  join(staging, 'package.json'),
  `${JSON.stringify(
    {
      name: manifest.name,
      version: manifest.version,
      description: manifest.description,
      license: manifest.license,
      type: 'module',
      bin: { qudag: 'dist/node/qudag.js' },
      engines: { node: '>=24.18' },
      dependencies: Object.fromEntries(externalPackages.map((name) => [name, manifest.dependencies[name]])),
      optionalDependencies: Object.fromEntries(
        optionalPackages.map((name) => [name, manifest.optionalDependencies[name]]),
      ),
    },
    null,
    2,
  )}\n`,
)

const npm = process.env.npm_execpath
if (npm === undefined) throw new Error('start it by npm run package, which says where npm is')
await step('npm pack', [npm, 'pack', staging, '--pack-destination', join(root, 'dist'), '--ignore-scripts', '--silent'])
console.log(
  `dist/${manifest.name}-${manifest.version}.tgz: the headless node with its interface for browsers, and the command line`,
)
