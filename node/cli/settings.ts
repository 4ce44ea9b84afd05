/** Flags, environment and configuration file, settled by node/config. */
import {
  type Config,
  configFlags,
  flagsOfOptions,
  readConfigFile,
  type SettledConfig,
  settleConfig,
} from '../config/index.ts'
import { usageError } from './errors.ts'

export type Settings = Config
/** Parsed options of a command, under the names commander gives them; others than configuration's are left out. */
export type Flags = Readonly<Record<string, unknown>>

/** Options of `node start` beyond those that every command takes. */
export const startFlags = configFlags.filter(({ name }) => name !== 'dataDir' && name !== 'network')

/** With where each value comes from. @throws CliError CONFIG_INVALID (usage), every problem in its message */
export function settleSettings(
  globals: { readonly dataDir?: string; readonly network?: string; readonly config?: string },
  flags: Flags,
  variables: Readonly<Record<string, string | undefined>>,
): SettledConfig {
  const file = readConfigFile({ config: globals.config, dataDir: globals.dataDir }, variables)
  if (!file.ok) throw invalid(file.error.message)
  const all = { ...flagsOfOptions(flags), ...flagsOfOptions({ dataDir: globals.dataDir, network: globals.network }) }
  const loaded = settleConfig({ flags: all, env: variables, file: file.value })
  if (!loaded.ok) throw invalid(loaded.error.message)
  return loaded.value
}

function invalid(problems: string) {
  return usageError(`The configuration cannot be used. ${problems}`, 'See docs/configuration.md.', 'CONFIG_INVALID')
}
