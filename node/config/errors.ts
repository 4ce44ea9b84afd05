/** Why a configuration was refused. */

export type ConfigSource = 'flag' | 'env' | 'file'

/** One refused value or name. */
export interface ConfigProblem {
  readonly source: ConfigSource
  /** The flag with its dashes, the variable, or the key as it was written. */
  readonly name: string
  /** What was given, shortened; absent where it may be a secret or there is no value to show. */
  readonly given?: string
  readonly allowed: string
  /** The known name nearest to an unknown one. */
  readonly nearest?: string
}

/** A flag, variable, key or file that cannot be used. Every problem found, in order of precedence. */
export interface ConfigError {
  readonly code: 'CONFIG_INVALID'
  readonly problems: readonly ConfigProblem[]
  /** The problems in words, one a line. Holds no secret. */
  readonly message: string
}

/** As in core, declared here too because this folder imports zod only. */
export type ConfigResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ConfigError }

export function refuse(problems: readonly ConfigProblem[]): { readonly ok: false; readonly error: ConfigError } {
  return { ok: false, error: { code: 'CONFIG_INVALID', problems, message: problems.map(inWords).join('\n') } }
}

function inWords({ source, name, given, allowed, nearest }: ConfigProblem): string {
  const place = source === 'file' ? `${name} in the configuration file` : name
  const value = given === undefined ? '' : ` is ${given}`
  const suggestion = nearest === undefined ? '' : `; did you mean ${nearest}?`
  return `${place}${value}: ${allowed}${suggestion}`
}
