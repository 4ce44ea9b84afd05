import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { temporaryFolders } from '../test-support/temporary-folder.ts'
import { fileNumbers } from './audit-files.ts'
import { formatLine, genesisLink } from './audit-line.ts'
import { type AuditLog, type AuditLogOptions, createAuditLog } from './audit-log.ts'
import { verifyAudit } from './verify-audit.ts'

const nextFolder = temporaryFolders()
let open: AuditLog[] = []

afterEach(async () => {
  await Promise.all(open.map((log) => log.close()))
  open = []
})

async function newLog(folder: string, options: Omit<AuditLogOptions, 'folder'> = {}): Promise<AuditLog> {
  const log = await createAuditLog({ folder, ...options }, { clock: new ManualClock() })
  open.push(log)
  return log
}

/** A closed log of `count` entries, a few to a file where maxFileBytes is small. */
async function logOf(count: number, maxFileBytes?: number): Promise<string> {
  const folder = join(nextFolder(), 'audit')
  const log = await newLog(folder, maxFileBytes === undefined ? {} : { maxFileBytes })
  for (let number = 1; number <= count; number++) {
    await log.append('payment.sent', { amountMicroRuv: String(number * 1_000), ok: number % 2 === 0, number })
  }
  await log.close()
  return folder
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1)
}

describe('an audit log', () => {
  it('keeps entries in order over restarts, and shows the last ones', async () => {
    const folder = join(nextFolder(), 'audit')
    const first = await newLog(folder)
    const clock = new ManualClock()
    const entry = await first.append('vault.unlock', { attempts: 2 })
    expect(entry).toMatchObject({ seq: 1, atMs: clock.nowMs(), action: 'vault.unlock', details: { attempts: 2 } })
    await first.close()
    const second = await newLog(folder)
    await Promise.all([second.append('vault.lock'), second.append('node.stop', { reason: 'asked' })])
    expect((await second.tail(2)).map(({ seq, action }) => [seq, action])).toEqual([
      [2, 'vault.lock'],
      [3, 'node.stop'],
    ])
    expect(await second.tail(9)).toHaveLength(3)
    expect((await second.tail(9))[0]).toEqual(entry)
    expect(second.last).toEqual({ seq: 3, hash: (await second.tail(1))[0]?.hash })
    expect(await second.verify()).toEqual({ ok: true, entries: 3 })
  })

  it('goes on in new files, and the chain with it', async () => {
    const folder = await logOf(40, 1_000)
    expect((await fileNumbers(folder)).length).toBeGreaterThan(5)
    expect(await verifyAudit(folder)).toEqual({ ok: true, entries: 40 })
    const again = await newLog(folder, { maxFileBytes: 1_000 })
    await again.append('node.start')
    expect((await again.tail(100)).map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1))
  })

  it('groups entries that come together, across files too', async () => {
    const folder = join(nextFolder(), 'audit')
    const log = await newLog(folder, { maxFileBytes: 2_000 })
    const entries = await Promise.all(Array.from({ length: 300 }, (_, number) => log.append('api.request', { number })))
    expect(entries.map(({ seq, details }) => [seq, details.number])).toEqual(
      entries.map((_, index) => [index + 1, index]),
    )
    expect(await log.verify()).toEqual({ ok: true, entries: 300 })
    for (const number of await fileNumbers(folder)) {
      const file = join(folder, `audit-${String(number).padStart(6, '0')}.jsonl`)
      expect(statSync(file).size).toBeLessThan(2_400)
    }
  })

  it('can be checked while it is written to', async () => {
    const log = await newLog(join(nextFolder(), 'audit'), { maxFileBytes: 2_000 })
    const appended: Promise<unknown>[] = []
    for (let round = 0; round < 20; round++) {
      for (let number = 0; number < 10; number++) appended.push(log.append('api.request', { number }))
      expect(await log.verify()).toMatchObject({ ok: true })
    }
    await Promise.all(appended)
    expect(await log.verify()).toEqual({ ok: true, entries: 200 })
  })

  it.skipIf(process.platform === 'win32')('is its owner’s alone', async () => {
    const folder = await logOf(1)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  })

  it('asked after it is closed, or for more than it may queue, refuses', async () => {
    const log = await newLog(join(nextFolder(), 'audit'))
    const outcomes = await Promise.allSettled(Array.from({ length: 10_001 }, () => log.append('api.request')))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(['AUDIT_BUSY'])
    await log.close()
    await expect(log.append('node.stop')).rejects.toMatchObject({ code: 'AUDIT_CLOSED' })
    expect(await log.verify()).toEqual({ ok: true, entries: 10_000 })
  })

  it('refuses what could be a secret, or is not a short flat fact', async () => {
    const log = await newLog(join(nextFolder(), 'audit'))
    const bad: [string, Record<string, unknown>][] = [
      ['vault.unlock', { password: 'x' }],
      ['vault.unlock', { newPassword: 'x' }],
      ['vault.restore', { recoveryPhrase: 'x' }],
      ['vault.restore', { accountSeed: 'x' }],
      ['hsm.unlock', { pin: 'x' }],
      ['Not an action', {}],
      ['vault.unlock', { nested: {} }],
      ['vault.unlock', { number: Number.NaN }],
      ['vault.unlock', { text: 'x'.repeat(1_025) }],
      ['vault.unlock', Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`a${index}`, 1]))],
      ['vault.unlock', Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`a${index}`, '€'.repeat(900)]))],
    ]
    for (const [action, details] of bad) {
      await expect(log.append(action, details as Record<string, string>)).rejects.toThrow('broken invariant')
    }
    await log.append('vault.unlock', { spinning: true, mapping: 'pinned' })
    expect(await log.verify()).toEqual({ ok: true, entries: 1 })
  })

  it('AUDIT_FAILED: acknowledges nothing after a write that failed, and tells the node', async () => {
    const folder = join(nextFolder(), 'audit')
    const log = await newLog(folder, { maxFileBytes: 1 })
    await log.append('node.start')
    // The next file cannot be made: its name is taken.
    mkdirSync(join(folder, 'audit-000002.jsonl'))
    await expect(log.append('vault.unlock')).rejects.toMatchObject({ code: 'AUDIT_FAILED' })
    expect((await log.failed).code).toBe('AUDIT_FAILED')
    rmSync(join(folder, 'audit-000002.jsonl'), { recursive: true })
    await expect(log.append('vault.lock')).rejects.toMatchObject({ code: 'AUDIT_FAILED' })
    expect(await verifyAudit(folder)).toEqual({ ok: true, entries: 1 })
  })
})

describe('a change of the files', () => {
  const maxFileBytes = 1_200
  let whole = ''

  beforeAll(async () => {
    whole = await logOf(24, maxFileBytes)
  })

  async function changed(change: (folder: string) => void): Promise<string> {
    const folder = join(nextFolder(), 'audit')
    cpSync(whole, folder, { recursive: true })
    change(folder)
    return folder
  }

  /** Every line of all files, as one list that can be cut, swapped and edited, and written back. */
  function allLines(folder: string): { file: string; lines: string[] }[] {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .map((name) => ({ file: join(folder, name), lines: linesOf(join(folder, name)) }))
  }

  function rewrite(folder: string, edit: (lines: string[]) => string[]): void {
    const files = allLines(folder)
    const edited = edit(files.flatMap(({ lines }) => lines))
    let start = 0
    files.forEach(({ file, lines }, index) => {
      const end = index === files.length - 1 ? edited.length : start + lines.length
      writeFileSync(
        file,
        edited
          .slice(start, end)
          .map((line) => `${line}\n`)
          .join(''),
      )
      start = end
    })
  }

  const place = fc.nat({ max: 23 })

  it('of any byte is found (property)', async () => {
    const folder = whole
    const files = allLines(folder).map(({ file }) => ({
      name: file.slice(folder.length + 1),
      length: statSync(file).size,
    }))
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (pick, at, flip) => {
        const { name, length } = files[pick % files.length] as { name: string; length: number }
        const edited = await changed((copy) => {
          const content = readFileSync(join(copy, name))
          const offset = at % length
          content[offset] = (content[offset] as number) ^ flip
          writeFileSync(join(copy, name), content)
        })
        const verdict = await verifyAudit(edited)
        expect(verdict.ok).toBe(false)
        expect(verdict.problem?.file).toBe(name)
      }),
      { seed: 17, numRuns: 60 },
    )
  })

  it('that removes, repeats, moves or swaps lines is found, and the line named (property)', async () => {
    const change = fc.oneof(
      fc.tuple(fc.constant('remove'), place, fc.constant(0)),
      fc.tuple(fc.constant('repeat'), place, place),
      fc.tuple(fc.constant('swap'), place, place).filter(([, a, b]) => a !== b),
      fc.tuple(fc.constant('move'), place, place).filter(([, a, b]) => a !== b),
    )
    await fc.assert(
      fc.asyncProperty(change, async ([kind, a, b]) => {
        const folder = await changed((copy) =>
          rewrite(copy, (lines) => {
            const edited = [...lines]
            if (kind === 'remove') edited.splice(a, 1)
            if (kind === 'repeat') edited.splice(b, 0, lines[a] as string)
            if (kind === 'move') edited.splice(b, 0, edited.splice(a, 1)[0] as string)
            if (kind === 'swap') [edited[a], edited[b]] = [lines[b] as string, lines[a] as string]
            return edited
          }),
        )
        const verdict = await verifyAudit(folder)
        expect(verdict.ok).toBe(false)
        expect(verdict.entries).toBeLessThanOrEqual(24)
        const { file, line } = verdict.problem as { file: string; line: number }
        expect(line).toBeGreaterThan(0)
        expect(existsSync(join(folder, file))).toBe(true)
      }),
      { seed: 18, numRuns: 100 },
    )
  })

  it('that cuts off the end is found by the head, and the next start refuses to go on', async () => {
    for (const cut of [1, 3, 23]) {
      const folder = await changed((copy) => rewrite(copy, (lines) => lines.slice(0, -cut)))
      const verdict = await verifyAudit(folder)
      expect(verdict).toMatchObject({ ok: false, entries: 24 - cut })
      expect(verdict.problem?.reason).toMatch(cut === 1 ? /up to 24/ : /up to 24|emptied/)
      await expect(newLog(folder, { maxFileBytes })).rejects.toMatchObject({ code: 'AUDIT_DAMAGED' })
    }
  })

  it('that removes a file is found', async () => {
    const names = allLines(whole).map(({ file }) => file.slice(-'audit-000001.jsonl'.length))
    expect(names.length).toBeGreaterThan(3)
    for (const name of [...names, 'head.json']) {
      const folder = await changed((copy) => rmSync(join(copy, name)))
      const verdict = await verifyAudit(folder)
      expect(verdict.ok).toBe(false)
      await expect(newLog(folder, { maxFileBytes })).rejects.toMatchObject({ code: 'AUDIT_DAMAGED' })
    }
  })

  it('that forges an entry inside is found, even with its own hash made right', async () => {
    const folder = await changed((copy) =>
      rewrite(copy, (lines) => {
        const before = JSON.parse(lines[9] as string) as { seq: number; hash: string }
        const { line } = formatLine(before, {
          atMs: 1_750_000_000_000,
          action: 'payment.sent',
          details: { amountMicroRuv: '1' },
        })
        return [...lines.slice(0, 10), line, ...lines.slice(11)]
      }),
    )
    const verdict = await verifyAudit(folder)
    expect(verdict).toMatchObject({ ok: false, entries: 11, problem: { reason: 'not linked to the entry before' } })
  })

  it('that rewrites all of it is found by an entry noted elsewhere, and only by that', async () => {
    const original = whole
    const witness = (await (await newLog(original, { maxFileBytes })).tail(1))[0]
    const forged = join(nextFolder(), 'audit')
    const log = await newLog(forged)
    for (let number = 0; number < 24; number++) await log.append('nothing.happened')
    await log.close()
    expect(await verifyAudit(forged)).toMatchObject({ ok: true })
    expect(await verifyAudit(forged, { witness })).toMatchObject({ ok: false })
    expect(await verifyAudit(original, { witness })).toMatchObject({ ok: true })
    expect(await verifyAudit(original, { witness: { seq: 99, hash: genesisLink.hash } })).toMatchObject({ ok: false })
  })

  it('that swaps bytes no text has for the sign that stands for them is found', async () => {
    const folder = join(nextFolder(), 'audit')
    const log = await newLog(folder)
    await log.append('note.kept', { text: '\ufffd' })
    await log.close()
    const file = join(folder, 'audit-000001.jsonl')
    writeFileSync(file, Buffer.from(readFileSync(file).toString('latin1').replace('\xef\xbf\xbd', '\xff'), 'latin1'))
    expect(await verifyAudit(folder)).toMatchObject({ ok: false, problem: { line: 1 } })
  })
})

describe('after a crash', () => {
  it('a half-written end is kept aside and recorded, at whatever byte it was torn (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.boolean(), async (length, zeros) => {
        const folder = await logOf(3)
        const file = join(folder, 'audit-000001.jsonl')
        const { line } = formatLine(JSON.parse(linesOf(file)[2] as string), {
          atMs: 1,
          action: 'vault.unlock',
          details: {},
        })
        const torn = zeros ? Buffer.alloc(length) : Buffer.from(line).subarray(0, length)
        appendFileSync(file, torn)
        expect(await verifyAudit(folder)).toMatchObject({ ok: false, problem: { line: 4, reason: 'incomplete line' } })

        const log = await newLog(folder)
        const [entry] = await log.tail(1)
        expect(entry).toMatchObject({
          seq: 4,
          action: 'audit.torn-end',
          details: { bytes: torn.length, file: 'torn-4.bin' },
        })
        expect(readFileSync(join(folder, 'torn-4.bin'))).toEqual(torn)
        expect(await log.append('node.start')).toMatchObject({ seq: 5 })
        await log.close()
        expect(await verifyAudit(folder)).toEqual({ ok: true, entries: 5 })
      }),
      { seed: 19, numRuns: 25 },
    )
  })

  it('in the middle of that, the next start records it', async () => {
    const folder = await logOf(3)
    writeFileSync(join(folder, 'torn-4.bin'), 'half a li')
    const log = await newLog(folder)
    expect(await log.tail(1)).toMatchObject([{ seq: 4, action: 'audit.torn-end', details: { bytes: 9 } }])
    await log.close()
    const again = await newLog(folder)
    expect(again.last.seq).toBe(4)
  })

  it('the log may be ahead of its head', async () => {
    const folder = await logOf(3)
    const { seq, hash } = JSON.parse(linesOf(join(folder, 'audit-000001.jsonl'))[0] as string)
    writeFileSync(join(folder, 'head.json'), JSON.stringify({ seq, hash }))
    expect(await verifyAudit(folder)).toEqual({ ok: true, entries: 3 })
    const log = await newLog(folder)
    expect(await log.append('node.start')).toMatchObject({ seq: 4 })
  })

  it('a file that was just started goes on', async () => {
    const folder = await logOf(24, 1_200)
    const next = (await fileNumbers(folder)).length + 1
    writeFileSync(join(folder, `audit-${String(next).padStart(6, '0')}.jsonl`), '{"seq":2')
    const log = await newLog(folder, { maxFileBytes: 1_200 })
    expect(await log.tail(1)).toMatchObject([{ seq: 25, action: 'audit.torn-end' }])
    expect(await log.verify()).toEqual({ ok: true, entries: 25 })
  })

  it('damage that no crash leaves is refused: an entry the head knows is unreadable', async () => {
    const folder = await logOf(3)
    const file = join(folder, 'audit-000001.jsonl')
    truncateSync(file, statSync(file).size - 5)
    await expect(newLog(folder)).rejects.toMatchObject({
      code: 'AUDIT_DAMAGED',
      details: { file: 'audit-000001.jsonl', line: 3 },
    })
    writeFileSync(join(folder, 'head.json'), 'no head')
    await expect(newLog(folder)).rejects.toMatchObject({ code: 'AUDIT_DAMAGED', details: { file: 'head.json' } })
  })

  it('a folder that cannot be one is told as such', async () => {
    const folder = join(nextFolder(), 'audit')
    writeFileSync(folder, 'a file in its place')
    await expect(newLog(folder)).rejects.toMatchObject({ code: 'AUDIT_FAILED' })
  })
})
