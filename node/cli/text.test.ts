/** Pure parts: addresses, amounts, output, errors, waiting. */

import { ORPCError } from '@orpc/client'
import { bech32m } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorTable } from '../api/contract/errors.ts'
import type { Transaction } from '../api/contract/index.ts'
import { formatRuv, maxU64 } from '../core/amount.ts'
import { NodeError } from '../core/node-error.ts'
import { formatAddress } from '../ledger/address.ts'
import { addressArgument } from './address.ts'
import { amountArgument, showAmount } from './amount.ts'
import { CliError, failureOf } from './errors.ts'
import { createFaultLog } from './fault-log.ts'
import { createOutput, fields, type OutputOptions, printable, table } from './output.ts'
import { hasReached, ledgerFailure, waitStates } from './wait.ts'

const anyId = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((hash) => Uint8Array.of(0, ...hash))

describe('addressArgument', () => {
  it("takes every address of the ledger's, and tells its network (property)", () => {
    fc.assert(
      fc.property(
        anyId,
        fc.constantFrom(['main', 'main'], ['test', 'test'], ['development', 'dev']),
        (id, [kind, network]) => {
          const address = formatAddress(kind as 'main', id)
          expect(addressArgument(address)).toEqual({ address, network, version: 0 })
          expect(addressArgument(address.toUpperCase()).address).toBe(address)
        },
      ),
    )
  })

  it('refuses any one wrong character (property)', () => {
    fc.assert(
      fc.property(anyId, fc.nat(), fc.constantFrom(...'qpzry9x8gf2tvdw0s3jn54khce6mua7l'), (id, at, letter) => {
        const address = formatAddress('development', id)
        const place = 5 + (at % (address.length - 5))
        fc.pre(address[place] !== letter)
        const wrong = address.slice(0, place) + letter + address.slice(place + 1)
        expect(() => addressArgument(wrong)).toThrow(expect.objectContaining({ code: 'ADDRESS_INVALID', exitCode: 2 }))
      }),
    )
  })

  it.each([
    ['nothing', ''],
    ['another chain', bech32m.encode('bc', bech32m.toWords(new Uint8Array(33)))],
    ['another length', bech32m.encode('ruvd', bech32m.toWords(new Uint8Array(32)))],
    ['another version', bech32m.encode('ruvd', bech32m.toWords(Uint8Array.of(1, ...new Uint8Array(32))))],
    ['what is much too long', 'r'.repeat(10_000)],
  ])('refuses %s', (_, text) => {
    expect(() => addressArgument(text)).toThrow(expect.objectContaining({ code: 'ADDRESS_INVALID' }))
  })
})

describe('amountArgument', () => {
  it('reads what showAmount writes (property)', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: maxU64 }), (amount) => {
        expect(amountArgument(formatRuv(amount))).toBe(amount.toString())
        expect(showAmount(amount.toString())).toBe(`${formatRuv(amount)} rUv`)
      }),
    )
  })

  it.each(['', '.5', '5.', '1,5', '0x10', ' 1', '1 ', '١', '18446744073709.551616'])('refuses "%s"', (text) => {
    expect(() => amountArgument(text)).toThrow(expect.objectContaining({ code: 'AMOUNT_INVALID', exitCode: 2 }))
  })
})

function output(options: Partial<OutputOptions>, terminal = false) {
  const written = { out: '', err: '' }
  const stdout = { isTTY: terminal, write: (text: string) => (written.out += text) }
  const stderr = { isTTY: terminal, columns: 40, write: (text: string) => (written.err += text) }
  const out = createOutput({ json: false, quiet: false, color: true, program: 'qudag', stdout, stderr, ...options })
  return { out, written }
}

describe('createOutput', () => {
  const failure = { code: 'X', message: 'It failed.', hint: 'Look with: qudag node status', exitCode: 1 } as const

  it('puts data on stdout and everything else on stderr', () => {
    const { out, written } = output({})
    out.data({ a: 1 }, () => 'a is 1')
    out.note('by the way')
    out.failure(failure)
    expect(written.out).toBe('a is 1\n')
    expect(written.err).toBe('by the way\nIt failed.\nLook with: qudag node status\n(X)\n')
  })

  it('prints JSON in one line each, and no notes beside it', () => {
    const { out, written } = output({ json: true })
    out.data({ a: 'line\nbreak' }, () => 'not called')
    out.note('by the way')
    out.failure(failure)
    expect(written.out).toBe('{"a":"line\\nbreak"}\n')
    expect(written.err).toBe('{"error":{"code":"X","message":"It failed.","hint":"Look with: qudag node status"}}\n')
  })

  it('names the program as it has to be typed here', () => {
    const { out, written } = output({ program: 'npm run qudag --' })
    out.failure(failure)
    expect(written.err).toContain('Look with: npm run qudag -- node status')
  })

  it('colours only a terminal, and only where colours are wanted', () => {
    expect(output({}, true).out.paint('good', 'ok')).toBe('\u001b[32mok\u001b[0m')
    expect(output({}, false).out.paint('good', 'ok')).toBe('ok')
    expect(output({ color: false }, true).out.paint('good', 'ok')).toBe('ok')
    expect(output({ json: true }, true).out.paint('good', 'ok')).toBe('ok')
  })

  it('redraws one progress line on a terminal, cut to its width, and removes it before anything else', () => {
    const { out, written } = output({}, true)
    out.progress('x'.repeat(100))
    out.data('d', () => 'data')
    expect(written.err).toBe(`\r\u001b[2K${'x'.repeat(39)}\r\u001b[2K`)
    const silent = output({}, false)
    silent.out.progress('x')
    expect(silent.written.err).toBe('')
  })

  it('lines up fields and columns', () => {
    expect(
      fields([
        ['A', '1'],
        ['Long', undefined],
        ['Bcd', '2'],
      ]),
    ).toBe('A    1\nBcd  2')
    expect(
      table(
        ['N', 'Amount'],
        [
          ['a', '1'],
          ['bb', '1000000'],
        ],
        [1],
      ),
    ).toBe('N    Amount\na         1\nbb  1000000')
  })

  it("lets nobody's text move the cursor or turn the direction", () => {
    expect(printable('a\u001b[2Jb\nc\u202ed')).toBe('a\\u{1b}[2Jb\\u{a}c\\u{202e}d')
    expect(printable('päss ☂ 🎉')).toBe('päss ☂ 🎉')
  })
})

describe('failureOf', () => {
  it.each(Object.entries(errorTable))('%s ends in the exit code of its kind', (code, { kind, status }) => {
    const expected = { failed: 1, usage: 2, locked: 3, unreachable: 4, rejected: 5, timeout: 6 }[kind]
    const failure = failureOf(new ORPCError(code, { status, message: 'it is so', data: { details: {} } }))
    expect(failure.code).toBe(code)
    expect(failure.exitCode).toBe(code === 'ADDRESS_INVALID' ? 2 : expected)
    expect(failure.message).toMatch(/^It is so\./)
    if (failure.exitCode === 5) expect(failure.message).toContain('Nothing was sent')
  })

  it('keeps what the node said of the money', () => {
    const data = { hint: 'Nothing was sent and nothing was charged. Name a smaller amount.', details: {} }
    const failure = failureOf(new ORPCError('INSUFFICIENT_BALANCE', { status: 422, message: 'too little', data }))
    expect(failure).toMatchObject({ message: 'Too little.', hint: data.hint })
  })

  it('puts facts into words', () => {
    const told = (code: string, details: Record<string, number>) =>
      failureOf(new NodeError(code, 'so', { details })).message
    expect(told('VAULT_RETRY_LATER', { retryAfterMs: 1_001 })).toContain('in 2 s')
    expect(told('PHRASE_UNKNOWN_WORD', { position: 7 })).toContain('word 7')
    expect(told('PASSWORD_TOO_SHORT', { minChars: 8 })).toContain('8 characters')
  })

  it.each([
    ['NODE_NOT_RUNNING', 4],
    ['PROTOCOL_MISMATCH', 4],
    ['CONFIG_INVALID', 2],
    ['VALIDATOR_KEY_LOCKED', 3],
    ['DATA_FOLDER_IN_USE', 1],
    ['NO_GENESIS', 1],
    ['SOME_NEW_CODE', 1],
  ])('of this side: %s ends in %i', (code, exitCode) => {
    expect(failureOf(new NodeError(code, 'so'))).toMatchObject({ code, exitCode })
  })

  it('tells a connection that ended under a call', () => {
    const error = Object.assign(new Error('[AsyncIdQueue] Queue[1] was closed'), { name: 'AbortError' })
    expect(failureOf(error)).toMatchObject({ code: 'CONNECTION_LOST', exitCode: 4 })
  })

  it('tells nothing of what it does not know', () => {
    for (const thrown of [new Error('inner secret'), 'inner secret', null, new ORPCError('TEAPOT', { message: 'x' })]) {
      const failure = failureOf(thrown)
      expect(failure.exitCode).toBe(1)
      expect(JSON.stringify(failure)).not.toContain('inner secret')
    }
    expect(failureOf(new CliError('A', 'b', { kind: 'interrupted' })).exitCode).toBe(130)
  })
})

describe('createFaultLog', () => {
  const log = (settings: { logLevel: 'error' | 'warn'; logFormat: 'text' | 'json' }, fault: unknown): string => {
    let written = ''
    const stderr = { write: (text: string) => (written += text) }
    createFaultLog(() => settings, { stderr, variables: {} })(fault, 'socket')
    return written
  }

  it('writes a line a fault, as text or as JSON, without a stack', () => {
    const text = log({ logLevel: 'error', logFormat: 'text' }, new Error('broke\nforged line'))
    expect(text).toMatch(/^\d{4}-\S+Z error socket: broke\\u\{a\}forged line \(UNEXPECTED\)\n$/)
    const json = JSON.parse(
      log({ logLevel: 'warn', logFormat: 'json' }, new NodeError('MESSAGE_MALFORMED', 'no message')),
    )
    expect(json).toEqual({
      time: expect.any(String),
      level: 'warn',
      where: 'socket',
      code: 'MESSAGE_MALFORMED',
      message: 'no message',
    })
  })

  it('keeps callers that misbehave out of a log of errors', () => {
    expect(log({ logLevel: 'error', logFormat: 'text' }, new NodeError('READER_TOO_SLOW', 'slow'))).toBe('')
  })
})

describe('waiting', () => {
  const view = (state: Transaction['state'], more: Partial<Transaction> = {}): Transaction => ({
    txId: 'ab',
    state,
    account: 'a',
    nonce: 0,
    fee: '5600',
    states: [],
    operations: [],
    size: 1,
    validUntil: '',
    ...more,
  })
  const checkpoint = { seq: 1, hash: 'h' }

  it('a state is reached by itself and by every later one, never by an earlier one', () => {
    const order = ['Validating', 'Voting', 'Confirming', 'Confirmed', 'Finalized'] as const
    order.forEach((state, reached) => {
      order.forEach((target, wanted) => {
        expect(hasReached(view(state), target.toLowerCase() as 'voting')).toBe(reached >= wanted)
      })
      expect(hasReached(view(state), 'submitted')).toBe(true)
    })
    expect(hasReached(view('Created'), 'submitted')).toBe(true)
    expect(hasReached(view('Broadcast'), 'validating')).toBe(false)
  })

  it('provable takes a checkpoint, and the end of all hope ends every wait', () => {
    expect(hasReached(view('Finalized', { outcome: 'ok' }), 'provable')).toBe(false)
    expect(hasReached(view('Finalized', { outcome: 'ok', checkpoint }), 'provable')).toBe(true)
    for (const target of waitStates) {
      expect(hasReached(view('Rejected', { code: 'EXPIRED' }), target)).toBe(true)
      expect(hasReached(view('Finalized', { outcome: 'failed' }), target)).toBe(true)
    }
  })

  it('fails what was rejected or final and failed, nothing else', () => {
    expect(ledgerFailure(view('Confirmed'))).toBeUndefined()
    expect(ledgerFailure(view('Finalized', { outcome: 'ok' }))).toBeUndefined()
    expect(ledgerFailure(view('Rejected', { code: 'EXPIRED' }))).toMatchObject({ code: 'EXPIRED', exitCode: 5 })
    expect(ledgerFailure(view('Finalized', { outcome: 'failed', code: 'X' }))).toMatchObject({ code: 'X', exitCode: 5 })
  })
})
