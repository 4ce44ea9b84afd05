import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Setting } from '../../../node/api/contract/index.ts'
import { changesOf, draftOf, isOverruled, readDraft, waitsForRestart } from './node-options.ts'

const setting = (over: Partial<Setting>): Setting => ({
  name: 'apiPort',
  description: 'Port.',
  kind: 'integer',
  least: 0,
  most: 65_535,
  value: 3_000,
  inFile: null,
  default: null,
  source: 'default',
  live: false,
  ...over,
})

describe('readDraft', () => {
  it.each([
    ['', null],
    ['  ', null],
    ['0', 0],
    [' 65535 ', 65_535],
  ])('takes %j as %j', (draft, value) => {
    expect(readDraft(setting({}), draft)).toEqual({ ok: true, value })
  })

  it.each([
    ['65536', 'out-of-range'],
    ['-1', 'out-of-range'],
    ['1e3', 'not-a-number'],
    ['0x10', 'not-a-number'],
    ['1.5', 'not-a-number'],
    ['12 000', 'not-a-number'],
  ])('refuses %j: %s', (draft, fault) => {
    expect(readDraft(setting({}), draft)).toEqual({ ok: false, fault })
  })

  it('takes only the choices of a choice', () => {
    const level = setting({ kind: 'choice', choices: ['info', 'debug'] })
    expect(readDraft(level, 'debug')).toEqual({ ok: true, value: 'debug' })
    expect(readDraft(level, 'loud')).toEqual({ ok: false, fault: 'not-a-choice' })
  })

  it('gives back what it started with (property)', () => {
    fc.assert(
      fc.property(fc.option(fc.integer({ min: 0, max: 65_535 })), (inFile) => {
        const option = setting({ inFile })
        expect(readDraft(option, draftOf(option))).toEqual({ ok: true, value: inFile })
      }),
    )
  })
})

describe('changesOf', () => {
  const port = setting({ inFile: 4_000 })
  const level = setting({ name: 'logLevel', kind: 'choice', choices: ['info', 'debug'] })

  it('has what differs from the file, and null for what is taken out', () => {
    expect(changesOf([port, level], { apiPort: '', logLevel: 'debug' })).toEqual({
      values: { apiPort: null, logLevel: 'debug' },
      faults: {},
      changed: 2,
    })
    expect(changesOf([port, level], { apiPort: '4000', logLevel: '' }).changed).toBe(0)
    expect(changesOf([port, level], {}).changed).toBe(0)
  })

  it('names faults and leaves them out', () => {
    expect(changesOf([port, level], { apiPort: 'x', logLevel: 'debug' })).toEqual({
      values: { logLevel: 'debug' },
      faults: { apiPort: 'not-a-number' },
      changed: 1,
    })
  })
})

describe('waitsForRestart', () => {
  it('is so where the file says other than what holds, and nothing overrules it', () => {
    expect(waitsForRestart(setting({ inFile: 4_000, value: 3_000, source: 'default' }))).toBe(true)
    expect(waitsForRestart(setting({ inFile: 4_000, value: 4_000, source: 'file' }))).toBe(false)
    expect(waitsForRestart(setting({ inFile: 4_000, value: 3_000, source: 'flag' }))).toBe(false)
    expect(waitsForRestart(setting({ inFile: 4_000, value: 3_000, live: true }))).toBe(false)
    expect(waitsForRestart(setting({ inFile: null, default: null, value: null }))).toBe(false)
  })

  it('takes a relative path in the file for the whole one in use', () => {
    const path = { kind: 'path', source: 'file' } as const
    expect(waitsForRestart(setting({ ...path, inFile: './v.key', value: '/data/v.key' }))).toBe(false)
    expect(waitsForRestart(setting({ ...path, inFile: 'w.key', value: '/data/v.key' }))).toBe(true)
    expect(waitsForRestart(setting({ ...path, inFile: 'v.key', value: null }))).toBe(true)
  })
})

it('a flag and the environment overrule the file', () => {
  expect(
    ['flag', 'environment', 'file', 'default'].map((source) =>
      isOverruled(setting({ source: source as Setting['source'] })),
    ),
  ).toEqual([true, true, false, false])
})
