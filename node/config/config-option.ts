/** What an option of the node is. The table of them: options.ts. */
import { z } from 'zod'
import type { Env, Host } from './host.ts'

export interface ConfigOption<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema
  /** One or two sentences for --help, the settings form and the docs. */
  readonly description: string
  /** The long flag without its dashes. */
  readonly flag: string
  /** What stands for the value in --help. */
  readonly placeholder: string
  /** Environment variable that stands for the flag. */
  readonly env?: string
  /** The default, and how the docs put it where it differs from machine to machine. */
  readonly defaultOf: (host: Host, env: Env) => z.output<Schema> | undefined
  readonly defaultText?: string
  /** What it takes, in words, where its schema does not say it. */
  readonly allowedText?: string
  /** Whether a running node takes a new value; otherwise it applies at the next start. */
  readonly liveChange: boolean
  /** A path: relative ones start at the working folder, in a file at the file's own. */
  readonly isPath?: boolean
  /** Its value is never shown, because people type a password where its file is asked for. */
  readonly sensitive?: boolean
}

/** Keeps the schema's type, which a plain annotation would widen. */
export function option<Schema extends z.ZodType>(value: ConfigOption<Schema>): ConfigOption<Schema> {
  return value
}

/** Takes a list: in the file an array, elsewhere its items separated by commas, as a flag also one at a time. */
export function isList({ schema }: ConfigOption): boolean {
  return schema instanceof z.ZodArray
}

/** The items of a text. A comma stands in no address. */
export function itemsOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

export const noYes = z.enum(['no', 'yes'])
