/**
 * `npm run build`: the headless node and command line in dist/node/, one flat folder, since code finds its worker files
 * beside itself (`new URL('./verify-worker.js', import.meta.url)`). Packages of plain JavaScript are bundled; those with
 * a binary stay outside and are installed beside it.
 */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import { docsViewer } from './scripts/build-docs-viewer.ts'
import { externalPackages, optionalPackages } from './scripts/external-packages.ts'

const shebang = '#!/usr/bin/env node\n'
const outDir = 'dist/node'

const inProject = (path: string): string => join(import.meta.dirname, path)

/** The command line starts by its own name on systems that read the first line, and keeps one such line only. */
function executable(fileName: string): Plugin {
  return {
    name: 'executable',
    generateBundle(_, bundle) {
      const chunk = bundle[fileName]
      if (chunk?.type !== 'chunk') throw new Error(`${fileName} was not built`)
      chunk.code = shebang + chunk.code.replace(/^#!.*\n/, '')
    },
    writeBundle: ({ dir = outDir }) => chmodSync(join(dir, fileName), 0o755),
  }
}

/** The benchmark of the app drives it with tools of the tests, which the built program does not bring. It says so when asked. */
function withoutAppBench(): Plugin {
  const id = '\0app-bench-left-out'
  const code = `export async function runAppBench() {
  throw Object.assign(new Error('not in the built program'), { code: 'ERR_MODULE_NOT_FOUND' })
}`
  return {
    name: 'without-app-bench',
    enforce: 'pre',
    resolveId: (source) => (source.endsWith('/bench/app.ts') ? id : undefined),
    load: (loaded) => (loaded === id ? code : undefined),
  }
}

export default defineConfig({
  publicDir: false,
  plugins: [withoutAppBench(), executable('qudag.js'), docsViewer(import.meta.dirname, outDir)],
  ssr: { noExternal: true, external: [...externalPackages, ...optionalPackages] },
  build: {
    ssr: true,
    outDir,
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      input: {
        qudag: inProject('node/cli/main.ts'),
        'storage-worker': inProject('node/storage/storage-worker.ts'),
        'verify-worker': inProject('node/crypto/verify-worker.ts'),
        'pkcs11-process': inProject('node/vault/pkcs11/child/module-process.ts'),
        'sim-worker': inProject('node/cli/sim-worker.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
