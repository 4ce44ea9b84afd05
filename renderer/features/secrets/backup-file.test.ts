import { describe, expect, it } from 'vitest'
import { contractLimits } from '../../../node/api/contract/index.ts'
import { backupFileFault, backupFileName } from './backup-file.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('backupFileName', () => {
  it('has chain and day', () => {
    expect(backupFileName('qudag-dev-1', new Date('2026-11-22T23:59:59Z'))).toBe(
      'qudag-backup-qudag-dev-1-2026-11-22.json',
    )
  })
  it('keeps what no file system takes out of it', () => {
    const name = backupFileName(`../a/b\\c:${'x'.repeat(300)}`, new Date(0))
    expect(name).not.toMatch(/[/\\:]/)
    expect(name.length).toBeLessThanOrEqual(contractLimits.maxFileNameCharacters)
  })
})

describe('backupFileFault', () => {
  it('tells a backup from what is none', () => {
    expect(backupFileFault(utf8('{\n  "kind": "qudag-vault-backup",\n  "version": 1'))).toBeUndefined()
    expect(backupFileFault(utf8('{\n  "kind": "qudag-vault",\n'))).toBe('not-a-backup')
    expect(backupFileFault(Uint8Array.of(0xff, 0xd8, 0xff))).toBe('not-a-backup')
    expect(backupFileFault(new Uint8Array())).toBe('empty')
    expect(backupFileFault(new Uint8Array(contractLimits.maxBackupBytes + 1))).toBe('too-large')
  })
})
