/** Settles every option: flags before environment before file before defaults. */
import { dirname, join, posix, win32 } from 'node:path'
import type { ConfigFile } from './config-file.ts'
import { isList, itemsOf } from './config-option.ts'
import { describeAllowed } from './describe-allowed.ts'
import { type ConfigProblem, type ConfigResult, type ConfigSource, refuse } from './errors.ts'
import { currentHost, type Env, type Host } from './host.ts'
import { limits } from './limits.ts'
import { nearestName } from './nearest-name.ts'
import { type Config, networkNames, type OptionName, optionNames, optionOf } from './options.ts'

export interface ConfigSources {
  /** Values by option name (`dataDir`), as text or already converted; undefined counts as not given. */
  readonly flags?: Readonly<Record<string, unknown>>
  readonly env?: Env
  /** From readConfigFile. */
  readonly file?: ConfigFile | undefined
  readonly host?: Host
}

/** A configuration that knows where it comes from: what the settings form is made of. */
export interface SettledConfig {
  readonly config: Config
  readonly origins: Readonly<Record<OptionName, ConfigSource | 'default'>>
  /** What each option is where nobody says. */
  readonly defaults: Readonly<Record<OptionName, unknown>>
  /** The configuration file that the next start reads, absolute. It need not be there yet. */
  readonly file: string
}

/**
 * The complete configuration, or every problem at once (CONFIG_INVALID).
 *
 * Paths come out absolute: those of flags and environment from the working folder, those of a file from its folder.
 */
export function loadConfig(sources: ConfigSources): ConfigResult<Config> {
  const settled = settleConfig(sources)
  return settled.ok ? { ok: true, value: settled.value.config } : settled
}

/** The same, with where each value comes from. */
export function settleConfig(sources: ConfigSources): ConfigResult<SettledConfig> {
  const host = sources.host ?? currentHost()
  const env = sources.env ?? {}
  const problems: ConfigProblem[] = []
  const flags = sources.flags ?? {}
  for (const name of Object.keys(flags)) {
    if (!isOption(name)) problems.push(unknownName('flag', name, [...optionNames]))
  }
  const file = sources.file === undefined ? {} : keysOfFile(sources.file, problems)

  const settled: Record<string, unknown> = {}
  const defaults: Record<string, unknown> = {}
  const origins: Record<string, ConfigSource | 'default'> = {}
  for (const name of optionNames) {
    const option = optionOf(name)
    const fromEnv = option.env === undefined ? undefined : env[option.env]
    const given: ReadonlyArray<{ source: ConfigSource; label: string; value: unknown; folder: string }> = [
      { source: 'flag', label: `--${option.flag}`, value: flags[name], folder: host.workingDir },
      // An empty variable is the way to unset one for a single command.
      { source: 'env', label: option.env ?? '', value: fromEnv === '' ? undefined : fromEnv, folder: host.workingDir },
      { source: 'file', label: name, value: file[name], folder: dirname(sources.file?.path ?? host.workingDir) },
    ]
    defaults[name] = option.defaultOf(host, env)
    // All sources are checked, also those that a stronger one overrides: a bad value must not lie in wait.
    for (const { source, label, value, folder } of given) {
      if (value === undefined) continue
      const parsed = option.schema.safeParse(source === 'file' ? value : fromText(name, value))
      if (!parsed.success) {
        const shown = option.sensitive === true ? undefined : quote(value)
        problems.push({
          source,
          name: label,
          ...(shown === undefined ? {} : { given: shown }),
          allowed: `allowed is ${describeAllowed(name)}`,
        })
      } else if (origins[name] === undefined) {
        origins[name] = source
        settled[name] = isFilePath(name, parsed.data) ? absolute(host, folder, parsed.data as string) : parsed.data
      }
    }
    if (origins[name] !== undefined) continue
    origins[name] = 'default'
    settled[name] = defaults[name]
  }
  const config = settled as unknown as Config
  // A validator's words decide; whoever records them today must not be able to stand in for its neighbours later.
  if (config.validatorKeyFile !== undefined && config.allowClassicalPeers === 'yes') {
    const origin = origins.allowClassicalPeers
    problems.push({
      source: origin === undefined || origin === 'default' ? 'flag' : origin,
      name: origin === 'file' ? 'allowClassicalPeers' : '--allow-classical-peers',
      given: '"yes"',
      allowed: 'a validator talks to post-quantum peers only',
    })
  }
  if (problems.length > 0) return refuse(problems)
  return {
    ok: true,
    value: {
      config,
      origins: origins as SettledConfig['origins'],
      defaults: defaults as SettledConfig['defaults'],
      file: sources.file?.path ?? join(config.dataDir, 'config.json'),
    },
  }
}

/** Of values that a program has settled on its own: they hold until it ends, whatever a file says. */
export function settledBy(config: Config, host: Host = currentHost(), env: Env = {}): SettledConfig {
  return {
    config,
    origins: Object.fromEntries(optionNames.map((name) => [name, 'flag'])) as SettledConfig['origins'],
    defaults: Object.fromEntries(
      optionNames.map((name) => [name, optionOf(name).defaultOf(host, env)]),
    ) as SettledConfig['defaults'],
    file: join(config.dataDir, 'config.json'),
  }
}

function isOption(name: string): name is OptionName {
  return optionNames.some((known) => known === name)
}

/** The file's keys and values; what is wrong with it as a whole or with its keys goes to `problems`. */
function keysOfFile({ path, text, named }: ConfigFile, problems: ConfigProblem[]): Record<string, unknown> {
  const whole = (allowed: string) => {
    problems.push({ source: 'file', name: JSON.stringify(path), allowed })
    return {}
  }
  if (new TextEncoder().encode(text).length > limits.maxFileBytes) {
    return whole(`at most ${limits.maxFileBytes} bytes are allowed`)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The parser's message quotes the text, and the text may hold what somebody took for the place of a password.
    return whole('JSON is needed')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return whole('a JSON object is needed')
  const keys = parsed as Record<string, unknown>
  for (const key of Object.keys(keys)) {
    if (!isOption(key)) problems.push(unknownName('file', key, [...optionNames]))
  }
  if (!named && Object.hasOwn(keys, 'dataDir')) {
    problems.push({
      source: 'file',
      name: 'dataDir',
      allowed: 'a file that was found in the data folder cannot name another; use --data-dir, or --config for the file',
    })
  }
  // Own properties only: "__proto__" and "constructor" are no values.
  return Object.fromEntries(Object.entries(keys).filter(([key]) => isOption(key)))
}

function unknownName(source: ConfigSource, name: string, known: readonly string[]): ConfigProblem {
  const nearest = nearestName(name, known)
  const label = name.length > limits.maxQuotedLength ? `${name.slice(0, limits.maxQuotedLength)}…` : name
  return {
    source,
    name: JSON.stringify(label),
    allowed: 'no such option',
    ...(nearest === undefined ? {} : { nearest }),
  }
}

/** Flags and variables are text; numbers among them are plain decimal digits, so that "1e3", " 5" and "0x10" are refused. */
function fromText(name: OptionName, value: unknown): unknown {
  if (isList(optionOf(name))) {
    const texts = Array.isArray(value) ? value : [value]
    return texts.every((text) => typeof text === 'string') ? texts.flatMap(itemsOf) : value
  }
  if (typeof value !== 'string') return value
  const wantsNumber = optionOf(name).schema.safeParse('x').error?.issues[0]?.code === 'invalid_type'
  return wantsNumber && /^(?:0|[1-9]\d{0,15})$/.test(value) ? Number(value) : value
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value
  return text.length > limits.maxQuotedLength ? `${text.slice(0, limits.maxQuotedLength)}…` : text
}

function isFilePath(name: OptionName, value: unknown): boolean {
  return optionOf(name).isPath === true || (name === 'network' && !networkNames.some((network) => network === value))
}

function absolute(host: Host, folder: string, path: string): string {
  return (host.platform === 'win32' ? win32 : posix).resolve(folder, path)
}
