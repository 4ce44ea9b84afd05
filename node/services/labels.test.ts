import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { formatAddress } from '../ledger/index.ts'
import { testAccount, testGenesis } from '../ledger/test-support.ts'
import { createStorage } from '../storage/index.ts'
import { labelFault, normalLabel } from '../vault/index.ts'
import { createChain } from './chain.ts'
import { createNodeEventHub, type NodeEvent } from './events.ts'
import { createLabelServices } from './labels.ts'
import { serviceLimits } from './limits.ts'
import { codeOf, temporaryDataDir } from './test-support.ts'
import type { LabelView } from './types.ts'

const folder = temporaryDataDir()
const file = join(folder.path, 'labels.db')
const chain = createChain(testGenesis([]))
let storage = await createStorage({ file, synchronous: 'NORMAL' })
let audited: { action: string; details: object }[] = []
let events: NodeEvent[] = []

function open() {
  const hub = createNodeEventHub()
  return createLabelServices({
    chain,
    read: storage.read,
    write: storage.write,
    hub: Object.assign(hub, { publish: (event: NodeEvent) => void events.push(event) }),
    clock: new ManualClock(),
    audit: async (action, details) => void audited.push({ action, details }),
  })
}
let labels = open()

afterAll(async () => {
  await storage.close()
  folder.remove()
})
beforeEach(async () => {
  for (const entry of await labels.list({})) await labels.remove(entry)
  audited = []
  events = []
})

const address = (seed: number): string => chain.format(testAccount(seed).id)
const txId = (number: number): string => number.toString(16).padStart(64, '0')
const name = (seed: number, label: string): LabelView => ({ type: 'address', ref: address(seed), label })
const note = (number: number, label: string): LabelView => ({ type: 'tx', ref: txId(number), label })

describe('a label', () => {
  it('is kept in one form, whatever form it came in, and outlives a restart', async () => {
    const kept = await labels.put({ type: 'address', ref: address(1).toUpperCase(), label: '  Cafe\u0301 ' })
    expect(kept).toEqual(name(1, 'Café'))
    expect(await labels.put({ ...note(0xabc, 'rent'), ref: txId(0xabc).toUpperCase() })).toEqual(note(0xabc, 'rent'))
    expect(await labels.put(name(1, 'Power company'))).toEqual(name(1, 'Power company'))
    await storage.close()
    storage = await createStorage({ file, synchronous: 'NORMAL' })
    labels = open()
    expect(await labels.list({})).toEqual([name(1, 'Power company'), note(0xabc, 'rent')])
    expect(await labels.list({ type: 'tx' })).toEqual([note(0xabc, 'rent')])
    expect(await labels.remove({ type: 'address', ref: address(1).toUpperCase() })).toEqual({ removed: true })
    expect(await labels.remove({ type: 'address', ref: address(1) })).toEqual({ removed: false })
    expect(audited.map(({ action, details }) => [action, details])).toEqual([
      ['label.set', { type: 'address', ref: address(1) }],
      ['label.set', { type: 'tx', ref: txId(0xabc) }],
      ['label.set', { type: 'address', ref: address(1) }],
      ['label.removed', { type: 'address', ref: address(1) }],
    ])
    expect(events.map((event) => (event.type === 'label' ? event.ref : ''))).toEqual([
      address(1),
      txId(0xabc),
      address(1),
      address(1),
    ])
  })

  it('is of something there can be: refused references change nothing', async () => {
    const { id } = testAccount(1)
    const refused: [Omit<LabelView, 'label'>, string][] = [
      [{ type: 'address', ref: 'power company' }, 'ADDRESS_INVALID'],
      [{ type: 'address', ref: `${address(1).slice(0, -1)}b` }, 'ADDRESS_INVALID'],
      [{ type: 'address', ref: formatAddress('main', id) }, 'ADDRESS_WRONG_NETWORK'],
      [{ type: 'address', ref: txId(1) }, 'ADDRESS_INVALID'],
      [{ type: 'tx', ref: address(1) }, 'TRANSACTION_ID_INVALID'],
      [{ type: 'tx', ref: txId(1).slice(1) }, 'TRANSACTION_ID_INVALID'],
      [{ type: 'tx', ref: `${txId(1)}00` }, 'TRANSACTION_ID_INVALID'],
    ]
    for (const [place, code] of refused) {
      expect(await codeOf(labels.put({ ...place, label: 'x' }))).toBe(code)
      expect(await codeOf(labels.remove(place))).toBe(code)
    }
    expect(await labels.list({})).toEqual([])
    expect([audited, events]).toEqual([[], []])
  })

  it.each(['', ' \t', 'a\u0000b', 'a\nb', 'pay\u202ereversed', 'zero\u200bwidth', '\ud800', 'x'.repeat(129)])(
    'LABEL_INVALID: %j',
    async (label) => {
      expect(await codeOf(labels.put(name(1, label)))).toBe('LABEL_INVALID')
      expect(await codeOf(labels.put(note(1, label)))).toBe('LABEL_INVALID')
    },
  )

  it('may be long, and only in the address book not read like an address', async () => {
    expect((await labels.put(name(1, '🦊'.repeat(128)))).label).toHaveLength(256)
    expect(await codeOf(labels.put(name(1, 'ruvd1xyz')))).toBe('LABEL_INVALID')
    expect((await labels.put(note(1, 'ruvd1xyz paid back'))).label).toBe('ruvd1xyz paid back')
  })

  it('comes back as the rules have it, or is refused by them (property)', async () => {
    const place = fc.oneof(
      fc.nat(9).map((seed): Omit<LabelView, 'label'> => ({ type: 'address', ref: address(seed) })),
      fc.nat().map((number): Omit<LabelView, 'label'> => ({ type: 'tx', ref: txId(number) })),
      fc.record({ type: fc.constantFrom('address' as const, 'tx' as const), ref: fc.string({ maxLength: 70 }) }),
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 140 }),
      fc.string({ unit: 'grapheme', maxLength: 140 }),
    )
    await fc.assert(
      fc.asyncProperty(place, fc.boolean(), text, async ({ type, ref }, isUpper, label) => {
        const outcome = await labels.put({ type, ref: isUpper ? ref.toUpperCase() : ref, label }).then(
          (kept) => kept,
          (error: unknown) => (error instanceof NodeError ? error.code : String(error)),
        )
        const fault = labelFault(normalLabel(label), serviceLimits.maxLabelCharacters)
        const isBad = fault !== undefined && !(fault === 'address' && type === 'tx')
        if (isBad) {
          expect(outcome).toBe('LABEL_INVALID')
          return
        }
        if (typeof outcome === 'string') {
          if (type === 'tx') {
            expect([outcome, fromHex(ref)?.length === 32]).toEqual(['TRANSACTION_ID_INVALID', false])
          } else expect(outcome).toMatch(/^ADDRESS_(INVALID|WRONG_NETWORK)$/)
          return
        }
        expect(outcome).toEqual({ type, ref: ref.toLowerCase(), label: normalLabel(label) })
        expect(outcome.ref).toBe(type === 'tx' ? toHex(fromHex(ref) as Uint8Array) : chain.format(chain.parse(ref)))
        expect(await labels.list({ type })).toContainEqual(outcome)
        expect(await labels.put(outcome)).toEqual(outcome)
      }),
      { seed: 51, numRuns: 150 },
    )
  })
})

describe('an import', () => {
  it('takes all of them, each in the place of what was there', async () => {
    await labels.put(name(1, 'old'))
    const entries = [name(1, 'new'), note(7, 'first'), { ...note(7, 'second'), ref: txId(7).toUpperCase() }]
    expect(await labels.import(entries)).toEqual({ imported: 3 })
    expect(await labels.list({})).toEqual([name(1, 'new'), note(7, 'second')])
    expect(audited.at(-1)).toEqual({ action: 'labels.imported', details: { entries: 3 } })
    expect(events.at(-1)).toMatchObject({ type: 'label', ref: '*' })
    expect(await labels.import([])).toEqual({ imported: 0 })
  })

  it('takes none where one is faulty, and says which', async () => {
    await labels.put(name(1, 'old'))
    const faulty: [LabelView, string][] = [
      [note(9, 'a\u202eb'), 'LABEL_INVALID'],
      [{ type: 'address', ref: 'nowhere', label: 'x' }, 'ADDRESS_INVALID'],
      [{ type: 'tx', ref: 'nothing', label: 'x' }, 'TRANSACTION_ID_INVALID'],
    ]
    for (const [entry, code] of faulty) {
      const refused = await labels.import([name(1, 'new'), note(2, 'x'), entry]).catch((error: unknown) => error)
      expect(refused).toMatchObject({ code, details: { entry: 3, type: entry.type, ref: entry.ref } })
      expect(await labels.list({})).toEqual([name(1, 'old')])
    }
  })

  it('LABEL_COUNT: holds what a node keeps and no more', { timeout: 30_000 }, async () => {
    const entries = Array.from({ length: serviceLimits.maxLabels }, (_, number) => note(number, `note ${number}`))
    expect(await labels.import(entries)).toEqual({ imported: serviceLimits.maxLabels })
    expect(await codeOf(labels.put(name(1, 'one more')))).toBe('LABEL_COUNT')
    expect(await codeOf(labels.import([note(1, 'changed'), name(1, 'one more')]))).toBe('LABEL_COUNT')
    expect((await labels.put(note(1, 'changed'))).label).toBe('changed')
    expect(await labels.list({})).toHaveLength(serviceLimits.maxLabels)
    await labels.remove(note(2, ''))
    expect((await labels.put(name(1, 'one more'))).label).toBe('one more')
    // Leaves the table as it found it, faster than one by one.
    await storage.close()
    const { default: Database } = await import('better-sqlite3')
    const db = new Database(file)
    db.exec('DELETE FROM labels')
    db.close()
    storage = await createStorage({ file, synchronous: 'NORMAL' })
    labels = open()
  })
})
