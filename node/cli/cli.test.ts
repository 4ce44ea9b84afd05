/** The command line as scripts use it: real processes of main.ts against a real socket, with services in memory behind it. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeServices, type FakeServices, fakeAddress } from '../api/test-support/fake-services.ts'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { createLocalSocketServer, type LocalSocketServer } from '../api/transports/index.ts'
import { NodeError } from '../core/node-error.ts'
import { errorOf, jsonOf, type Ran, type RunOptions, runProgram } from './test-support/run-program.ts'

// A process costs a third of a second, more where others use the cores.
vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder('cli')
const dataDir = join(folder, 'data')
const elsewhere = join(folder, 'elsewhere')
const passwordFile = join(folder, 'password')
const recipient = fakeAddress(99)

let fake: FakeServices
let server: LocalSocketServer
/** A process that has ended: what `node stop` waits for. */
let deadPid = 0

const run = (args: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> =>
  runProgram(args, { dataDir, ...options })

beforeAll(() => {
  mkdirSync(dataDir, { mode: 0o700 })
  mkdirSync(elsewhere, { mode: 0o700 })
  writeFileSync(passwordFile, 'correct horse\n', { mode: 0o600 })
  deadPid = spawnSync(process.execPath, ['-e', '']).pid
})

beforeEach(async () => {
  await server?.close()
  fake = createFakeServices()
  const info = { pid: deadPid, chainId: 'c0', network: 'dev', apiUrl: null, tokenFile: null, dataDir }
  server = await createLocalSocketServer({ dataDir, closeGraceMs: 100 }, { services: fake.services, info: () => info })
})

afterAll(() => server.close())

/** An open vault with one account, made without a process. */
async function openVault(): Promise<void> {
  await fake.services.vault.init({ password: new TextEncoder().encode('correct horse') })
  await fake.services.accounts.create({ label: 'main' })
}

describe('exit code 0: JSON that scripts rely on', () => {
  it('node status', async () => {
    const status = await run(['node', 'status', '--json'])
    expect(status).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(status)).toEqual({
      pid: process.pid,
      chainId: 'qudag-dev-1',
      network: 'dev',
      role: 'validator',
      commitIndex: 42,
      round: 99,
      stateRoot: 'a'.repeat(64),
      checkpoint: { seq: 3, hash: 'b'.repeat(64) },
      validators: 1,
      peers: 0,
      mempool: 0,
      finalityMs: { p50: 210, p95: 340 },
      storage: { bytes: 123_456 },
    })
  })

  it('network status', async () => {
    const status = await run(['network', 'status', '--json'])
    expect(status).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(status)).toMatchObject({
      commitIndex: 42,
      validators: 1,
      epoch: { number: 2 },
      leader: 1,
      commits: 40,
      skips: 2,
      toleratedFaults: 1,
      standstill: null,
      committee: { length: 4 },
    })
  })

  it('vault init gives 24 words once, and only on stdout', async () => {
    const init = await run(['vault', 'init', '--password-file', passwordFile, '--json'])
    expect(init).toMatchObject({ code: 0, stderr: '' })
    const { phrase } = jsonOf(init) as { phrase: string[] }
    expect(phrase).toHaveLength(24)
    expect(fake.received).toMatchObject([{ name: 'password' }])
    const again = await run(['vault', 'init', '--password-file', passwordFile, '--json'])
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(again).code).toBe('VAULT_EXISTS')
  })

  it('account create, list and show, with global options before and after the command', async () => {
    await fake.services.vault.init({ password: new TextEncoder().encode('correct horse') })
    const account = {
      address: fakeAddress(0),
      kind: 'vault',
      label: 'main',
      suite: 'ML-DSA-65',
      signer: 'software',
      nonce: 0,
      balance: { available: '12500000', escrowed: '0', pending: '1', staked: '0' },
    }
    expect(jsonOf(await run(['--json', 'account', 'create', '--label', 'main']))).toEqual(account)
    expect(jsonOf(await run(['account', '--json', 'list']))).toEqual([account])
    expect(jsonOf(await run(['account', 'show', '--json']))).toEqual(account)
    expect(
      jsonOf(await run(['account', 'show', 'main', '--data-dir', dataDir, '--json'], { dataDir: elsewhere })),
    ).toEqual(account)
  })

  it('transfer returns when it is submitted, with the shape of a transaction', async () => {
    await openVault()
    const transfer = await run(['transfer', recipient, '12.5', '--memo', 'invoice 7', '--max-fee', '0.01', '--json'])
    expect(transfer).toMatchObject({ code: 0, stderr: '' })
    const view = jsonOf(transfer) as Record<string, unknown>
    expect(view).toMatchObject({
      txId: expect.stringMatching(/^[0-9a-f]{64}$/),
      state: 'Validating',
      nonce: 0,
      fee: '5600',
      operations: [{ kind: 'transfer', to: recipient, amount: '12500000', memo: 'invoice 7' }],
    })
    expect((view.states as { state: string; at: string; record: string }[])[0]).toEqual({
      state: 'Created',
      at: '2025-06-15T15:06:40.000Z',
      record: 'intent:1',
    })
    expect(view).not.toHaveProperty('outcome')
    expect(fake.payments).toMatchObject([{ maxFeeMicroRuv: 10_000n, idempotencyKey: expect.any(String) }])
  })

  it('transfer --wait follows it to final, and to provable', async () => {
    await openVault()
    fake.fate = { state: 'Finalized', outcome: 'ok' }
    const final = jsonOf(await run(['transfer', recipient, '1', '--wait', 'finalized', '--json']))
    expect(final).toMatchObject({ state: 'Finalized', outcome: 'ok' })
    expect((final as { states: { state: string }[] }).states.map(({ state }) => state)).toEqual([
      'Created',
      'Signed',
      'Broadcast',
      'Validating',
      'Voting',
      'Confirming',
      'Confirmed',
      'Finalized',
    ])
    fake.fate = { state: 'Finalized', outcome: 'ok', provable: true }
    const provable = jsonOf(await run(['transfer', recipient, '1', '--wait', 'provable', '--json']))
    expect(provable).toMatchObject({ checkpoint: { seq: 7, hash: 'c'.repeat(64) } })
  })

  it('the same idempotency key gives the same transaction', async () => {
    await openVault()
    const args = ['transfer', recipient, '1', '--idempotency-key', 'order-7', '--json']
    const first = jsonOf(await run(args)) as { txId: string }
    expect(jsonOf(await run(args))).toMatchObject({ txId: first.txId })
    const other = jsonOf(await run(['transfer', recipient, '1', '--json'])) as { txId: string }
    expect(other.txId).not.toBe(first.txId)
  })

  it('faucet, tx show and tx list', async () => {
    await openVault()
    const faucet = jsonOf(await run(['faucet', 'main', '100', '--json'])) as { txId: string }
    expect(faucet).toMatchObject({ operations: [{ kind: 'faucet', amount: '100000000' }] })
    expect(jsonOf(await run(['tx', 'show', faucet.txId, '--json']))).toEqual(faucet)
    await fake.services.transactions.faucet({ account: 'main' })
    const page = jsonOf(await run(['tx', 'list', '--limit', '1', '--json'])) as { items: unknown[]; cursor: string }
    expect(page).toEqual({ items: [faucet], cursor: '1' })
    const rest = jsonOf(await run(['tx', 'list', '--cursor', page.cursor, '--json']))
    expect(rest).toMatchObject({ items: [{ operations: [{ kind: 'faucet' }] }], cursor: null })
  })

  it('tx submit takes raw bytes, hex, and standard input', async () => {
    const raw = join(folder, 'raw.tx')
    const hex = join(folder, 'hex.tx')
    writeFileSync(raw, Uint8Array.of(0x88, 0x01, 0xfe))
    writeFileSync(hex, '8801FE\n')
    const ids = await Promise.all([
      run(['tx', 'submit', raw, '--json']),
      run(['tx', 'submit', hex, '--json']),
      run(['tx', 'submit', '-', '--json'], { input: '8801fe' }),
    ])
    expect(new Set(ids.map((ran) => (jsonOf(ran) as { txId: string }).txId)).size).toBe(1)
    expect(fake.received.map(({ bytes }) => [...bytes])).toEqual(Array(3).fill([0x88, 0x01, 0xfe]))
  })

  it('vault status, lock, audit, storage, address verify', async () => {
    await openVault()
    expect(jsonOf(await run(['vault', 'status', '--json']))).toMatchObject({ exists: true, locked: false, accounts: 1 })
    expect(jsonOf(await run(['vault', 'lock', '--json']))).toMatchObject({ exists: true, locked: true, accounts: 1 })
    const { entries } = jsonOf(await run(['audit', 'show', '--json'])) as { entries: object[] }
    expect(entries[1]).toEqual({
      seq: 2,
      at: '2025-06-15T15:06:40.001Z',
      action: 'vault.unlock',
      details: { ok: true },
      hash: 'e'.repeat(64),
    })
    expect(jsonOf(await run(['audit', 'verify', '--json']))).toEqual({ entries: 2, ok: true })
    expect(jsonOf(await run(['storage', 'status', '--json']))).toMatchObject({ commits: 42 })
    expect(jsonOf(await run(['storage', 'verify', '--json']))).toMatchObject({ ok: true, problems: [] })
    expect(jsonOf(await run(['address', 'verify', recipient, '--json'], { dataDir: elsewhere }))).toEqual({
      valid: true,
      address: recipient,
      network: 'dev',
      version: 0,
    })
  })

  it('vault backup writes a file for its owner alone, and never over another', async () => {
    await openVault()
    const file = join(folder, 'backup.json')
    const backup = await run(['vault', 'backup', file, '--password-file', passwordFile, '--json'])
    expect(jsonOf(backup)).toEqual({ file, bytes: 300 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file)).toHaveLength(300)
    writeFileSync(file, 'mine')
    const again = await run(['vault', 'backup', file, '--password-file', passwordFile, '--json'])
    expect(again.code).toBe(2)
    expect(errorOf(again).code).toBe('FILE_EXISTS')
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  it('node stop returns when the process is gone', async () => {
    expect(jsonOf(await run(['node', 'stop', '--json']))).toEqual({ event: 'stopped', pid: deadPid })
    await fake.stopped
  })

  it('--quiet leaves the data alone on stdout, --help and --version are data', async () => {
    await openVault()
    const quiet = await run(['transfer', recipient, '1', '--quiet'])
    expect(quiet).toMatchObject({ code: 0, stderr: '' })
    expect(quiet.stdout).toContain('Validating')
    const loud = await run(['transfer', recipient, '1'])
    expect(loud.stderr).toContain(`Paying 1 rUv to ${recipient}.`)
    const help = await run(['transfer', '--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain('Examples:\n  $ qudag transfer')
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('exit code 1: failed', () => {
  it.each([
    ['a transaction nobody knows', ['tx', 'show', '0'.repeat(64)], 'TRANSACTION_UNKNOWN'],
    ['no vault to unlock', ['vault', 'unlock', '--password-file', passwordFile], 'VAULT_MISSING'],
    ['no vault to pay from', ['transfer', recipient, '1'], 'VAULT_MISSING'],
  ])('%s', async (_, args, code) => {
    const ran = await run([...args, '--json'])
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(ran)).toEqual({ code, message: expect.stringMatching(/^[A-Z].*\.$/), hint: expect.any(String) })
  })

  it.each([
    [
      'audit',
      'AUDIT_ALTERED',
      { entries: 2, ok: false, problem: { line: 1, file: 'audit-000001.jsonl', reason: 'edited' } },
    ],
    ['storage', 'STORAGE_INCONSISTENT', { ok: false, commits: 1, transactions: 1, stateRoot: 'r', problems: ['root'] }],
  ] as const)(
    '%s verify that finds something: the finding on stdout, the failure on stderr',
    async (area, code, verdict) => {
      Object.assign(fake.services[area], { verify: async () => verdict })
      const ran = await run([area, 'verify', '--json'])
      expect(ran.code).toBe(1)
      expect(jsonOf(ran)).toEqual(verdict)
      expect(errorOf(ran).code).toBe(code)
    },
  )

  it('a fault of the node tells nothing of it, and no stack', async () => {
    fake.failures.set('node.status', new Error('inner secret'))
    const ran = await run(['node', 'status'])
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('(INTERNAL)')
    expect(ran.stderr).not.toMatch(/inner secret|at .*\.ts/)
  })
})

describe('exit code 2: usage', () => {
  it.each([
    ['an unknown command', ['pay'], 'USAGE'],
    ['an unknown option', ['vault', 'status', '--colour'], 'USAGE'],
    ['a group without its command', ['vault'], undefined],
    ['a missing argument', ['transfer', recipient], 'USAGE'],
    ['an argument too many', ['vault', 'status', 'now'], 'USAGE'],
    ['an amount with seven decimals', ['transfer', recipient, '1.0000001'], 'AMOUNT_INVALID'],
    ['an amount with a sign', ['transfer', recipient, '-5'], 'AMOUNT_INVALID'],
    ['an amount with an exponent', ['transfer', recipient, '1e3'], 'AMOUNT_INVALID'],
    ['a fee that is no amount', ['transfer', recipient, '1', '--max-fee', 'x'], 'AMOUNT_INVALID'],
    ['an address with a typing error', ['transfer', `${recipient.slice(0, -1)}q`, '1'], 'ADDRESS_INVALID'],
    ['an address to verify that is none', ['address', 'verify', 'ruvd1'], 'ADDRESS_INVALID'],
    ['a state that is none', ['transfer', recipient, '1', '--wait', 'done'], 'USAGE'],
    ['a time-out that is none', ['transfer', recipient, '1', '--timeout', '0'], 'USAGE'],
    ['an id that is none', ['tx', 'show', 'abc'], 'USAGE'],
    ['a page that is too long', ['tx', 'list', '--limit', '100000'], 'USAGE'],
    ['a file that is not there', ['tx', 'submit', join(folder, 'nothing')], 'FILE_UNREADABLE'],
    ['a configuration that cannot be', ['node', 'start', '--api-port', '99999'], 'CONFIG_INVALID'],
    [
      'a file of a password that is not there',
      ['vault', 'init', '--password-file', join(folder, 'none')],
      'SECRET_FILE_UNREADABLE',
    ],
  ])('%s', async (_, args, code) => {
    const ran = await run([...args, '--json'])
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    if (code !== undefined) expect(errorOf(ran).code).toBe(code)
  })

  it('an account name that is neither label nor address, as the node finds', async () => {
    fake.failures.set('transactions.faucet', new NodeError('ADDRESS_INVALID', 'that is not an address'))
    await openVault()
    expect((await run(['faucet', 'mian'])).code).toBe(2)
  })
})

describe('exit code 3: locked or not authorised', () => {
  it('the vault is locked', async () => {
    await openVault()
    await fake.services.vault.lock()
    const ran = await run(['transfer', recipient, '1', '--json'])
    expect(ran).toMatchObject({ code: 3, stdout: '' })
    expect(errorOf(ran)).toMatchObject({ code: 'VAULT_LOCKED', hint: expect.stringContaining('vault unlock') })
  })

  it('the password is wrong, and appears nowhere', async () => {
    await openVault()
    const ran = await run(['vault', 'unlock', '--password-fd', '3', '--json'], { descriptors: ['hunter2hunter2\n'] })
    expect(ran.code).toBe(3)
    expect(errorOf(ran).code).toBe('VAULT_WRONG_PASSWORD')
    expect(ran.stdout + ran.stderr).not.toContain('hunter2')
  })

  it('the next try has to wait, and how long', async () => {
    await openVault()
    fake.failures.set(
      'vault.unlock',
      new NodeError('VAULT_RETRY_LATER', 'too many wrong passwords', { details: { retryAfterMs: 3_400 } }),
    )
    const ran = await run(['vault', 'unlock', '--password-file', passwordFile, '--json'])
    expect(ran.code).toBe(3)
    expect(errorOf(ran)).toMatchObject({ code: 'VAULT_RETRY_LATER', message: expect.stringContaining('in 4 s') })
  })

  it('a password is needed and there is no terminal', async () => {
    const ran = await run(['vault', 'init', '--json'], { input: 'not from standard input\n' })
    expect(ran.code).toBe(3)
    expect(errorOf(ran).code).toBe('SECRET_REQUIRED')
    expect(fake.received).toEqual([])
  })

  it('the file of the password can be read by others', async () => {
    const file = join(folder, 'open-password')
    writeFileSync(file, 'correct horse', { mode: 0o644 })
    const ran = await run(['vault', 'init', '--password-file', file, '--json'])
    expect(ran.code).toBe(3)
    expect(errorOf(ran).code).toBe('SECRET_FILE_PERMISSIONS')
    expect(fake.received).toEqual([])
  })
})

describe('exit code 4: not reachable', () => {
  it('no node runs, and how to start one', async () => {
    const ran = await run(['account', 'list', '--json'], { dataDir: elsewhere })
    expect(ran).toMatchObject({ code: 4, stdout: '' })
    expect(errorOf(ran)).toMatchObject({ code: 'NODE_NOT_RUNNING', hint: expect.stringContaining('node start') })
  })

  it('the node goes away before it answers: it is not known whether the payment was taken, and a repeat is safe', async () => {
    await openVault()
    const asked = Promise.withResolvers<void>()
    Object.assign(fake.services.transactions, {
      pay: () => {
        asked.resolve()
        return new Promise(() => undefined)
      },
    })
    const running = run(['transfer', recipient, '1', '--idempotency-key', 'order-7', '--json'])
    await asked.promise
    await server.close()
    const ran = await running
    expect(ran).toMatchObject({ code: 4, stdout: '' })
    expect(errorOf(ran)).toMatchObject({
      code: 'CONNECTION_LOST',
      hint: expect.stringContaining('--idempotency-key order-7'),
    })
  })

  it('the node goes away during the wait: the transaction is shown as it was', async () => {
    await openVault()
    const running = run(['transfer', recipient, '1', '--wait', 'finalized', '--json'])
    await eventually(() => fake.watchers === 1)
    await server.close()
    const ran = await running
    expect(ran.code).toBe(4)
    expect(jsonOf(ran)).toMatchObject({ state: 'Validating' })
    expect(errorOf(ran)).toMatchObject({ code: 'CONNECTION_LOST', hint: expect.stringContaining('tx show') })
  })
})

describe('exit code 5: rejected by the ledger', () => {
  it.each([
    ['zero', ['transfer', recipient, '0'], 'AMOUNT_ZERO'],
    ['to oneself', ['transfer', fakeAddress(0), '1'], 'SELF_TRANSFER'],
    ['more than there is', ['transfer', recipient, '13'], 'INSUFFICIENT_BALANCE'],
  ])('%s', async (_, args, code) => {
    await openVault()
    const ran = await run([...args, '--json'])
    expect(ran).toMatchObject({ code: 5, stdout: '' })
    expect(errorOf(ran)).toMatchObject({ code, message: expect.stringContaining('Nothing was sent') })
  })

  it('bytes that are no transaction', async () => {
    const ran = await run(['tx', 'submit', '-', '--json'], { input: 'ff' })
    expect(ran.code).toBe(5)
    expect(errorOf(ran).code).toBe('ENCODING_MALFORMED')
  })

  it('final and failed: shown, and never as paid', async () => {
    await openVault()
    fake.fate = { state: 'Finalized', outcome: 'failed', code: 'INSUFFICIENT_BALANCE' }
    const ran = await run(['transfer', recipient, '1', '--wait', 'finalized', '--json'])
    expect(ran.code).toBe(5)
    expect(jsonOf(ran)).toMatchObject({ state: 'Finalized', outcome: 'failed', code: 'INSUFFICIENT_BALANCE' })
    expect(errorOf(ran)).toMatchObject({
      code: 'INSUFFICIENT_BALANCE',
      message: expect.stringContaining('fee of 0.0056 rUv was paid; nothing else was moved'),
    })
    const human = await run(['transfer', recipient, '1', '--wait', 'finalized'])
    expect(human.stdout).toContain('Finalized, failed (INSUFFICIENT_BALANCE): only the fee was paid')
  })

  it('rejected on the way', async () => {
    await openVault()
    fake.fate = { state: 'Rejected', code: 'SIBLING_WON' }
    const ran = await run(['transfer', recipient, '1', '--wait', 'provable', '--json'])
    expect(ran.code).toBe(5)
    expect(errorOf(ran)).toMatchObject({
      code: 'SIBLING_WON',
      message: expect.stringContaining('Nothing was transferred'),
    })
  })
})

describe('exit code 6: timed out', () => {
  it('the wait ends, the transaction is shown, and goes on', async () => {
    await openVault()
    const ran = await run(['transfer', recipient, '1', '--wait', 'finalized', '--timeout', '0.2', '--json'])
    expect(ran.code).toBe(6)
    expect(jsonOf(ran)).toMatchObject({ state: 'Validating' })
    expect(errorOf(ran)).toMatchObject({ code: 'WAIT_TIMEOUT', message: expect.stringContaining('goes on') })
  })

  it('final, but no checkpoint in time', async () => {
    await openVault()
    fake.fate = { state: 'Finalized', outcome: 'ok' }
    const ran = await run(['transfer', recipient, '1', '--wait', 'provable', '--timeout', '0.5', '--json'])
    expect(ran.code).toBe(6)
    expect(jsonOf(ran)).toMatchObject({ state: 'Finalized' })
  })
})

describe('exit code 130: interrupted', () => {
  it('Ctrl-C ends the wait, shows the transaction, and leaves it alone', async () => {
    await openVault()
    let pid = 0
    const running = run(['transfer', recipient, '1', '--wait', 'finalized'], {
      onOutput: (_, child) => {
        pid = child.pid ?? 0
      },
    })
    await eventually(() => fake.watchers === 1 && pid !== 0)
    process.kill(pid, 'SIGINT')
    const ran = await running
    expect(ran.code).toBe(130)
    expect(ran.stdout).toContain('Validating')
    expect(ran.stderr).toContain('The transaction goes on without this program')
    await eventually(() => fake.watchers === 0)
    expect((await fake.services.transactions.list({})).items).toHaveLength(1)
  })

  it('Ctrl-C before an answer says that a repeat is safe', async () => {
    await openVault()
    const asked = Promise.withResolvers<void>()
    Object.assign(fake.services.transactions, {
      pay: () => {
        asked.resolve()
        return new Promise(() => undefined)
      },
    })
    let pid = 0
    const running = run(['transfer', recipient, '1', '--idempotency-key', 'k1'], {
      onOutput: (_, child) => {
        pid = child.pid ?? 0
      },
    })
    await asked.promise
    await eventually(() => pid !== 0)
    process.kill(pid, 'SIGINT')
    const ran = await running
    expect(ran.code).toBe(130)
    expect(ran.stderr).toContain('--idempotency-key k1')
  })
})

/** Real time, but no fixed wait: runs until the condition holds or the test's own time-out ends it. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
