/** What a command is run with: where to write, which data folder, and a node to talk to. */
import type { Command } from 'commander'
import type { NodeClient } from '../api/client/index.ts'
import { connectLocalSocket, type LocalConnection, socketPathOf } from '../api/transports/index.ts'
import type { SettledConfig } from '../config/index.ts'
import { NodeError } from '../core/node-error.ts'
import type { Environment } from './environment.ts'
import { CliError } from './errors.ts'
import { createOutput, type Output } from './output.ts'
import { type Flags, type Settings, settleSettings } from './settings.ts'

/** Options that stand before or after any command. */
export interface GlobalOptions {
  readonly dataDir?: string
  readonly network?: string
  readonly config?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly color: boolean
}

export interface CommandContext {
  readonly environment: Environment
  readonly out: Output
  readonly globals: GlobalOptions
  /** Of the flags, the environment and the config file. @throws CliError CONFIG_INVALID */
  settings(flags?: Flags): Settings
  /** The same, with where each value comes from: for a node that is started. */
  settled(flags?: Flags): SettledConfig
  /** Talks to the node of the data folder; the signal fires at Ctrl-C. */
  withNode<T>(use: (client: NodeClient, signal: AbortSignal) => Promise<T>): Promise<T>
  /** The same, where the connection itself is of interest. */
  connect(): Promise<LocalConnection>
}

export function createContext(command: Command, environment: Environment): CommandContext {
  const globals = command.optsWithGlobals<GlobalOptions>()
  const out = outputOf(globals, environment)
  const settled = (flags: Flags = {}): SettledConfig => settleSettings(globals, flags, environment.variables)
  const settings = (flags: Flags = {}): Settings => settled(flags).config
  const connect = (): Promise<LocalConnection> => connectLocalSocket(socketPathOf(settings().dataDir))
  return {
    environment,
    out,
    globals,
    settings,
    settled,
    connect,
    async withNode(use) {
      const connection = await connect()
      const controller = new AbortController()
      const off = environment.onInterrupt(() => controller.abort(interrupted()))
      try {
        return await use(connection.client, controller.signal)
      } finally {
        off()
        connection.close()
      }
    },
  }
}

export function outputOf(globals: Partial<GlobalOptions>, { stdout, stderr, variables, program }: Environment): Output {
  // https://no-color.org: set to anything but the empty string.
  const color = globals.color !== false && (variables.NO_COLOR ?? '') === ''
  return createOutput({ json: globals.json === true, quiet: globals.quiet === true, color, program, stdout, stderr })
}

export function interrupted(): CliError {
  return new CliError('INTERRUPTED', 'Interrupted.', { kind: 'interrupted' })
}

/** True where it is not known whether the node took the call. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof CliError) return error.code === 'INTERRUPTED'
  if (error instanceof NodeError) return error.code === 'CONNECTION_LOST' || error.code === 'MESSAGE_MALFORMED'
  return error instanceof Error && error.name === 'AbortError'
}
