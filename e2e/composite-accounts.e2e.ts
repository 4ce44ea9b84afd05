/**
 * An account whose transactions are signed by a key of the vault and a P-256 key of a token, as somebody at the command line and
 * a program over REST use it: through a kill of the node, behind a daily limit, and with a PIN for each signature.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import type { Account, Transaction, VaultStatusShape } from '../node/api/contract/index.ts'
import { errorOf, type Ran, runProgram } from '../node/cli/test-support/run-program.ts'
import { requireFaultyToken, rightPin } from '../node/vault/pkcs11/testing/faulty-token.ts'
import { P256Token } from '../node/vault/pkcs11/testing/p256-token.ts'
import { killServedNodes, qudagAt, type ServedNode, startServedNode } from './served-node.ts'

const password = 'correct horse battery staple'
const [officerPin, pin] = ['officer-1234', 'user-5678']
const folder = mkdtempSync(join(tmpdir(), 'qudag-composite-'))
let faulty: P256Token | undefined
afterEach(() => {
  faulty?.remove()
  faulty = undefined
})
afterAll(() => {
  killServedNodes()
  rmSync(folder, { recursive: true, force: true })
})

interface Answered {
  readonly status: number
  readonly body: Transaction & { readonly code?: string }
}

/** A data folder, the command line on it, and REST with the owner's token. */
function wallet(name: string) {
  const dataDir = join(folder, name)
  mkdirSync(dataDir, { mode: 0o700 })
  const qudag = qudagAt(dataDir)
  const run = (args: readonly string[], descriptors: readonly string[] = []): Promise<Ran> =>
    runProgram([...args, '--json'], { dataDir, descriptors })
  const rest = async ({ apiUrl }: ServedNode, path: string, body?: object, key?: string): Promise<Answered> => {
    const token = readFileSync(join(dataDir, 'run', 'api-token'), 'utf8')
    const answer = await fetch(`${apiUrl}/api/v1${path}`, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Answered['body'] }
  }
  const finalized = async (node: ServedNode, { txId }: Pick<Transaction, 'txId'>): Promise<Transaction> => {
    for (;;) {
      const { body } = await rest(node, `/transactions/${txId}`)
      if (body.state === 'Finalized' || body.state === 'Rejected') return body
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  return { dataDir, qudag, run, rest, finalized }
}

it('pays by both keys at the command line and over REST, before and after the node was killed', async ({ skip }) => {
  const path = process.env.QUDAG_TEST_SOFTHSM ?? ''
  if (!existsSync(path)) skip('QUDAG_TEST_SOFTHSM names no SoftHSM library')
  if (!existsSync(new URL('../node_modules/pkcs11js', import.meta.url)))
    skip('pkcs11js is not installed: it is optional')
  const { dataDir, qudag, run, rest, finalized } = wallet('softhsm')
  mkdirSync(join(folder, 'token'))
  const config = join(folder, 'softhsm2.conf')
  writeFileSync(
    config,
    `directories.tokendir = ${join(folder, 'token')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  )
  const where = ['--module', path, '--module-env', `SOFTHSM2_CONF=${config}`]
  await qudag(
    ['hsm', 'init', ...where, '--label', 'wallet', '--so-pin-fd', '3', '--new-pin-fd', '4'],
    [officerPin, pin],
  )
  const both = await run(['hsm', 'pair', ...where, '--generate', '--composite', '--seal', '--pin-fd', '3'], [pin])
  expect(both.code).toBe(2)
  const pairing = await qudag(
    ['hsm', 'pair', ...where, '--generate', '--composite', '--label', 'card', '--pin-fd', '3'],
    [pin],
  )
  expect(pairing).toMatchObject({ label: 'card', key: { kind: 'ec' } })

  const first = await startServedNode({ dataDir })
  await qudag(['vault', 'init', '--password-fd', '3'], [password])
  const main = (await qudag(['account', 'create', '--label', 'main'])) as Account
  const card = (await qudag(['account', 'create', '--label', 'savings', '--hardware', 'card'])) as Account
  expect(card).toMatchObject({ suite: 'ML-DSA-65+P-256', signer: 'composite' })
  expect(await qudag(['account', 'create', '--hardware', 'card'])).toMatchObject({ address: card.address })
  expect((await rest(first, '/accounts/savings')).body).toMatchObject({ suite: 'ML-DSA-65+P-256', signer: 'composite' })
  await qudag(['faucet', 'main', '40', '--wait', 'finalized'])
  await qudag(['transfer', card.address, '10', '--from', 'main', '--wait', 'finalized'])

  const back = ['transfer', main.address, '1', '--from', 'savings', '--wait', 'finalized']
  const intent = (amount: string) => ({ from: 'savings', transfers: [{ to: main.address, amount }] })
  expect(errorOf(await run(back)).code).toBe('HSM_PIN_REQUIRED')
  expect(await rest(first, '/transactions', intent('1'), 'k1')).toMatchObject({
    status: 403,
    body: { code: 'HSM_PIN_REQUIRED' },
  })
  expect(errorOf(await run(['hsm', 'unlock', 'card', '--pin-fd', '3'], ['not the pin'])).code).toMatch(/^HSM_PIN_/)
  await qudag(['hsm', 'unlock', 'card', '--pin-fd', '3'], [pin])
  expect(await qudag(back)).toMatchObject({ state: 'Finalized', outcome: 'ok', nonce: 0 })
  const sent = await rest(first, '/transactions', intent('1'), 'k1')
  expect(sent).toMatchObject({ status: 202, body: { nonce: 1 } })
  expect(await finalized(first, sent.body)).toMatchObject({ state: 'Finalized', outcome: 'ok' })

  // The token stands behind the daily limit of the other account.
  await qudag([
    'account',
    'policy',
    'set-limit',
    '2',
    '--second',
    'savings',
    '--account',
    'main',
    '--wait',
    'finalized',
  ])
  const much = { from: 'main', transfers: [{ to: card.address, amount: '5000000' }] }
  expect(await rest(first, '/transactions', much)).toMatchObject({ body: { code: 'DAILY_LIMIT' } })
  const coSigned = await rest(first, '/transactions', { ...much, coSign: true }, 'k2')
  expect(await finalized(first, coSigned.body)).toMatchObject({ state: 'Finalized', outcome: 'ok' })
  expect(
    await qudag(['transfer', card.address, '5', '--from', 'main', '--co-sign', '--wait', 'finalized']),
  ).toMatchObject({ state: 'Finalized', outcome: 'ok' })

  await first.end('SIGKILL')
  const second = await startServedNode({ dataDir })
  expect(await qudag(['account', 'show', 'savings'])).toMatchObject({ address: card.address, nonce: 2 })
  await qudag(['vault', 'unlock', '--password-fd', '3'], [password])
  expect(errorOf(await run(back)).code).toBe('HSM_PIN_REQUIRED')
  expect(((await qudag(['vault', 'status'])) as VaultStatusShape).hardwareKeys).toMatchObject([
    { label: 'card', suite: 'ML-DSA-65+P-256', state: 'locked' },
  ])
  // What was paid before under its key is not paid again, and needs no token.
  expect((await rest(second, '/transactions', intent('1'), 'k1')).body.txId).toBe(sent.body.txId)
  await qudag(['hsm', 'unlock', 'card', '--pin-fd', '3'], [pin])
  expect(await qudag(back)).toMatchObject({ state: 'Finalized', outcome: 'ok', nonce: 2 })
  expect((await second.end('SIGTERM')).code).toBe(0)
})

it('pays over REST once the PIN of that very signature was typed', async (context) => {
  requireFaultyToken(context)
  const token = new P256Token()
  faulty = token
  const { dataDir, qudag, run, rest, finalized } = wallet('approval')
  const { path, variables } = token.options()
  const where = ['--module', path, '--module-env', `QUDAG_TEST_TOKEN_DIR=${variables.QUDAG_TEST_TOKEN_DIR}`]
  // For the proof too; the PIN is typed once.
  token.set({ 'always-authenticate': 1 })
  await qudag(['hsm', 'pair', ...where, '--composite', '--label', 'card', '--pin-fd', '3'], [rightPin])

  const node = await startServedNode({ dataDir })
  await qudag(['vault', 'init', '--password-fd', '3'], [password])
  const main = (await qudag(['account', 'create', '--label', 'main'])) as Account
  const card = (await qudag(['account', 'create', '--label', 'savings', '--hardware', 'card'])) as Account
  await qudag(['faucet', 'main', '20', '--wait', 'finalized'])
  await qudag(['transfer', card.address, '10', '--from', 'main', '--wait', 'finalized'])
  const unlock = () => run(['hsm', 'unlock', 'card', '--pin-fd', '3'], [rightPin])
  expect((await unlock()).code).toBe(0)

  const inits = token.calls('C_SignInit').length
  const intent = { from: 'savings', transfers: [{ to: main.address, amount: '1000000' }] }
  const pending = rest(node, '/transactions', intent, 'k1')
  await token.called('C_SignInit', inits + 1)
  expect(token.calls('C_Sign')).toHaveLength(inits)
  for (;;) {
    const { hardwareKeys } = (await qudag(['vault', 'status'])) as VaultStatusShape
    if (hardwareKeys?.[0]?.state === 'waiting') break
  }
  expect((await unlock()).code).toBe(0)
  const sent = await pending
  expect(sent).toMatchObject({ status: 202, body: { nonce: 0 } })
  expect(await finalized(node, sent.body)).toMatchObject({ state: 'Finalized', outcome: 'ok' })
  expect((await rest(node, '/transactions', intent, 'k1')).body.txId).toBe(sent.body.txId)
  expect((await node.end('SIGTERM')).code).toBe(0)
})
