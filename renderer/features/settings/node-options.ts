/** The node's options as a form: what a typed text means for an option, and which changes there are to write. */
import type { Setting } from '../../../node/api/contract/index.ts'

export type OptionValue = string | number | null

export type DraftResult =
  | { readonly ok: true; readonly value: OptionValue }
  | { readonly ok: false; readonly fault: 'not-a-number' | 'out-of-range' | 'not-a-choice' }

/** Text of an option as the form starts with it: what the configuration file says, '' where it says nothing. */
export function draftOf(setting: Setting): string {
  return setting.inFile === null ? '' : String(setting.inFile)
}

/** What a typed text means. '' takes the option out of the file: its default holds again. */
export function readDraft(setting: Setting, draft: string): DraftResult {
  const text = draft.trim()
  if (text === '') return { ok: true, value: null }
  if (setting.kind === 'choice') {
    return setting.choices?.includes(text) === false ? { ok: false, fault: 'not-a-choice' } : { ok: true, value: text }
  }
  if (setting.kind !== 'integer') return { ok: true, value: text }
  if (!/^-?\d{1,15}$/.test(text)) return { ok: false, fault: 'not-a-number' }
  const value = Number(text)
  const least = setting.least ?? Number.NEGATIVE_INFINITY
  const most = setting.most ?? Number.POSITIVE_INFINITY
  return value < least || value > most ? { ok: false, fault: 'out-of-range' } : { ok: true, value }
}

export interface OptionChanges {
  /** For `settings.set`; only what differs from the file. */
  readonly values: Readonly<Record<string, OptionValue>>
  readonly faults: Readonly<Record<string, Extract<DraftResult, { ok: false }>['fault']>>
  readonly changed: number
}

/** @param drafts typed texts by option; one that is not there is as it was */
export function changesOf(settings: readonly Setting[], drafts: Readonly<Record<string, string>>): OptionChanges {
  const values: Record<string, OptionValue> = {}
  const faults: Record<string, Extract<DraftResult, { ok: false }>['fault']> = {}
  for (const setting of settings) {
    const draft = drafts[setting.name]
    if (draft === undefined) continue
    const read = readDraft(setting, draft)
    if (!read.ok) faults[setting.name] = read.fault
    else if (read.value !== setting.inFile) values[setting.name] = read.value
  }
  return { values, faults, changed: Object.keys(values).length }
}

/** The value that the file's would come to hold only at the next start. */
export function waitsForRestart(setting: Setting): boolean {
  if (setting.live || setting.value === undefined) return false
  if (isOverruled(setting)) return false
  const next = setting.inFile ?? setting.default
  if (next === setting.value) return false
  // In the file a path may be relative; what is in use is the whole of it.
  return !(setting.kind === 'path' && typeof next === 'string' && isEndOf(next, setting.value))
}

function isEndOf(relative: string, path: OptionValue): boolean {
  const rest = relative.replace(/^(?:\.{1,2}[\\/])+/, '')
  return typeof path === 'string' && path.endsWith(rest)
}

/** Whether a flag or the environment holds the option until the node starts without it. */
export function isOverruled(setting: Setting): boolean {
  return setting.source === 'flag' || setting.source === 'environment'
}
