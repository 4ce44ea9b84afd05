/**
 * A key in a token as somebody at the command line uses it: made in NSS softoken, paired, an account of it, a payment signed in
 * the token, the same after a kill of the node.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Account, Transaction } from '../node/api/contract/index.ts'
import { errorOf, type Ran, runProgram } from '../node/cli/test-support/run-program.ts'
import { killServedNodes, qudagAt, startServedNode } from './served-node.ts'

const password = 'correct horse battery staple'
const pin = 'user-5678'
const folder = mkdtempSync(join(tmpdir(), 'qudag-hardware-'))
const dataDir = join(folder, 'data')
const qudag = qudagAt(dataDir)
/** One that may fail. */
const run = (args: readonly string[], descriptors: readonly string[] = []): Promise<Ran> =>
  runProgram([...args, '--json'], { dataDir, descriptors })
afterAll(() => {
  killServedNodes()
  rmSync(folder, { recursive: true, force: true })
})

it('pays from an account whose key is in a token, before and after the node was killed', async ({ skip }) => {
  const libraryPath = process.env.QUDAG_TEST_NSS_DIR ?? ''
  const path = join(libraryPath, 'libsoftokn3.so')
  if (!existsSync(path)) skip('QUDAG_TEST_NSS_DIR names no folder with NSS softoken')
  if (!existsSync(new URL('../node_modules/pkcs11js', import.meta.url)))
    skip('pkcs11js is not installed: it is optional')
  const storage = join(folder, 'token')
  mkdirSync(storage)
  mkdirSync(dataDir, { mode: 0o700 })
  const initString = `configdir='sql:${storage}' certPrefix='' keyPrefix='' secmod='' flags=`
  const where = ['--module', path, '--library-path', libraryPath, '--init-string', initString]
  const token = 'NSS Certificate DB'
  await qudag(['hsm', 'init', ...where, '--token', token, '--label', 'x', '--new-pin-fd', '3'], [pin])
  await qudag(['hsm', 'pair', ...where, '--generate', '--label', 'card', '--pin-fd', '3'], [pin])

  const first = await startServedNode({ dataDir })
  await qudag(['vault', 'init', '--password-fd', '3'], [password])
  const main = (await qudag(['account', 'create', '--label', 'main'])) as Account
  const card = (await qudag(['account', 'create', '--label', 'savings', '--hardware', 'card'])) as Account
  await qudag(['faucet', 'main', '20', '--wait', 'finalized'])
  await qudag(['transfer', card.address, '10', '--from', 'main', '--wait', 'finalized'])

  const back = ['transfer', main.address, '1', '--from', 'savings', '--wait', 'finalized']
  const locked = await run(back)
  expect([locked.code, errorOf(locked).code]).toEqual([3, 'HSM_PIN_REQUIRED'])
  const wrong = await run(['hsm', 'unlock', '--pin-fd', '3'], ['not the pin'])
  expect([wrong.code, errorOf(wrong).code.slice(0, 8)]).toEqual([3, 'HSM_PIN_'])
  expect(await qudag(['hsm', 'unlock', '--pin-fd', '3'], [pin])).toMatchObject({ label: 'card', unlocked: true })
  expect(await qudag(back)).toMatchObject({
    state: 'Finalized',
    outcome: 'ok',
    nonce: 0,
  } satisfies Partial<Transaction>)

  await first.end('SIGKILL')
  const second = await startServedNode({ dataDir })
  expect(await qudag(['account', 'show', 'savings'])).toMatchObject({ address: card.address, nonce: 1 })
  await qudag(['vault', 'unlock', '--password-fd', '3'], [password])
  await qudag(['hsm', 'unlock', 'card', '--pin-fd', '3'], [pin])
  expect(await qudag(back)).toMatchObject({ state: 'Finalized', outcome: 'ok', nonce: 1 })

  // The key itself stays in the token: under another name, or paired once more, the account goes on.
  const { id } = (await qudag(['hsm', 'rename', 'card', 'purse'])) as { id: string }
  expect(await qudag(['hsm', 'list'])).toMatchObject([{ id, label: 'purse' }])
  const [{ key }] = (await qudag(['hsm', 'list'])) as [{ key: { id: string } }]
  expect(await qudag(['hsm', 'forget', 'purse'])).toEqual({ forgotten: true })
  expect(await qudag(['hsm', 'list'])).toEqual([])
  const forgotten = await run(back)
  expect([forgotten.code, errorOf(forgotten).code]).toEqual([1, 'HSM_NOT_PAIRED'])
  expect(errorOf(await run(['hsm', 'forget', 'purse'])).code).toBe('HSM_NOT_PAIRED')
  await qudag(['hsm', 'pair', ...where, '--key-id', key.id, '--label', 'card', '--pin-fd', '3'], [pin])
  await qudag(['hsm', 'unlock', 'card', '--pin-fd', '3'], [pin])
  expect(await qudag(back)).toMatchObject({ state: 'Finalized', outcome: 'ok', nonce: 2 })
  expect((await second.end('SIGTERM')).code).toBe(0)
})
