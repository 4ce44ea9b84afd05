/**
 * `npm run build` and electron-vite: the desktop app. Three parts that share no file:
 * - main, in dist/electron/main, one flat folder: the shell with the node in it, and beside them the entries of the node's
 *   worker threads, which code finds beside itself. Packages of plain JavaScript are bundled; those with a binary stay
 *   outside and come along in the package (electron-builder.yml).
 * - preload, in dist/electron/preload: CommonJS, since a sandboxed preload can be nothing else.
 * - renderer, in dist/renderer: the interface, for windows and for browsers. Whoever serves its pages puts the nonce of
 *   that answer in the place of `noncePlaceholder`; nothing is inlined, so that no policy has to allow it.
 *
 * The versions built for are those of the Electron in package.json, or of ELECTRON_MAJOR_VER.
 * `QUDAG_BUILD_ONLY=renderer node_modules/.bin/electron-vite build` builds the interface alone, `=shell` the rest.
 */
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type UserConfig } from 'electron-vite'
import { docsViewer } from './scripts/build-docs-viewer.ts'
import { externalPackages, optionalPackages } from './scripts/external-packages.ts'

/**
 * Stands in the pages where the nonce of `style-src` belongs (node/api/transports/http/interface-pages.ts, which is not
 * imported, so that the interface can be built whatever state the node is in).
 */
const noncePlaceholder = '__CSP_NONCE__'

const inProject = (path: string): string => join(import.meta.dirname, path)
const mainDir = 'dist/electron/main'

const shell: UserConfig = {
  main: {
    publicDir: false,
    plugins: [docsViewer(import.meta.dirname, mainDir)],
    build: {
      outDir: inProject(mainDir),
      emptyOutDir: true,
      externalizeDeps: false,
      rolldownOptions: {
        external: [...externalPackages, ...optionalPackages],
        input: {
          index: inProject('electron/main/index.ts'),
          'storage-worker': inProject('node/storage/storage-worker.ts'),
          'verify-worker': inProject('node/crypto/verify-worker.ts'),
          'pkcs11-process': inProject('node/vault/pkcs11/child/module-process.ts'),
          'pin-relay': inProject('node/vault/pkcs11/child/pin-relay.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    publicDir: false,
    build: {
      outDir: inProject('dist/electron/preload'),
      emptyOutDir: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: inProject('electron/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
}

const renderer: NonNullable<UserConfig['renderer']> = {
  root: inProject('renderer'),
  publicDir: false,
  plugins: [react()],
  html: { cspNonce: noncePlaceholder },
  build: {
    outDir: inProject('dist/renderer'),
    emptyOutDir: true,
    // Fonts and images as files: the policy takes neither from a `data:` address.
    assetsInlineLimit: 0,
    minify: true,
    // The largest are dictionaries of the password meter, which only forms for passwords load.
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: {
      input: { index: inProject('renderer/index.html'), secret: inProject('renderer/secret.html') },
    },
  },
}

const only = process.env.QUDAG_BUILD_ONLY

export default defineConfig({ ...(only === 'renderer' ? {} : shell), ...(only === 'shell' ? {} : { renderer }) })
