import { inspect } from 'node:util'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { createHarness, vaultPath } from './testing/harness.ts'

/** Everything a door could show of a failure. */
function shown(error: unknown): string {
  const json =
    error instanceof NodeError ? JSON.stringify({ ...error, message: error.message, stack: error.stack }) : ''
  return `${String(error)} ${inspect(error, { depth: 9 })} ${json}`
}

/** Text that means nothing by itself, so that finding it means it leaked. */
const anySecret = fc.stringMatching(/^[A-Z]{3}[a-z0-9 !?"'\\]{9,30}[QXZ]{3}$/)

describe('secrets', () => {
  it('are in no error, record or file, whatever goes wrong (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        anySecret,
        anySecret,
        anySecret,
        fc.array(fc.constantFrom(...wordlist), { minLength: 20, maxLength: 26 }),
        async (password, wrong, passphrase, words) => {
          fc.pre(new Set([password, wrong, passphrase]).size === 3)
          const { vault, fs, audit } = createHarness()
          const outcomes: unknown[] = []
          const keep = (outcome: Promise<unknown>): Promise<unknown> =>
            outcome.then(
              () => undefined,
              (error) => void outcomes.push(error),
            )
          const typed = [...words.slice(1), `${words[0]}${wrong.replaceAll(' ', '')}`]
          await keep(vault.unlock({ password: utf8(wrong) }))
          await keep(vault.restorePhrase({ phrase: utf8(typed.join(' ')), password: utf8(password) }))
          await keep(vault.restorePhrase({ phrase: utf8(words.join(' ')), password: utf8(password) }))
          await keep(vault.restorePhrase({ phrase: utf8(words.slice(0, 24).join(' ')), password: utf8(password) }))
          await keep(vault.init({ password: utf8(password.slice(0, 7)) }))
          const { phrase } = await vault.init({ password: utf8(password), passphrase: utf8(passphrase) })
          await keep(vault.init({ password: utf8(password) }))
          await vault.createAccount({ suite: 'ML-DSA-44' })
          for (let i = 0; i < 4; i++) await keep(vault.unlock({ password: utf8(wrong) }))
          await keep(vault.changePassword({ password: utf8(wrong), newPassword: utf8(password.slice(0, 7)) }))
          await keep(vault.restoreBackup({ backup: utf8(wrong), password: utf8(password) }))
          fs.put(vaultPath, utf8(password))
          await keep(vault.unlock({ password: utf8(password) }))

          const visible = [
            ...outcomes.map(shown),
            JSON.stringify(audit),
            inspect(vault, { depth: 9, showHidden: true }),
            JSON.stringify(vault),
          ].join('\n')
          expect(outcomes.length).toBeGreaterThanOrEqual(11)
          const phraseText = new TextDecoder().decode(phrase)
          const secrets = [password, password.slice(0, 7), wrong, passphrase, wrong.replaceAll(' ', ''), phraseText]
          secrets.push(words.slice(0, 3).join(' '), phraseText.split(' ').slice(0, 3).join(' '))
          for (const secret of secrets) {
            for (const form of [
              secret,
              JSON.stringify(secret).slice(1, -1),
              toHex(utf8(secret)),
              Buffer.from(secret).toString('base64'),
            ]) {
              expect(visible.includes(form)).toBe(false)
            }
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('are not in the files', async () => {
    const { vault, fs } = createHarness()
    const { phrase } = await vault.init({ password: utf8('ABCsecretXYZ'), passphrase: utf8('DEFpassphraseUVW') })
    await vault.createAccount({ suite: 'ML-DSA-44' })
    const { backup } = await vault.backup({ password: utf8('ABCsecretXYZ') })
    const files = [...fs.paths().map((path) => fs.content(path) as Uint8Array), backup].map((bytes) =>
      Buffer.from(bytes),
    )
    expect(files.length).toBe(3)
    for (const secret of ['ABCsecretXYZ', 'DEFpassphraseUVW', new TextDecoder().decode(phrase)]) {
      for (const form of [secret, toHex(utf8(secret)), Buffer.from(secret).toString('base64')]) {
        for (const file of files) expect(file.includes(form)).toBe(false)
      }
    }
  })
})
