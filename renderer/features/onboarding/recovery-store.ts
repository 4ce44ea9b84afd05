/** The recovery records of this browser or app, in its local storage. Another tab's change shows here too. */
import { create } from 'zustand'
import {
  parseRecords,
  type RecoveryRecord,
  type RecoveryRecords,
  unknownRecovery,
  withoutRecord,
  withRecord,
} from './recovery-record.ts'

const storageKey = 'qudag.recovery'

/** `localStorage`, or what stands for it. Both may throw: storage can be switched off. */
export interface RecoveryStorage {
  getItem(key: string): string | null
  setItem(key: string, text: string): void
}

export interface RecoveryState {
  readonly records: RecoveryRecords
  /** Changes what is known of a vault. */
  note(vault: string, change: Partial<RecoveryRecord>): void
  forget(vault: string): void
  /** Reads anew what another tab may have written. */
  reload(): void
}

export function createRecoveryStore(storage: RecoveryStorage) {
  const read = (): RecoveryRecords => {
    try {
      return parseRecords(storage.getItem(storageKey))
    } catch {
      return {}
    }
  }
  return create<RecoveryState>((set) => {
    const write = (records: RecoveryRecords) => {
      set({ records })
      try {
        storage.setItem(storageKey, JSON.stringify(records))
      } catch {
        // Full or switched off: it is known until the page closes.
      }
    }
    return {
      records: read(),
      note(vault, change) {
        const records = read()
        write(withRecord(records, vault, { ...(records[vault] ?? unknownRecovery), ...change }))
      },
      forget: (vault) => write(withoutRecord(read(), vault)),
      reload: () => set({ records: read() }),
    }
  })
}

const nothingKept: RecoveryStorage = { getItem: () => null, setItem: () => {} }

function pageStorage(): RecoveryStorage {
  try {
    return globalThis.localStorage ?? nothingKept
  } catch {
    return nothingKept
  }
}

export const useRecoveryStore = createRecoveryStore(pageStorage())

/** Follows other tabs. Returns what ends it. */
export function followOtherTabs(): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    if (key === storageKey || key === null) useRecoveryStore.getState().reload()
  }
  window.addEventListener('storage', onStorage)
  return () => window.removeEventListener('storage', onStorage)
}
