import { describe, expect, it } from 'vitest'
import { createRecoveryStore, type RecoveryStorage } from './recovery-store.ts'

function memory(): RecoveryStorage & { text: string | null } {
  return {
    text: null,
    getItem() {
      return this.text
    },
    setItem(_, text) {
      this.text = text
    },
  }
}

describe('the recovery store', () => {
  it('keeps what is noted, a change at a time', () => {
    const storage = memory()
    const store = createRecoveryStore(storage)
    store.getState().note('v', { phrase: 'pending', phraseAt: '2026-01-01T00:00:00.000Z' })
    store.getState().note('v', { backupAt: '2026-01-02T00:00:00.000Z' })
    const kept = createRecoveryStore(storage).getState().records
    expect(kept).toEqual(store.getState().records)
    expect(kept.v).toEqual({
      phrase: 'pending',
      phraseAt: '2026-01-01T00:00:00.000Z',
      backupAt: '2026-01-02T00:00:00.000Z',
      remindedAt: null,
    })
  })

  it('does not undo what another tab noted meanwhile', () => {
    const storage = memory()
    const [one, other] = [createRecoveryStore(storage), createRecoveryStore(storage)]
    one.getState().note('v', { phrase: 'confirmed' })
    other.getState().note('w', { phrase: 'claimed' })
    one.getState().reload()
    expect(Object.keys(one.getState().records)).toEqual(['v', 'w'])
    one.getState().forget('v')
    other.getState().reload()
    expect(Object.keys(other.getState().records)).toEqual(['w'])
  })

  it('works on where storage is switched off', () => {
    const off = () => {
      throw new Error('denied')
    }
    const store = createRecoveryStore({ getItem: off, setItem: off })
    store.getState().note('v', { phrase: 'confirmed' })
    expect(store.getState().records.v?.phrase).toBe('confirmed')
  })
})
