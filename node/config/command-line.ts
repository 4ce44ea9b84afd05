/** The options as flags of the command line. */
import { isList } from './config-option.ts'
import { describeAllowed } from './describe-allowed.ts'
import { type OptionName, optionNames, optionOf } from './options.ts'

export interface ConfigFlag {
  readonly name: OptionName
  /** As commander and the man page write it: `--api-port <port>`. */
  readonly flags: string
  /** Under what name a parser that turns `--api-port` into a property keeps the value: `apiPort`. */
  readonly attribute: string
  /** It may be given several times. */
  readonly isList: boolean
  readonly description: string
}

export const configFlags: readonly ConfigFlag[] = optionNames.map((name) => {
  const option = optionOf(name)
  const { flag, placeholder, description } = option
  return {
    name,
    isList: isList(option),
    flags: `--${flag} <${placeholder}>`,
    attribute: flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    description: `${description} Allowed: ${describeAllowed(name)}.`,
  }
})

/** Picks the options out of parsed flags, under their own names, for `loadConfig({ flags })`. Other flags are left out. */
export function flagsOfOptions(parsed: Readonly<Record<string, unknown>>): Partial<Record<OptionName, unknown>> {
  const flags: Partial<Record<OptionName, unknown>> = {}
  for (const { name, attribute } of configFlags) {
    if (parsed[attribute] !== undefined) flags[name] = parsed[attribute]
  }
  return flags
}
