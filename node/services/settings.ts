/**
 * The node's options behind the API: shown, and changed in the configuration file. What an option takes and how it is
 * described is the affair of node/config, which is handed in.
 */
import type { describeSettings, SettingsChange, SettingsResult, SettingValue, SettledConfig } from '../config/index.ts'
import { NodeError } from '../core/node-error.ts'
import { readSettingsFile, writeSettingsFile } from './settings-file.ts'
import type { NodeServices } from './types.ts'

/** What node/config knows of options. */
export interface SettingsForm {
  readonly describe: typeof describeSettings
  change(
    settled: SettledConfig,
    text: string | undefined,
    values: Readonly<Record<string, SettingValue>>,
  ): SettingsResult<SettingsChange>
}

export interface SettingsDeps {
  readonly form: SettingsForm
  /** Resolves when the entry is durable. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
  /** Told of options that hold another value from now on, after the file has it. */
  readonly apply: (config: SettledConfig['config'], changed: readonly (keyof SettledConfig['config'])[]) => void
}

/** @param started how the node's options were settled at its start */
export function createSettingsServices(
  started: SettledConfig,
  { form, audit, apply }: SettingsDeps,
): NodeServices['settings'] {
  const { file } = started
  let settled = started
  /** Changes run one after the other: each reads the file that the one before it has written. */
  let last: Promise<unknown> = Promise.resolve()

  const unwrapped = <T>(result: SettingsResult<T>): T => {
    if (result.ok) return result.value
    const { error } = result
    if (error.code === 'SETTINGS_FILE') {
      throw new NodeError('SETTINGS_FILE', `the configuration file cannot be used: ${error.reason}`, {
        hint: `Look at ${file}.`,
        details: { path: file },
      })
    }
    if (error.code === 'SETTING_UNKNOWN') {
      throw new NodeError('SETTING_UNKNOWN', 'there is no such option, or none that can be changed here', {
        hint: 'See docs/configuration.md.',
      })
    }
    throw new NodeError('SETTING_INVALID', `the option ${error.name} does not take this value`, {
      hint: `Allowed is ${error.allowed}.`,
      details: { name: error.name },
    })
  }

  const change = async (values: Readonly<Record<string, SettingValue>>) => {
    const {
      text,
      settled: next,
      applied,
      restartNeeded,
    } = unwrapped(form.change(settled, await readSettingsFile(file), values))
    const names = Object.keys(values)
    if (names.length > 0) {
      const options = names.sort().join(', ')
      await audit('settings.change', { options })
      await writeSettingsFile(file, text).catch(async (cause: unknown) => {
        await audit('settings.change.refused', { options, code: 'SETTINGS_FILE' })
        throw cause
      })
    }
    settled = next
    if (applied.length > 0) apply(next.config, applied)
    return { items: unwrapped(form.describe(settled, text)), restartNeeded }
  }

  return {
    list: async () => ({ file, items: unwrapped(form.describe(settled, await readSettingsFile(file))) }),
    set(values) {
      const done = last.then(() => change(values))
      last = done.catch(() => undefined)
      return done
    },
  }
}
