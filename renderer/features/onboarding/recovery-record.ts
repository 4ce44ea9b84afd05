/**
 * What is known here about getting the vault back: whether somebody showed that the recovery phrase was written down, and
 * when the last backup was made. No secret, kept in this browser or app for each vault; where nothing is known, nothing is
 * claimed.
 */
import { z } from 'zod'

const instant = z.iso.datetime()

/**
 * - `pending`: the phrase was shown, and nobody typed words of it back
 * - `confirmed`: words of it were typed back, or the vault was restored from it
 * - `claimed`: its owner said that it is written down, without showing it
 */
export const phraseState = z.enum(['pending', 'confirmed', 'claimed'])
export type PhraseState = z.infer<typeof phraseState>

export const recoveryRecord = z.strictObject({
  phrase: phraseState.nullable(),
  phraseAt: instant.nullable(),
  backupAt: instant.nullable(),
  /** The reminder was put off at this time. */
  remindedAt: instant.nullable(),
})
export type RecoveryRecord = z.infer<typeof recoveryRecord>

export const unknownRecovery: RecoveryRecord = { phrase: null, phraseAt: null, backupAt: null, remindedAt: null }

/** Records by vault. Damaged or foreign text is as none. */
const recordFile = z.record(z.string(), recoveryRecord)
export type RecoveryRecords = Readonly<Record<string, RecoveryRecord>>

/** Vaults that are remembered: more come together only in tests. */
const maxRecords = 64

export function parseRecords(text: string | null): RecoveryRecords {
  if (text === null) return {}
  try {
    const read = recordFile.safeParse(JSON.parse(text))
    return read.success ? read.data : {}
  } catch {
    return {}
  }
}

/** With one record changed; the ones that were written last stay where there are too many. */
export function withRecord(records: RecoveryRecords, vault: string, record: RecoveryRecord): RecoveryRecords {
  const others = Object.entries(records).filter(([other]) => other !== vault)
  return Object.fromEntries([...others.slice(-(maxRecords - 1)), [vault, record]])
}

export function withoutRecord(records: RecoveryRecords, vault: string): RecoveryRecords {
  return Object.fromEntries(Object.entries(records).filter(([other]) => other !== vault))
}

/** One vault a data folder and chain. */
export function vaultKey(node: { readonly chainId: string; readonly dataDir: string }): string {
  return JSON.stringify([node.chainId, node.dataDir])
}

/** Days without a backup or a look at the phrase after which a person may have lost both without noticing. */
export const reminderDays = 90
const dayMs = 86_400_000

export type RecoveryAdvice =
  /** The phrase was shown and not confirmed. */
  | { readonly kind: 'phrase-pending' }
  /** It has been long. */
  | { readonly kind: 'drill'; readonly sinceIso: string }
  | { readonly kind: 'none' }

/** What to say about it now. Nothing where nothing is known: a warning without grounds teaches people to ignore warnings. */
export function recoveryAdvice(record: RecoveryRecord, nowMs: number): RecoveryAdvice {
  if (record.phrase === 'pending' && record.backupAt === null) return { kind: 'phrase-pending' }
  const times = [record.phraseAt, record.backupAt, record.remindedAt].filter((time) => time !== null)
  const latest = times.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1)
  if (latest === undefined || nowMs - Date.parse(latest) < reminderDays * dayMs) return { kind: 'none' }
  const shown = [record.phraseAt, record.backupAt].filter((time) => time !== null)
  const sinceIso = shown.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? latest
  return { kind: 'drill', sinceIso }
}
