/** What an option takes, in words made from its schema, so that messages and docs cannot drift from what is checked. */
import { z } from 'zod'
import { type ConfigOption, networkNames, type OptionName, optionOf } from './options.ts'

export function describeAllowed(name: OptionName): string {
  if (name === 'network') return `${networkNames.join(', ')}, or the path of a genesis file`
  if (name === 'apiHost') return 'an IP address, or localhost'
  return allowedBy(optionOf(name))
}

function allowedBy(option: ConfigOption): string {
  if (option.allowedText !== undefined) return option.allowedText
  const schema = z.toJSONSchema(option.schema)
  if (schema.enum !== undefined) return schema.enum.join(' or ')
  if (schema.type === 'integer') return `a whole number from ${schema.minimum} to ${schema.maximum}`
  return `a path of at most ${schema.maxLength} characters`
}
