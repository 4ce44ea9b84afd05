/**
 * Packages the desktop app for this system (electron-builder.yml): `npm run package:desktop [-- options of electron-builder]`.
 * The build is made for the Electron that goes into the package.
 */
import { buildDesktop } from './build-desktop.ts'
import { runNode } from './test-run/run-vitest.ts'

/** @param options of electron-builder. @throws Error where a step fails */
export async function packageDesktop(options: readonly string[]): Promise<void> {
  await buildDesktop()
  const ended = await runNode(['node_modules/electron-builder/cli.js', '--publish', 'never', ...options])
  if (ended !== 'ended with 0') throw new Error(`electron-builder ${ended}`)
}

if (import.meta.main) await packageDesktop(process.argv.slice(2))
