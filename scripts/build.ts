/** `npm run build`: the headless node with the command line, in dist/node, and the desktop app with the interface. */
import { buildDesktop } from './build-desktop.ts'
import { runNode } from './test-run/run-vitest.ts'

const ended = await runNode(['node_modules/vite/bin/vite.js', 'build', '--config', 'vite.node.config.ts'])
if (ended !== 'ended with 0') throw new Error(`the build of the node ${ended}`)
await buildDesktop({ always: true })
