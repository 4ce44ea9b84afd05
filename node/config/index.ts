/**
 * Configuration. One table of options (options.ts) from which flags, environment, file, settings form and
 * docs/configuration.md come; loadConfig settles them, readConfigFile finds the file.
 */
export { type ConfigFlag, configFlags, flagsOfOptions } from './command-line.ts'
export { type ConfigFile, readConfigFile } from './config-file.ts'
export { describeAllowed } from './describe-allowed.ts'
export type { ConfigError, ConfigProblem, ConfigResult, ConfigSource } from './errors.ts'
export { currentHost, defaultDataDir, type Env, type Host } from './host.ts'
export { type ConfigSources, loadConfig, type SettledConfig, settleConfig, settledBy } from './load-config.ts'
export { type Config, configFileSchema, networkNames, type OptionName, optionNames, options } from './options.ts'
export { capBytesPerSecond, listenAddresses } from './p2p-listen.ts'
export {
  changeSettings,
  describeSettings,
  type SettingEntry,
  type SettingsChange,
  type SettingsError,
  type SettingsResult,
  type SettingValue,
} from './settings-form.ts'
