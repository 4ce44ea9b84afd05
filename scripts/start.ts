/**
 * `npm start [-- flags]`: builds what is out of date and starts the desktop app. Where no window can be shown, says why in one
 * line and starts the headless node with its interface in the browser; with --no-open that prints the address instead.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildDesktop } from './build-desktop.ts'
import {
  findElectron,
  hasSandboxHelper,
  installElectron,
  sandboxProblem,
  thisMachine,
  windowProblem,
} from './electron-binary.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)

function run(program: string, programArgs: readonly string[]): void {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const child = spawn(program, programArgs, { cwd: root, stdio: 'inherit', env })
  // The terminal sends an interrupt to both; what is sent to this process alone is passed on.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
}

function electronOrReason(): { readonly electron: string } | { readonly reason: string } {
  // Whoever asks for the address has no use for a window.
  if (args.includes('--no-open')) return { reason: 'Not opening anything.' }
  const machine = thisMachine()
  const problem = windowProblem(machine)
  if (problem !== undefined) return { reason: problem }
  const electron = findElectron(root, process.env) ?? installElectron(root)
  if (electron === undefined) return { reason: 'Electron is not installed here and could not be fetched.' }
  const reason = sandboxProblem(machine, hasSandboxHelper(electron))
  return reason === undefined ? { electron } : { reason }
}

const found = electronOrReason()
await buildDesktop()
if ('electron' in found) run(found.electron, [root, ...args])
else {
  console.error(`${found.reason} Starting the node with its interface for browsers.`)
  run(process.execPath, ['node/cli/main.ts', 'start', ...args])
}
