/**
 * The options as a form: what holds now, where it comes from, what the configuration file says, and a new file where
 * something is changed. Text in, text out; who reads and writes the file is node/services/settings.ts.
 *
 * Left out are the data folder, which a file found in it cannot name, and files of secrets, whose values are never shown.
 */
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { isList, itemsOf } from './config-option.ts'
import { describeAllowed } from './describe-allowed.ts'
import type { ConfigSource } from './errors.ts'
import { limits } from './limits.ts'
import type { SettledConfig } from './load-config.ts'
import { type OptionName, optionNames, optionOf } from './options.ts'

export type SettingValue = string | number | null

export interface SettingEntry {
  readonly name: OptionName
  readonly description: string
  readonly kind: 'choice' | 'integer' | 'text' | 'path'
  readonly choices?: readonly string[]
  readonly least?: number
  readonly most?: number
  /** What holds now; null where there is none. */
  readonly value: SettingValue
  /** As the file has it; null where it says nothing. */
  readonly inFile: SettingValue
  readonly default: SettingValue
  readonly source: 'default' | 'file' | 'environment' | 'flag'
  readonly live: boolean
}

export type SettingsError =
  /** No option, or none that a form may change. */
  | { readonly code: 'SETTING_UNKNOWN'; readonly name: string }
  /** The option does not take this value, or not beside the others. */
  | { readonly code: 'SETTING_INVALID'; readonly name: OptionName; readonly allowed: string }
  /** The file is not one of ours: too long, or no JSON object. */
  | { readonly code: 'SETTINGS_FILE'; readonly reason: string }

export type SettingsResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SettingsError }

export interface SettingsChange {
  /** The whole new file. */
  readonly text: string
  /** As it holds from now on: options that a running node takes have their new values. */
  readonly settled: SettledConfig
  /** Options among them whose value is another now. */
  readonly applied: readonly OptionName[]
  /** Something of it holds at the next start only. */
  readonly restartNeeded: boolean
}

const formNames = optionNames.filter((name) => name !== 'dataDir' && optionOf(name).sensitive !== true)

/** @param text of the configuration file; undefined where there is none */
export function describeSettings(
  settled: SettledConfig,
  text: string | undefined,
): SettingsResult<readonly SettingEntry[]> {
  const keys = keysOf(text)
  return keys.ok ? { ok: true, value: formNames.map((name) => entryOf(name, settled, keys.value)) } : keys
}

/**
 * All of it or nothing. What the file has besides stays as it is.
 *
 * @param values null takes an option out of the file
 */
export function changeSettings(
  settled: SettledConfig,
  text: string | undefined,
  values: Readonly<Record<string, SettingValue>>,
): SettingsResult<SettingsChange> {
  const keys = keysOf(text)
  if (!keys.ok) return keys
  const changed = new Map(Object.entries(keys.value))
  const config: Record<string, unknown> = { ...settled.config }
  const origins = { ...settled.origins }
  const applied: OptionName[] = []
  let restartNeeded = false
  for (const [name, value] of Object.entries(values)) {
    if (!isInForm(name)) return { ok: false, error: { code: 'SETTING_UNKNOWN', name } }
    const given = inFile(name, value)
    if (given === null) changed.delete(name)
    else if (optionOf(name).schema.safeParse(given).success) changed.set(name, given)
    else return { ok: false, error: { code: 'SETTING_INVALID', name, allowed: describeAllowed(name) } }
    // What a flag or the environment says holds on, now and at the next start.
    if (origins[name] === 'flag' || origins[name] === 'env') continue
    const next = given ?? settled.defaults[name]
    if (!optionOf(name).liveChange) {
      restartNeeded ||= !isSame(name, next, settled)
      continue
    }
    origins[name] = value === null ? 'default' : 'file'
    if (isEqual(config[name], next)) continue
    config[name] = next
    applied.push(name)
  }
  const unfit = misfitOf(Object.fromEntries(changed), settled)
  if (unfit !== undefined) return { ok: false, error: unfit }
  const newText = `${JSON.stringify(Object.fromEntries(changed), null, 2)}\n`
  if (new TextEncoder().encode(newText).length > limits.maxFileBytes) {
    return { ok: false, error: { code: 'SETTINGS_FILE', reason: `more than ${limits.maxFileBytes} bytes` } }
  }
  return {
    ok: true,
    value: {
      text: newText,
      settled: { ...settled, config: config as unknown as SettledConfig['config'], origins },
      applied,
      restartNeeded,
    },
  }
}

/** A list is one text in the form and an array in the file. */
function inFile(name: OptionName, value: SettingValue): unknown {
  return typeof value === 'string' && isList(optionOf(name)) ? itemsOf(value) : value
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || (Array.isArray(one) && Array.isArray(other) && one.join() === other.join())
}

/** Whether the value, as it would stand in the file, is what holds already. */
function isSame(name: OptionName, value: unknown, { config, file }: SettledConfig): boolean {
  if (isEqual(value, config[name])) return true
  return optionOf(name).isPath === true && typeof value === 'string' && resolve(dirname(file), value) === config[name]
}

function isInForm(name: string): name is OptionName {
  return formNames.some((known) => known === name)
}

/**
 * What a node would not start with though each value is sound: reachable by other machines without a word that it may be,
 * or without TLS, or half of TLS. Somebody who sets it in a form could not set it back there.
 */
function misfitOf(keys: Readonly<Record<string, unknown>>, settled: SettledConfig): SettingsError | undefined {
  const next = (name: OptionName): unknown =>
    settled.origins[name] === 'flag' || settled.origins[name] === 'env'
      ? settled.config[name]
      : (keys[name] ?? settled.defaults[name])
  const hasCert = next('tlsCertFile') !== undefined
  const hasKey = next('tlsKeyFile') !== undefined
  if (hasCert !== hasKey) {
    return {
      code: 'SETTING_INVALID',
      name: 'tlsCertFile',
      allowed: 'a certificate and its key come together; the key file is named in the configuration file itself',
    }
  }
  if (next('validatorKeyFile') !== undefined && next('allowClassicalPeers') === 'yes') {
    return {
      code: 'SETTING_INVALID',
      name: 'allowClassicalPeers',
      allowed: 'a validator talks to post-quantum peers only',
    }
  }
  const host = String(next('apiHost'))
  const isLoopback = host === 'localhost' || host === '::1' || /^127\./.test(host)
  if (isLoopback || (next('allowRemote') === 'yes' && hasCert)) return undefined
  return {
    code: 'SETTING_INVALID',
    name: 'apiHost',
    allowed: 'an address that other machines can reach takes allowRemote yes, tlsCertFile and tlsKeyFile as well',
  }
}

function entryOf(name: OptionName, settled: SettledConfig, keys: Readonly<Record<string, unknown>>): SettingEntry {
  const option = optionOf(name)
  return {
    name,
    description: option.description,
    ...kindOf(name),
    value: shown(settled.config[name]),
    inFile: shown(keys[name]),
    default: shown(settled.defaults[name]),
    source: sourceNames[settled.origins[name]],
    live: option.liveChange,
  }
}

const sourceNames: Readonly<Record<ConfigSource | 'default', SettingEntry['source']>> = {
  default: 'default',
  file: 'file',
  env: 'environment',
  flag: 'flag',
}

function kindOf(name: OptionName): Pick<SettingEntry, 'kind' | 'choices' | 'least' | 'most'> {
  const option = optionOf(name)
  const { type, enum: choices, minimum, maximum } = z.toJSONSchema(option.schema)
  if (choices !== undefined) return { kind: 'choice', choices: choices.map(String) }
  if (type === 'integer') {
    return {
      kind: 'integer',
      ...(minimum === undefined ? {} : { least: minimum }),
      ...(maximum === undefined ? {} : { most: maximum }),
    }
  }
  return { kind: option.isPath === true ? 'path' : 'text' }
}

function shown(value: unknown): SettingValue {
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(', ')
  return typeof value === 'string' || typeof value === 'number' ? value : null
}

function keysOf(text: string | undefined): SettingsResult<Readonly<Record<string, unknown>>> {
  if (text === undefined) return { ok: true, value: {} }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = undefined
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { ok: false, error: { code: 'SETTINGS_FILE', reason: 'it holds no JSON object' } }
  }
  return { ok: true, value: parsed as Record<string, unknown> }
}
