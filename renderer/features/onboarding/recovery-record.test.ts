import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  parseRecords,
  type RecoveryRecord,
  recoveryAdvice,
  reminderDays,
  unknownRecovery,
  vaultKey,
  withRecord,
} from './recovery-record.ts'

const at = (day: number) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString()
const ms = (day: number) => Date.parse(at(day))

describe('recoveryAdvice', () => {
  it('says nothing where nothing is known', () => {
    expect(recoveryAdvice(unknownRecovery, ms(1_000))).toEqual({ kind: 'none' })
  })

  it('warns of an unconfirmed phrase until there is a backup or a word of the owner', () => {
    const pending: RecoveryRecord = { ...unknownRecovery, phrase: 'pending', phraseAt: at(0) }
    expect(recoveryAdvice(pending, ms(0))).toEqual({ kind: 'phrase-pending' })
    expect(recoveryAdvice({ ...pending, backupAt: at(1) }, ms(2))).toEqual({ kind: 'none' })
    expect(recoveryAdvice({ ...pending, phrase: 'claimed' }, ms(1))).toEqual({ kind: 'none' })
  })

  it('reminds after the set days, counting from the latest of phrase, backup and reminder', () => {
    const record: RecoveryRecord = { ...unknownRecovery, phrase: 'confirmed', phraseAt: at(0) }
    expect(recoveryAdvice(record, ms(reminderDays) - 1)).toEqual({ kind: 'none' })
    expect(recoveryAdvice(record, ms(reminderDays))).toEqual({ kind: 'drill', sinceIso: at(0) })
    const backedUp = { ...record, backupAt: at(50) }
    expect(recoveryAdvice(backedUp, ms(reminderDays))).toEqual({ kind: 'none' })
    expect(recoveryAdvice(backedUp, ms(50 + reminderDays))).toEqual({ kind: 'drill', sinceIso: at(50) })
    expect(recoveryAdvice({ ...backedUp, remindedAt: at(140) }, ms(150))).toEqual({ kind: 'none' })
    expect(recoveryAdvice({ ...backedUp, remindedAt: at(140) }, ms(240))).toEqual({ kind: 'drill', sinceIso: at(50) })
  })
})

describe('parseRecords', () => {
  it('reads back what was written', () => {
    const records = withRecord({}, 'v', { phrase: 'pending', phraseAt: at(0), backupAt: null, remindedAt: null })
    expect(parseRecords(JSON.stringify(records))).toEqual(records)
  })

  it('takes anything else for nothing (property)', () => {
    expect(parseRecords(null)).toEqual({})
    expect(parseRecords('{"v":{"phrase":"sure"}}')).toEqual({})
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseRecords(text)).toBeTypeOf('object')
      }),
    )
  })
})

describe('withRecord', () => {
  it('replaces, and forgets the oldest of too many', () => {
    let records = {}
    for (let vault = 0; vault < 70; vault += 1) records = withRecord(records, `v${vault}`, unknownRecovery)
    expect(Object.keys(records)).toHaveLength(64)
    expect(Object.keys(records)).not.toContain('v0')
    expect(Object.keys(withRecord(records, 'v69', unknownRecovery))).toHaveLength(64)
  })
})

it('tells vaults apart by chain and folder', () => {
  expect(vaultKey({ chainId: 'a', dataDir: 'b' })).not.toBe(vaultKey({ chainId: 'a', dataDir: 'c' }))
  expect(vaultKey({ chainId: 'a"', dataDir: 'b' })).not.toBe(vaultKey({ chainId: 'a', dataDir: '"b' }))
})
