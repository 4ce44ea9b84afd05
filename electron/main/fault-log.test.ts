import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NodeError } from '../../node/core/node-error.ts'
import { createFaultLog } from './fault-log.ts'
import { shellLimits } from './limits.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

describe('createFaultLog', () => {
  it('writes a line of JSON each, for the owner alone, with the code of our own errors', () => {
    const file = join(temporaryFolder(), 'logs', 'desktop.log')
    const report = createFaultLog(file, () => 0)
    report(new NodeError('STORAGE_FULL', 'The disk is full.'), 'node')
    report(new TypeError(`cannot read ${'ab'.repeat(40)}`), 'page')
    report('text', 'port')
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines[0]).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      where: 'node',
      code: 'STORAGE_FULL',
      message: 'The disk is full.',
    })
    expect(lines[1]).toMatchObject({ code: 'UNEXPECTED', message: 'cannot read [redacted]' })
    expect(lines[1]?.stack).not.toContain('abab')
    expect(lines[2]).toMatchObject({ message: 'text' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('moves a full log aside, and keeps one', () => {
    const file = join(temporaryFolder(), 'desktop.log')
    writeFileSync(file, 'x'.repeat(shellLimits.maxLogBytes))
    createFaultLog(file)(new Error('new'), 'a')
    expect(statSync(`${file}.old`).size).toBe(shellLimits.maxLogBytes)
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(2)
  })

  it('says nothing where it cannot write', () => {
    createFaultLog('/dev/null/desktop.log')(new Error('lost'), 'a')
    expect(existsSync('/dev/null/desktop.log')).toBe(false)
  })
})
