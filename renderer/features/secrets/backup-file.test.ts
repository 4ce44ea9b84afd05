import { describe, expect, it } from 'vitest'
import { contractLimits } from '../../../node/api/contract/index.ts'
import { backupFileFault, backupFileName } from './backup-file.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('backupFileName', () => {
  it('has network and day', () => {
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
    // As the node writes it: fields in alphabetical order, so that the kind comes late.
    const file = (kind: string) =>
      utf8(`{\n  "checksum": "00",\n  "ciphertext": "${'0'.repeat(500)}",\n  "kind": "${kind}"\n}\n`)
    expect(backupFileFault(file('qudag-vault-backup'))).toBeUndefined()
    expect(backupFileFault(file('qudag-vault'))).toBe('not-a-backup')
    expect(backupFileFault(utf8('null'))).toBe('not-a-backup')
    expect(backupFileFault(utf8('{"kind": "qudag-vault-backup"'))).toBe('not-a-backup')
    expect(backupFileFault(Uint8Array.of(0xff, 0xd8, 0xff))).toBe('not-a-backup')
    expect(backupFileFault(new Uint8Array())).toBe('empty')
    expect(backupFileFault(new Uint8Array(contractLimits.maxBackupBytes + 1))).toBe('too-large')
  })
})
