import { generateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { describe, expect, it } from 'vitest'
import { redact } from './redact.ts'

describe('redact', () => {
  it.each([
    ['a recovery phrase', generateMnemonic(wordlist, 256)],
    ['a phrase on two lines', generateMnemonic(wordlist, 256).replaceAll(' ', '\n')],
    ['a key in hex', 'ab'.repeat(32)],
    ['a token in base64', 'Zm9v_-'.repeat(10)],
    ['a session code', 'http://127.0.0.1:3000/#c=short-code'],
    ['a bearer token', 'Authorization: Bearer abc'],
    ['a password by name', 'password: "hunter2"'],
    ['a password in JSON', '{"newPassword":"hunter2"}'],
  ])('takes out %s', (_, secret) => {
    const text = redact(`could not read ${secret} at line 3`)
    for (const part of [secret, 'short-code', 'hunter2', 'Bearer abc']) expect(text).not.toContain(part)
    expect(text).toContain('[redacted]')
  })

  it('leaves what helps: paths, codes, sentences, frames', () => {
    const text =
      'ENOSPC: no space left on device, write /home/me/.local/share/qudag-exchange/qudag.db\n    at open (file:///opt/app/dist/electron/main/node-CuVbwOKj.js:12:3)'
    expect(redact(text)).toBe(text)
  })
})
