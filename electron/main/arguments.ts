/**
 * What the command line of the app means. The flags are those of the headless node (node/config/options.ts), so that both
 * find the same data folder; `--hidden` starts without a window. Everything else belongs to Chromium or to nobody.
 */

import { contractLimits, networkLinkScheme, paymentLinkScheme } from '../../node/api/contract/index.ts'
import { configFlags, flagsOfOptions, type OptionName } from '../../node/config/index.ts'

export interface Arguments {
  /** By option name, as text: for loadConfig({ flags }). */
  readonly flags: Partial<Record<OptionName, unknown>>
  readonly config: string | undefined
  /** Starts without a window: how the session of the user starts it. */
  readonly hidden: boolean
  /** A link to open, not yet parsed. */
  readonly link: string | undefined
}

const attributes: ReadonlyMap<string, string> = new Map(
  configFlags.map(({ flags, attribute }) => [flags.slice(0, flags.indexOf(' ')), attribute]),
)

const lists: ReadonlySet<string> = new Set(configFlags.filter(({ isList }) => isList).map(({ attribute }) => attribute))

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
    // A list may be given one item at a time; commas join it.
    else parsed[attribute] = lists.has(attribute) && parsed[attribute] ? `${parsed[attribute]},${value}` : value
  }
  return { flags: flagsOfOptions(parsed), config, hidden, link: linkOf(argv) }
}

/** Schemes of links that the system may have this app open. */
export const linkSchemes = [paymentLinkScheme, networkLinkScheme] as const

const hasScheme = (text: string, scheme: string): boolean => text.slice(0, scheme.length).toLowerCase() === scheme

/** A link to a network, as against one to pay by. */
export function isNetworkLink(link: string): boolean {
  return hasScheme(link, networkLinkScheme)
}

/**
 * The link among arguments that another program may have chosen: exactly one, and no longer than a link may be.
 * Anything else in there has no meaning: no flag of a second instance reaches the one that runs.
 */
export function linkOf(argv: readonly string[]): string | undefined {
  const links = argv.filter((argument) => linkSchemes.some((scheme) => hasScheme(argument, scheme)))
  const [link] = links
  if (links.length !== 1 || link === undefined) return undefined
  return link.length <= maxLinkCharacters(link) ? link : undefined
}

/** Of a link of its kind. */
export function maxLinkCharacters(link: string): number {
  return isNetworkLink(link) ? contractLimits.maxNetworkLinkCharacters : contractLimits.maxPaymentLinkCharacters
}
