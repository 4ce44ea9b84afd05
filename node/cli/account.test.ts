/** `qudag account` and `qudag label` as a script uses them: real processes against a real socket, with services in memory behind it. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { contractLimits, labelFileText } from '../api/contract/index.ts'
import { createFakeServices, type FakeServices, fakeAddress } from '../api/test-support/fake-services.ts'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { createLocalSocketServer, type LocalSocketServer } from '../api/transports/index.ts'
import { accountsText, accountText } from './account-text.ts'
import { labelsOf } from './label-file.ts'
import { errorOf, jsonOf, type Ran, type RunOptions, runProgram } from './test-support/run-program.ts'

// A process costs a third of a second, more where others use the cores.
vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder('cli-account')
const dataDir = join(folder, 'data')
let fake: FakeServices
let server: LocalSocketServer

const run = (args: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> =>
  runProgram(args, { dataDir, ...options })

beforeAll(() => void mkdirSync(dataDir, { mode: 0o700 }))
beforeEach(async () => {
  await server?.close()
  fake = createFakeServices()
  const info = { pid: 1, chainId: 'c0', network: 'dev', apiUrl: null, tokenFile: null, dataDir }
  server = await createLocalSocketServer({ dataDir, closeGraceMs: 100 }, { services: fake.services, info: () => info })
  await fake.services.vault.init({ password: new TextEncoder().encode('correct horse') })
})
afterAll(() => server.close())

describe('qudag account', () => {
  it('creates one account for a key, however often it is asked', async () => {
    const create = ['account', 'create', '--label', 'till', '--idempotency-key', 'order-1', '--json']
    const first = await run(create)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect((await run(create)).stdout).toBe(first.stdout)
    expect(jsonOf(await run(['account', 'list', '--json']))).toEqual([jsonOf(first)])
  })

  it('watches by address or key, renames, unwatches, and leaves the only account of the vault the only one', async () => {
    const main = await fake.services.accounts.create({ label: 'main' })
    const address = fakeAddress(77)
    const watched = await run(['account', 'watch', address.toUpperCase(), '--label', 'savings', '--json'])
    expect(watched.code).toBe(0)
    expect(jsonOf(watched)).toMatchObject({ address, kind: 'watched', label: 'savings' })
    const byKey = await run(['account', 'watch', '--public-key', '0a0B', '--suite', 'ML-DSA-44', '--json'])
    expect(jsonOf(byKey)).toMatchObject({ kind: 'watched', label: null, suite: 'ML-DSA-44' })
    expect(jsonOf(await run(['account', 'show', '--json']))).toMatchObject({ address: main.address })
    const renamed = await run(['account', 'rename', 'savings', 'household', '--json'])
    expect(jsonOf(renamed)).toMatchObject({ address, label: 'household' })
    const list = await run(['account', 'list'])
    expect(list.stdout).toMatch(/^Label +Kind +Signer +Available/)
    expect(list.stdout).toMatch(/^household +watched /m)
    expect(list.stdout).toMatch(/^main +vault +software /m)
    expect(jsonOf(await run(['account', 'unwatch', 'household', '--json']))).toEqual({ address })
    const gone = await run(['account', 'unwatch', 'household', '--json'])
    expect([gone.code, errorOf(gone).code]).toEqual([1, 'ACCOUNT_UNKNOWN'])
    const own = await run(['account', 'unwatch', 'main', '--json'])
    expect([own.code, errorOf(own).code]).toEqual([1, 'ACCOUNT_IN_VAULT'])
  })

  it.each([
    [['account', 'watch'], 'USAGE'],
    [['account', 'watch', fakeAddress(1), '--public-key', '00'], 'USAGE'],
    [['account', 'watch', '--public-key', 'xyz'], 'USAGE'],
    [['account', 'watch', '--public-key', '0'], 'USAGE'],
    [['account', 'watch', 'nobody'], 'ADDRESS_INVALID'],
    [['account', 'rename', 'main'], 'USAGE'],
  ])('exit code 2 without asking the node: %j', async (args, code) => {
    const ran = await run([...args, '--json'])
    expect([ran.code, ran.stdout, errorOf(ran).code]).toEqual([2, '', code])
  })

  it('shows labels of others without letting them move the cursor', () => {
    const balance = { available: '1', escrowed: '0', pending: '0', staked: '0' }
    const shown = {
      address: 'a',
      kind: 'watched',
      label: 'x\u202ey\u001b[2J',
      suite: null,
      signer: null,
      nonce: 0,
      balance,
    } as const
    for (const text of [accountText(shown), accountsText([shown])]) {
      expect(text).toContain('x\\u{202e}y\\u{1b}[2J')
      expect(text).toContain('watched')
    }
  })
})

describe('qudag label', () => {
  const txId = 'AB'.repeat(32)

  it('sets, lists and removes, and sees by itself what a reference is of', async () => {
    expect(jsonOf(await run(['label', 'set', fakeAddress(1).toUpperCase(), 'Power', '--json']))).toEqual({
      type: 'address',
      ref: fakeAddress(1),
      label: 'Power',
    })
    await run(['label', 'set', txId, 'rent, March'])
    expect((await run(['label', 'list'])).stdout).toMatch(/^Type +Label +Of\naddress +Power +ruvd1\w+\ntx +rent, March/)
    expect(jsonOf(await run(['label', 'list', '--type', 'tx', '--json']))).toEqual([
      { type: 'tx', ref: txId.toLowerCase(), label: 'rent, March' },
    ])
    expect(jsonOf(await run(['label', 'remove', txId, '--json']))).toEqual({ removed: true })
    expect((await run(['label', 'remove', txId])).stdout).toBe('There was none.\n')
    const wrong = await run(['label', 'set', 'nobody', 'x', '--json'])
    expect([wrong.code, errorOf(wrong).code]).toEqual([2, 'ADDRESS_INVALID'])
  })

  it('exports what it imports, by file and by pipe', async () => {
    const lines = labelFileText([
      { type: 'address', ref: fakeAddress(1), label: 'Café "Ü" 🦊' },
      { type: 'tx', ref: txId.toLowerCase(), label: 'rent' },
    ])
    expect(lines.split('\n')[0]).toBe(JSON.stringify({ type: 'addr', ref: fakeAddress(1), label: 'Café "Ü" 🦊' }))
    const foreign = '{"type":"xpub","ref":"xpub6…","label":"other wallet"}\n\n'
    const piped = await run(['label', 'import', '-', '--json'], { input: `\ufeff${foreign}${lines}` })
    expect(piped).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(piped)).toEqual({ imported: 2, passedOver: 1 })
    expect((await run(['label', 'export'])).stdout).toBe(lines)
    const file = join(folder, 'labels.jsonl')
    expect(jsonOf(await run(['label', 'export', file, '--json']))).toEqual({ file, exported: 2 })
    expect(readFileSync(file, 'utf8')).toBe(lines)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const again = await run(['label', 'export', file, '--json'])
    expect([again.code, errorOf(again).code]).toEqual([2, 'FILE_EXISTS'])
    expect((await run(['label', 'import', file])).stdout).toBe('Imported: 2\n')
  })

  it('takes as many as a node keeps in one file', async () => {
    const file = join(folder, 'many.jsonl')
    const items = Array.from({ length: contractLimits.maxImportedLabels }, (_, number) => ({
      type: 'tx' as const,
      ref: number.toString(16).padStart(64, '0'),
      label: '🦊'.repeat(64),
    }))
    writeFileSync(file, labelFileText(items))
    expect((await run(['label', 'import', file])).stdout).toBe(`Imported: ${items.length}\n`)
    expect((await run(['label', 'export'])).stdout).toBe(labelFileText(items))
    writeFileSync(file, labelFileText([...items, { ...items[0], ref: 'f'.repeat(64) } as (typeof items)[number]]))
    const tooMany = await run(['label', 'import', file, '--json'])
    expect([tooMany.code, errorOf(tooMany).code]).toEqual([2, 'LABEL_FILE_INVALID'])
  })

  it('names the faulty line, found here or by the node, and imports nothing', async () => {
    const sound = labelFileText([{ type: 'tx', ref: txId, label: 'x' }])
    const faults: [string, string, string][] = [
      ['{"type":"tx"', 'LABEL_FILE_INVALID', 'Line 3'],
      ['[]', 'LABEL_FILE_INVALID', 'Line 3'],
      ['{"ref":"a","label":"b"}', 'LABEL_FILE_INVALID', 'Line 3'],
      ['{"type":"addr","label":"b"}', 'LABEL_FILE_INVALID', 'Line 3'],
      ['{"type":"tx","ref":"a","label":7}', 'LABEL_FILE_INVALID', 'Line 3'],
      ['{"type":"tx","ref":"a","label":"not an id"}', 'TRANSACTION_ID_INVALID', 'Line 3'],
      ['{"type":"addr","ref":"nowhere","label":"x"}', 'ADDRESS_INVALID', 'Line 3'],
    ]
    for (const [line, code, place] of faults) {
      const ran = await run(['label', 'import', '-', '--json'], { input: `\n${sound}${line}\n` })
      expect([ran.code, errorOf(ran).code]).toEqual([2, code])
      expect(errorOf(ran).message).toContain(place)
      expect(errorOf(ran).hint).toContain('Nothing was imported')
    }
    expect(await fake.services.labels.list({})).toEqual([])
    const file = join(folder, 'latin1.jsonl')
    writeFileSync(file, Buffer.from('{"type":"tx","ref":"a","label":"caf\u00e9"}', 'latin1'))
    expect(errorOf(await run(['label', 'import', file, '--json'])).code).toBe('LABEL_FILE_INVALID')
    expect(errorOf(await run(['label', 'import', join(folder, 'none'), '--json'])).code).toBe('FILE_UNREADABLE')
  })

  it('passes over lines without a label, as BIP 329 has it', () => {
    const lines = ['{"type":"tx","ref":"a"}', '{"type":"tx","ref":"a","label":""}', '{"type":"output","ref":"a:0"}']
    const none = { kind: 'labels', items: [], lines: [] }
    expect(labelsOf(Buffer.from(lines.join('\r\n')))).toEqual({ ...none, passedOver: 3 })
    expect(labelsOf(new Uint8Array())).toEqual({ ...none, passedOver: 0 })
  })
})
