/** `qudag tx` and `qudag message` as scripts use them: real processes against a real socket, services in memory behind it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeServices, type FakeServices, fakeAddress } from '../api/test-support/fake-services.ts'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { createLocalSocketServer, type LocalSocketServer } from '../api/transports/index.ts'
import { NodeError } from '../core/node-error.ts'
import { errorOf, jsonOf, type Ran, type RunOptions, runProgram } from './test-support/run-program.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder('cli-tx')
const dataDir = join(folder, 'data')
mkdirSync(dataDir, { mode: 0o700 })
const recipient = fakeAddress(99)

let fake: FakeServices
let server: LocalSocketServer | undefined
const run = (args: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> =>
  runProgram(args, { dataDir, ...options })

beforeEach(async () => {
  await server?.close()
  fake = createFakeServices()
  const info = { pid: process.pid, chainId: 'c0', network: 'dev', apiUrl: null, tokenFile: null, dataDir }
  server = await createLocalSocketServer({ dataDir, closeGraceMs: 100 }, { services: fake.services, info: () => info })
  await fake.services.vault.init({ password: new TextEncoder().encode('correct horse') })
  await fake.services.accounts.create({ label: 'main' })
})
afterAll(() => server?.close())

const payMain = () =>
  fake.services.transactions.pay({ from: 'main', transfers: [{ to: recipient, amountMicroRuv: 5n }] })

describe('tx', () => {
  it('list hands every filter on, with days as times', async () => {
    const args = [
      '--account',
      'main',
      '--direction',
      'received',
      '--since',
      '2026-11-01',
      '--until',
      '2026-11-22T17:03:05+01:00',
    ]
    const listed = await run(['tx', 'list', ...args, '--search', 'rent, March', '--state', 'finalized', '--json'])
    expect(jsonOf(listed)).toEqual({ items: [], cursor: null })
    expect(fake.listQueries).toEqual([
      {
        account: 'main',
        direction: 'received',
        search: 'rent, March',
        state: 'Finalized',
        sinceMs: Date.UTC(2026, 10, 1),
        untilMs: Date.UTC(2026, 10, 22, 16, 3, 5),
        limit: 50,
      },
    ])
  })

  it('list goes on until the page is full or the end is reached', async () => {
    const views = await Promise.all([payMain(), payMain(), payMain(), payMain()])
    const pages = [
      { items: views.slice(0, 1), cursor: 'a' },
      { items: [], cursor: 'b' },
      { items: views.slice(1, 3), cursor: 'c' },
      { items: views.slice(3), cursor: null },
    ]
    const asked: unknown[] = []
    fake.services.transactions.list = async ({ cursor, limit }) => {
      asked.push([cursor, limit])
      return pages[asked.length - 1] ?? { items: [], cursor: null }
    }
    const first = jsonOf(await run(['tx', 'list', '--limit', '3', '--json'])) as { items: unknown[]; cursor: string }
    expect([first.items.length, first.cursor]).toEqual([3, 'c'])
    expect(asked).toEqual([
      [undefined, 3],
      ['a', 2],
      ['b', 2],
    ])
    const rest = jsonOf(await run(['tx', 'list', '--limit', '3', '--cursor', 'c', '--json']))
    expect(rest).toMatchObject({ items: [{ txId: views[3]?.txId }], cursor: null })
  })

  it('nonces shows what is missing, and how to fill it', async () => {
    fake.services.transactions.nonces = async () => ({
      next: 4,
      taken: [{ nonce: 6, txId: 'a'.repeat(64), parked: true }],
      missing: [4, 5],
    })
    expect(jsonOf(await run(['tx', 'nonces', 'main', '--json']))).toMatchObject({ next: 4, missing: [4, 5] })
    const told = await run(['tx', 'nonces'])
    expect(told.stdout).toContain('waits for an earlier one')
    expect(told.stderr).toContain(`tx cancel ${fakeAddress(0)} 4`)
  })

  it('cancel and transfer --nonce say which nonce is meant, once for one key', async () => {
    const args = ['tx', 'cancel', 'main', '7', '--max-fee', '0.01', '--idempotency-key', 'k1', '--json']
    const cancelled = jsonOf(await run(args)) as { txId: string }
    expect(cancelled).toMatchObject({ operations: [], state: 'Validating' })
    expect(jsonOf(await run(args))).toMatchObject({ txId: cancelled.txId })
    const wanted = { account: 'main', nonce: 7, maxFeeMicroRuv: 10_000n, idempotencyKey: 'k1' }
    expect(fake.cancellations).toEqual([wanted, wanted])
    await run(['transfer', recipient, '1', '--nonce', '7'])
    expect(fake.payments).toMatchObject([{ nonce: 7, transfers: [{ amountMicroRuv: 1_000_000n }] }])
    expect((await run(['tx', 'show', cancelled.txId])).stdout).toMatch(/Moves +nothing/)
  })

  it('a cancellation that came too late ends in exit code 5, and says that it cost nothing', async () => {
    fake.fate = { state: 'Rejected', code: 'SIBLING_WON' }
    const make = fake.services.transactions.cancel
    fake.services.transactions.cancel = async (input) => {
      const { txId } = await make(input)
      fake.advance(txId, 'Rejected', { code: 'SIBLING_WON', feeMicroRuv: 0n })
      return fake.services.transactions.show(txId)
    }
    fake.fate = null
    const late = await run(['tx', 'cancel', 'main', '7', '--wait', 'finalized', '--json'])
    expect(late.code).toBe(5)
    expect(jsonOf(late)).toMatchObject({ state: 'Rejected', fee: '0' })
    expect(errorOf(late)).toMatchObject({
      code: 'SIBLING_WON',
      message: expect.stringMatching(/Another transaction with nonce \d+ came first.*It cost nothing\./),
    })
  })

  it('raw gives the bytes that submit takes, and rebroadcast hands them in', async () => {
    const { txId } = await payMain()
    const raw = await run(['tx', 'raw', txId])
    expect(raw).toMatchObject({ code: 0, stdout: expect.stringMatching(/^82[0-9a-f]+\n$/) })
    const file = join(folder, 'signed.tx')
    writeFileSync(file, raw.stdout)
    await run(['tx', 'submit', file])
    await run(['tx', 'rebroadcast', txId])
    const submitted = fake.received.filter(({ name }) => name === 'submitted')
    expect(submitted.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(Array(2).fill(raw.stdout.trim()))
    expect((await run(['tx', 'rebroadcast', '0'.repeat(64)])).code).toBe(1)
  })

  it('build prints one document, sign takes it whole, and submit what sign prints', async () => {
    const args = ['tx', 'build', recipient, '1.5', '--from', 'main', '--memo', 'rent', '--nonce', '3']
    const built = await run(args)
    const document = JSON.parse(built.stdout)
    expect(document).toMatchObject({
      account: fakeAddress(0),
      nonce: 3,
      operations: [{ kind: 'transfer', to: recipient, amount: '1500000', memo: 'rent' }],
    })
    expect(jsonOf(await run([...args, '--json']))).toEqual(document)
    // Who builds it sees the same as who signs it.
    expect(built.stderr).toMatch(new RegExp(`To +${recipient} +1\\.5 rUv +"rent"`))
    const file = join(folder, 'unsigned.json')
    writeFileSync(file, built.stdout)
    const signed = await run(['tx', 'sign', file, '--yes'])
    expect(signed.stderr).toMatch(new RegExp(`To +${recipient} +1\\.5 rUv +"rent"`))
    expect(signed).toMatchObject({ code: 0, stdout: `${document.unsigned}40\n` })
    const piped = await run(['tx', 'sign', '-', '--yes', '--json'], { input: JSON.stringify(document) })
    expect(jsonOf(piped)).toEqual({ txId: document.txId, signed: `${document.unsigned}40` })
    await run(['tx', 'submit', '-'], { input: signed.stdout })
    expect(fake.received.map(({ name }) => name).slice(-3)).toEqual(['unsigned', 'unsigned', 'submitted'])
  })

  it('sign signs nothing where the document says something else than its bytes', async () => {
    const built = await run(['tx', 'build', recipient, '1.5', '--json'])
    const document = jsonOf(built) as { operations: object[]; unsigned: string }
    const changes: [string, object][] = [
      ['operations', { operations: [{ ...document.operations[0], amount: '2500000' }] }],
      ['operations', { operations: [{ ...document.operations[0], to: fakeAddress(98) }] }],
      ['maxFee', { maxFee: '1' }],
      ['txId', { txId: 'a'.repeat(64) }],
    ]
    for (const [field, change] of changes) {
      const input = JSON.stringify({ ...document, ...change })
      const refused = await run(['tx', 'sign', '-', '--yes', '--json'], { input })
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(errorOf(refused)).toMatchObject({ code: 'UNSIGNED_MISMATCH', message: expect.stringContaining(field) })
    }
    const broken = await run(['tx', 'sign', '-', '--yes', '--json'], {
      input: JSON.stringify({ ...document, unsigned: `82${'00'.repeat(40)}` }),
    })
    expect([broken.code, errorOf(broken).code]).toEqual([5, 'ENCODING_MALFORMED'])
    for (const input of ['', '[]', built.stdout.replace('"nonce"', '"n"')]) {
      const refused = await run(['tx', 'sign', '-', '--yes', '--json'], { input })
      expect([refused.code, errorOf(refused).code]).toEqual([2, 'UNSIGNED_DOCUMENT'])
    }
    expect(fake.received.some(({ name }) => name === 'unsigned')).toBe(false)
  })

  it('sign asks on the terminal unless it is told yes, and needs the vault open', async () => {
    const { stdout: input } = await run(['tx', 'build', recipient, '1.5', '--json'])
    const unasked = await run(['tx', 'sign', '-', '--json'], { input })
    expect([unasked.code, errorOf(unasked).code]).toEqual([2, 'CONFIRMATION_REQUIRED'])
    fake.failures.set('transactions.sign', new NodeError('VAULT_LOCKED', 'the vault is locked'))
    expect((await run(['tx', 'sign', '-', '--yes', '--json'], { input })).code).toBe(3)
    fake.failures.set('transactions.inspect', new NodeError('CHAIN_MISMATCH', 'of another network'))
    const other = await run(['tx', 'sign', '-', '--yes', '--json'], { input })
    expect([other.code, errorOf(other).code]).toEqual([5, 'CHAIN_MISMATCH'])
    expect(fake.received.some(({ name }) => name === 'unsigned')).toBe(false)
  })

  it.each([
    ['a day that there is not', ['tx', 'list', '--since', '2026-13-01']],
    ['a time without its zone', ['tx', 'list', '--until', '2026-11-22T17:03:05']],
    ['a direction that is none', ['tx', 'list', '--direction', 'up']],
    ['a nonce that is none', ['tx', 'cancel', 'main', '-1']],
    ['an amount that is none', ['tx', 'build', recipient, '1,5']],
    ['a recipient that is none', ['tx', 'build', 'ruvd1x', '1']],
    ['a nonce with a point', ['tx', 'cancel', 'main', '1.5']],
    ['a nonce of a payment that is none', ['transfer', recipient, '1', '--nonce', 'x']],
  ])('%s: exit code 2', async (_, args) => {
    expect(await run([...args, '--json'])).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('message', () => {
  const sign = async (...args: string[]) => run(['message', 'sign', 'main', ...args, '--json'])

  it('sign prints one document, which verify takes whole, from a file or standard input', async () => {
    const signed = await sign('order 7')
    expect(jsonOf(signed)).toMatchObject({ address: fakeAddress(0), message: 'order 7', suite: 'ML-DSA-65' })
    const file = join(folder, 'signed.json')
    writeFileSync(file, (await run(['message', 'sign', 'main', 'order 7'])).stdout)
    const good = { valid: true, address: fakeAddress(0), message: 'order 7' }
    expect(jsonOf(await run(['message', 'verify', file, '--json']))).toEqual(good)
    expect(jsonOf(await run(['message', 'verify', '-', '--json'], { input: signed.stdout }))).toEqual(good)
    expect(jsonOf(await run(['message', 'verify', fakeAddress(0), file, '--json']))).toEqual(good)
    const { signature } = jsonOf(signed) as { signature: string }
    expect(jsonOf(await run(['message', 'verify', fakeAddress(0), signature, 'order 7', '--json']))).toEqual(good)
  })

  it('signs a file to its last byte', async () => {
    const letter = join(folder, 'letter.txt')
    writeFileSync(letter, 'Grüße\n')
    expect(jsonOf(await sign('--file', letter))).toMatchObject({ message: 'Grüße\n' })
    const piped = await run(['message', 'sign', 'main', '--file', '-', '--json'], { input: '\ufeffwith a mark' })
    expect(jsonOf(piped)).toMatchObject({ message: '\ufeffwith a mark' })
  })

  it('a signature that is not good is an answer on stdout, and exit code 1', async () => {
    const { signature } = jsonOf(await sign('order 7')) as { signature: string }
    const bad = await run(['message', 'verify', fakeAddress(0), signature, 'order 8', '--json'])
    expect(bad.code).toBe(1)
    expect(jsonOf(bad)).toMatchObject({ valid: false, reason: 'SIGNATURE_INVALID' })
    expect(errorOf(bad).code).toBe('SIGNATURE_INVALID')
  })

  it('needs the vault open: exit code 3', async () => {
    fake.failures.set('messages.sign', new NodeError('VAULT_LOCKED', 'the vault is locked'))
    expect((await sign('order 7')).code).toBe(3)
  })

  it('refuses what is no document, no text, or of another account: exit code 2', async () => {
    const broken = join(folder, 'broken.json')
    writeFileSync(broken, '{"address":"x"}')
    const binary = join(folder, 'binary')
    writeFileSync(binary, Uint8Array.of(0xff, 0xfe))
    const file = join(folder, 'of-main.json')
    writeFileSync(file, (await sign('hello')).stdout)
    const refused: [string, string[]][] = [
      ['MESSAGE_DOCUMENT', ['message', 'verify', broken]],
      ['FILE_UNREADABLE', ['message', 'verify', join(folder, 'nothing')]],
      ['MESSAGE_OTHER_ACCOUNT', ['message', 'verify', recipient, file]],
      ['ADDRESS_INVALID', ['message', 'verify', 'ruvd1x', file]],
      ['FILE_NOT_TEXT', ['message', 'sign', 'main', '--file', binary]],
      ['USAGE', ['message', 'sign', 'main']],
      ['USAGE', ['message', 'sign', 'main', 'text', '--file', file]],
    ]
    for (const [code, args] of refused) {
      const ran = await run([...args, '--json'])
      expect([code, ran.code, errorOf(ran).code]).toEqual([code, 2, code])
    }
  })
})

describe('account policy', () => {
  it('shows keys, limit and recovery in words', async () => {
    const shown = await run(['account', 'policy', 'show', 'main'])
    expect(shown.stdout).toMatch(/Daily limit +10 rUv/)
    expect(shown.stdout).toMatch(/Left +6 rUv/)
    expect(shown.stdout).toMatch(/Second key +ruvd1second +ML-DSA-65 +\(elsewhere\)/)
    expect(shown.stdout).toMatch(/Delay +7d/)
    expect(jsonOf(await run(['account', 'policy', 'show', 'main', '--json']))).toMatchObject({
      limit: { dailyLimit: '10000000', spent: '4000000', left: '6000000', key: { inVault: false } },
      recovery: { delayMs: 604_800_000 },
    })
  })

  it('hands every change on, and shows what it is', async () => {
    const order = ['--account', 'main']
    const changed = async (args: string[]) => (await run(['account', 'policy', ...args])).stdout
    expect(await changed(['set-limit', '50', '--second', 'token', ...order])).toContain(
      'second key and daily limit: token 50 rUv a day',
    )
    expect(await changed(['set-recovery', 'spare', ...order])).toContain('recovery key: spare after 7d')
    expect(await changed(['set-recovery', 'spare', '--delay', '36h', ...order])).toContain('after 36h')
    expect(await changed(['replace-key', 'new', ...order])).toContain('replace the key by that of new')
    expect(await changed(['clear', 'limit', ...order])).toContain('clear the daily limit')
    expect(await changed(['cancel-recovery', ...order])).toContain('cancel the recovery')
    expect(await changed(['recover', 'ruvd1lost', '--from', 'main'])).toMatch(/ruvd1lost +start its recovery/)
    expect((await run(['account', 'policy', 'clear', 'everything', ...order])).code).toBe(2)
    expect((await run(['account', 'policy', 'set-recovery', 'spare', '--delay', 'soon', ...order])).code).toBe(2)
  })
})

describe('validator', () => {
  it('list shows who validates, with what stake, and what is on its way out', async () => {
    const shown = await run(['validator', 'list'])
    expect(shown.stdout).toContain('validates')
    expect(shown.stdout).toContain('12 rUv')
    expect(shown.stdout).toContain('(this node)')
    expect(jsonOf(await run(['validator', 'list', '--json']))).toMatchObject({
      epoch: 3,
      items: [{ counted: '1000000000000', unbonding: [{ amount: '5000000' }, { amount: '7000000', releaseAt: null }] }],
    })
  })

  it('bond and unbond hand the order on, and show what it is', async () => {
    const bonded = await run(['validator', 'bond', '12.5', '--from', 'main', '--json'])
    expect(jsonOf(bonded)).toMatchObject({ operations: [{ kind: 'stake.bond', amount: '12500000' }] })
    const unbonded = await run(['validator', 'unbond', '3', '--from', 'main', '--validator', 'b'.repeat(64)])
    expect(unbonded.stdout).toContain(`Unbond from validator  ${'b'.repeat(64)}  3 rUv`)
  })
})
