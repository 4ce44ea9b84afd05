import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it } from 'vitest'
import { errorTable } from '../../node/api/contract/errors.ts'
import { NodeError } from '../../node/core/node-error.ts'
import { english } from '../i18n/english.ts'
import { setLocale } from '../i18n/index.ts'
import { failureOf, failureOfCode } from './errors.ts'

afterEach(() => setLocale('en'))

describe('failureOf', () => {
  it('puts the code of a call into words, and keeps its facts', () => {
    const error = new ORPCError('INSUFFICIENT_BALANCE', {
      status: 422,
      message: 'whatever the node says',
      data: { hint: 'whatever', details: { availableMicroRuv: '12', isLast: true, list: [1] } },
    })
    expect(failureOf(error)).toEqual({
      code: 'INSUFFICIENT_BALANCE',
      message: english['errors.INSUFFICIENT_BALANCE'],
      hint: english['errors.INSUFFICIENT_BALANCE.hint'],
      details: { availableMicroRuv: '12', isLast: true },
    })
  })

  it('knows what the client itself says', () => {
    expect(failureOf(new NodeError('CONNECTION_LOST', '')).message).toBe(english['errors.CONNECTION_LOST'])
  })

  it('never shows the text of what it does not know', () => {
    for (const thrown of [new Error('my password is hunter2'), 'hunter2', undefined, { message: 'hunter2' }]) {
      const failure = failureOf(thrown)
      expect(failure.code).toBe('INTERNAL')
      expect(JSON.stringify(failure)).not.toContain('hunter2')
    }
    expect(failureOfCode('SOMETHING_NEW').message).toContain('SOMETHING_NEW')
    expect(failureOfCode('constructor').message).toContain('constructor')
  })

  it('speaks the language that shows', async () => {
    await setLocale('de')
    expect(failureOfCode('VAULT_LOCKED').message).toContain('gesperrt')
  })

  it('has words for what keeps a node from starting', () => {
    const codes = [
      'GENESIS_FILE_INVALID',
      'GENESIS_INVALID',
      'VALIDATOR_NOT_IN_GENESIS',
      'SOCKET_FOLDER_UNSAFE',
      'TRUST_ANCHOR_TOO_OLD',
      'SYNC_NO_PEERS',
      'SYNC_FORKED',
    ]
    for (const code of codes) {
      const { message, hint } = failureOfCode(code)
      expect(message).not.toContain(code)
      expect(hint).toBeDefined()
    }
  })

  it('has words for every code of the contract', () => {
    expect(Object.keys(errorTable).filter((code) => !Object.hasOwn(english, `errors.${code}`))).toEqual([])
  })
})
