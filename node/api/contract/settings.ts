/** The node's own options, as its configuration file has them: what docs/configuration.md lists, for a form. */
import { z } from 'zod'
import { commonErrors, declareErrors, settingsErrors } from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'

const value = z.union([z.string(), z.number(), z.null()])

export const setting = z.object({
  name: z.string(),
  description: z.string(),
  kind: z.enum(['choice', 'integer', 'text', 'path']),
  /** Of a choice. */
  choices: z.array(z.string()).optional(),
  /** Of an integer. */
  least: z.number().optional(),
  most: z.number().optional(),
  /** What holds now; null where there is none. Left out for what is never shown. */
  value: value.optional(),
  /** What the configuration file says; null where it says nothing. */
  inFile: value,
  default: value,
  /** Where the value comes from. `flag` and `environment` hold until the next start, whatever the file says. */
  source: z.enum(['default', 'file', 'environment', 'flag']),
  /** Whether a change holds at once, or at the next start. */
  live: z.boolean(),
})
export type Setting = z.infer<typeof setting>

const errors = declareErrors({ ...commonErrors, ...settingsErrors })

export const settingsContract = {
  list: procedure('owner')
    .errors(errors)
    .output(z.object({ file: z.string(), items: z.array(setting) })),
  /** Writes the configuration file; null takes the option out of it. All or none. */
  set: procedure('owner')
    .errors(errors)
    .input(z.strictObject({ values: z.record(z.string().max(limits.maxLabelCharacters), value) }))
    .output(z.object({ items: z.array(setting), restartNeeded: z.boolean() })),
}
