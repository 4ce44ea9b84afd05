// Runs a TypeScript script on the Node line that the project is made for: `node scripts/with-node.mjs <script> [args]`.
// npm puts node_modules/.bin, and so that Node, first on the path; this is for whoever starts a script by another Node.
// Plain JavaScript, since an older Node cannot read anything else.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const neededMajor = 24

const [script, ...args] = process.argv.slice(2)
if (script === undefined) throw new Error('usage: node scripts/with-node.mjs <script> [arguments]')

if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  process.argv.splice(1, 2, resolve(script))
  await import(pathToFileURL(resolve(script)).href)
} else {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const local = fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url))
  if (existsSync(local)) {
    const child = spawn(local, [script, ...args], { stdio: 'inherit' })
    // The terminal sends an interrupt to both; what is sent to this process alone is passed on.
    process.on('SIGINT', () => undefined)
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('exit', (code) => process.exit(code ?? 1))
  } else {
    console.error(
      `Node ${neededMajor} is needed and this is ${process.version}; npm install puts one into node_modules.`,
    )
    process.exitCode = 1
  }
}
