/** The node's options, as a form shows them. */

/** One of the node's options, for a form. */
export interface SettingView {
  readonly name: string
  readonly description: string
  readonly kind: 'choice' | 'integer' | 'text' | 'path'
  readonly choices?: readonly string[]
  readonly least?: number
  readonly most?: number
  /** Left out for what is never shown. */
  readonly value?: string | number | null
  readonly inFile: string | number | null
  readonly default: string | number | null
  readonly source: 'default' | 'file' | 'environment' | 'flag'
  readonly live: boolean
}

export interface SettingsServices {
  list(): Promise<{ file: string; items: readonly SettingView[] }>
  /** Null takes an option out of the file. All or none. @throws NodeError SETTING_UNKNOWN, SETTING_INVALID, SETTINGS_FILE */
  set(
    values: Readonly<Record<string, string | number | null>>,
  ): Promise<{ items: readonly SettingView[]; restartNeeded: boolean }>
}
