/** What is known of getting this node's vault back. */
import { useEffect } from 'react'
import { useSessionStore } from '../session/store.ts'
import { type RecoveryRecord, unknownRecovery, vaultKey } from './recovery-record.ts'
import { followOtherTabs, useRecoveryStore } from './recovery-store.ts'

export interface Recovery {
  readonly record: RecoveryRecord
  /** Adds to what is known; `at` of what is noted is now. */
  notePhrase(phrase: NonNullable<RecoveryRecord['phrase']>): void
  noteBackup(): void
  noteReminder(): void
  forget(): void
}

/** Null until it is known which vault it is. */
export function useRecovery(): Recovery | null {
  const info = useSessionStore((state) => state.info)
  const key = info === null ? null : vaultKey(info)
  const record = useRecoveryStore(({ records }) => (key === null ? undefined : records[key]))
  useEffect(followOtherTabs, [])
  if (key === null) return null
  const { note, forget } = useRecoveryStore.getState()
  const now = () => new Date().toISOString()
  return {
    record: record ?? unknownRecovery,
    notePhrase: (phrase) => note(key, { phrase, phraseAt: now() }),
    noteBackup: () => note(key, { backupAt: now() }),
    noteReminder: () => note(key, { remindedAt: now() }),
    forget: () => forget(key),
  }
}
