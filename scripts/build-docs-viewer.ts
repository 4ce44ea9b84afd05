/**
 * The viewer of the API's document: files that the node hands to browsers as they are
 * (node/api/transports/http/docs-pages.ts), put beside the code of every build that has a node in it.
 */
import { copyFileSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const fromPackage = ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE']

/**
 * @param root of the project: a configuration is bundled before it runs, so this file does not know where it is
 * @param outDir where the build goes, for builds that do not say so themselves
 */
export function docsViewer(root: string, outDir: string): Plugin {
  return {
    name: 'docs-viewer',
    writeBundle({ dir = outDir }) {
      const target = join(dir, 'docs-viewer')
      cpSync(join(root, 'node/api/transports/http/docs-viewer'), target, { recursive: true })
      for (const name of fromPackage) copyFileSync(join(root, 'node_modules/swagger-ui-dist', name), join(target, name))
    },
  }
}
