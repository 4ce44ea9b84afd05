import { describe, expect, it } from 'vitest'
import { runSecretStart, type SecretStartDeps } from './start-secret.ts'

function deps(over: Partial<SecretStartDeps> & { readonly exists?: boolean }) {
  const notes: string[] = []
  const made: SecretStartDeps = {
    requestSecret: async () => {
      notes.push('opened')
      return true
    },
    vaultExists: async () => over.exists ?? true,
    notePhrase: (state) => notes.push(state),
    noteBackup: () => notes.push('backup'),
    forget: () => notes.push('forgotten'),
    ...over,
  }
  return { made, notes }
}

describe('runSecretStart', () => {
  it('notes an unconfirmed phrase before it is shown, and the confirmation after', async () => {
    const { made, notes } = deps({})
    expect(await runSecretStart('create', made)).toEqual({ kind: 'made', phraseConfirmed: true })
    expect(notes).toEqual(['pending', 'opened', 'confirmed'])
  })

  it('keeps it unconfirmed where the form was left after the vault was made', async () => {
    const { made, notes } = deps({ requestSecret: async () => false })
    expect(await runSecretStart('create', made)).toEqual({ kind: 'made', phraseConfirmed: false })
    expect(notes).toEqual(['pending'])
  })

  it('forgets where nothing was made', async () => {
    const { made, notes } = deps({ requestSecret: async () => false, exists: false })
    expect(await runSecretStart('create', made)).toEqual({ kind: 'left' })
    expect(notes).toEqual(['pending', 'forgotten'])
  })

  it('takes a phrase that was typed in, and a backup that was read, for seen', async () => {
    const restored = deps({})
    await runSecretStart('restore', restored.made)
    expect(restored.notes).toEqual(['opened', 'confirmed'])
    const fromBackup = deps({})
    expect(await runSecretStart('restore-backup', fromBackup.made)).toEqual({ kind: 'made', phraseConfirmed: true })
    expect(fromBackup.notes).toEqual(['opened', 'backup'])
  })

  it('says so where the form cannot be opened', async () => {
    const broken = deps({ requestSecret: () => Promise.reject(new Error('no window')), exists: false })
    await expect(runSecretStart('create', broken.made)).rejects.toThrow('no window')
    expect(broken.notes).toEqual(['pending', 'forgotten'])
  })
})
