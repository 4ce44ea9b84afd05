/**
 * What the command line of the app means. The flags are those of the headless node (node/config/options.ts), so that both
 * find the same data folder; `--hidden` starts without a window. Everything else belongs to Chromium or to nobody.
 */

import { contractLimits, paymentLinkScheme } from '../../node/api/contract/index.ts'
import { configFlags, flagsOfOptions, type OptionName } from '../../node/config/index.ts'

export interface Arguments {
  /** By option name, as text: for loadConfig({ flags }). */
  readonly flags: Partial<Record<OptionName, unknown>>
  readonly config: string | undefined
  /** Starts without a window: how the session of the user starts it. */
  readonly hidden: boolean
  /** A payment link to open, not yet parsed. */
  readonly link: string | undefined
}

const attributes: ReadonlyMap<string, string> = new Map(
  configFlags.map(({ flags, attribute }) => [flags.slice(0, flags.indexOf(' ')), attribute]),
)

/** @param argv without the program and, in a checkout, without the app's folder */
export function parseArguments(argv: readonly string[]): Arguments {
  const parsed: Record<string, string> = {}
  let config: string | undefined
  let hidden = false
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] as string
    const equals = argument.indexOf('=')
    const name = equals < 0 ? argument : argument.slice(0, equals)
    if (name === '--hidden') hidden = true
    const attribute = attributes.get(name)
    if (attribute === undefined && name !== '--config') continue
    const next = argv[i + 1]
    const value = equals >= 0 ? argument.slice(equals + 1) : next?.startsWith('--') === true ? undefined : next
    if (value === undefined) continue
    if (equals < 0) i += 1
    if (attribute === undefined) config = value
    else parsed[attribute] = value
  }
  return { flags: flagsOfOptions(parsed), config, hidden, link: linkOf(argv) }
}

/**
 * The payment link among arguments that another program may have chosen: exactly one, and no longer than a link may be.
 * Anything else in there has no meaning: no flag of a second instance reaches the one that runs.
 */
export function linkOf(argv: readonly string[]): string | undefined {
  const links = argv.filter(
    (argument) => argument.slice(0, paymentLinkScheme.length).toLowerCase() === paymentLinkScheme,
  )
  const [link] = links
  if (links.length !== 1 || link === undefined) return undefined
  return link.length <= contractLimits.maxPaymentLinkCharacters ? link : undefined
}
