import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isToolInstalled, requireTool, skipNote, toolOfNote } from '../test-support/require-tool.ts'
import { addTallies, emptyTally, isGood, judgeSkips, summaryLine } from './tally.ts'

const skipping = (reason: string | undefined) => ({ ...emptyTally, passed: 1, skipped: [{ name: 'a > b', reason }] })
const nothing = { isCi: true, isInstalled: () => false }
const everything = { isCi: true, isInstalled: () => true }

describe('judgeSkips', () => {
  it('keeps a skip that says why', () => {
    expect(judgeSkips(skipping('needs nft: rules are set with it'), nothing)).toEqual(
      skipping('needs nft: rules are set with it'),
    )
    expect(judgeSkips(skipping('IPv6 is off here'), everything).skipped).toHaveLength(1)
  })

  it.each([undefined, '', '  '])('makes a failure of a skip for the reason %j', (reason) => {
    const judged = judgeSkips(skipping(reason), { isCi: false })
    expect(judged.skipped).toEqual([])
    expect(judged.failures).toHaveLength(1)
    expect(isGood(judged)).toBe(false)
  })

  it('makes a failure of a skip whose tool is there, in CI only', () => {
    const judged = judgeSkips(skipping('needs nft: rules are set with it'), everything)
    expect(judged.failures).toEqual([
      { name: 'a > b', message: 'skipped although nft is installed: needs nft: rules are set with it' },
    ])
    expect(judged.skipped).toEqual([])
    expect(judgeSkips(skipping('needs nft: x'), { ...everything, isCi: false }).skipped).toHaveLength(1)
  })
})

describe('summary', () => {
  it('adds up', () => {
    const failed = { passed: 2, failures: [{ name: 'x', message: 'y' }], skipped: [] }
    expect(summaryLine(addTallies([failed, skipping('why'), failed]))).toBe('5 passed, 2 failed, 1 skipped')
    expect(summaryLine(emptyTally)).toBe('0 passed, 0 failed, 0 skipped')
  })

  it('is good only where something passed and nothing failed', () => {
    expect(isGood(emptyTally)).toBe(false)
    expect(isGood({ ...emptyTally, skipped: [{ name: 'a', reason: 'b' }] })).toBe(false)
    expect(isGood({ ...emptyTally, passed: 1 })).toBe(true)
    expect(isGood({ ...emptyTally, passed: 1, failures: [{ name: 'a', message: 'b' }] })).toBe(false)
  })
})

describe('requireTool', () => {
  const notesOf = (need: Parameters<typeof requireTool>[1]): readonly (string | undefined)[] => {
    const notes: (string | undefined)[] = []
    const skip = ((note?: string) => notes.push(note)) as unknown as Parameters<typeof requireTool>[0]['skip']
    requireTool({ skip }, need)
    return notes
  }

  it('skips with a note that names the tool, and only where it is missing', () => {
    expect(notesOf({ name: 'no-such-tool', reason: 'why' })).toEqual(['needs no-such-tool: why'])
    expect(notesOf({ name: 'ipv6', available: false, reason: 'why' })).toEqual(['needs ipv6: why'])
    expect(notesOf({ name: 'ipv6', available: () => true, reason: 'why' })).toEqual([])
    expect(toolOfNote(skipNote('g++-12', 'needs: it'))).toBe('g++-12')
    expect(toolOfNote('IPv6 is off')).toBeUndefined()
  })
})

describe('isToolInstalled', () => {
  it('finds executables, and nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'qudag-tools-'))
    try {
      writeFileSync(join(folder, 'runs'), '#!/bin/sh\n')
      chmodSync(join(folder, 'runs'), 0o755)
      writeFileSync(join(folder, 'lies'), 'text')
      chmodSync(join(folder, 'lies'), 0o644)
      mkdirSync(join(folder, 'folder'))
      const found = ['runs', 'lies', 'folder', 'none', '../runs', ''].filter((name) => isToolInstalled(name, folder))
      expect(found).toEqual(['runs'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
