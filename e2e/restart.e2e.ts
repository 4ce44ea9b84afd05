/**
 * What survives the end of a node, orderly or not, as somebody at the command line sees it: balances, nonces, history and
 * state root; and that the recovery phrase alone brings the same addresses back in another folder.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Account, Transaction, TransactionPage } from '../node/api/contract/index.ts'
import { killServedNodes, qudagAt, startServedNode } from './served-node.ts'

const password = 'correct horse battery staple'
const folder = mkdtempSync(join(tmpdir(), 'qudag-restart-'))
afterAll(() => {
  killServedNodes()
  rmSync(folder, { recursive: true, force: true })
})

/** All that must be the same after a restart. */
async function snapshot(run: ReturnType<typeof qudagAt>) {
  const accounts = (await run(['account', 'list'])) as Account[]
  const { items } = (await run(['tx', 'list'])) as TransactionPage
  const { stateRoot, chainId } = (await run(['node', 'status'])) as { stateRoot: string; chainId: string }
  return { accounts, items, stateRoot, chainId }
}

it('keeps balances, history and state root over an orderly end and a kill, and finds the addresses by the phrase', async () => {
  const dataDir = join(folder, 'first')
  const run = qudagAt(dataDir)
  let node = await startServedNode({ dataDir })
  const { phrase } = (await run(['vault', 'init', '--password-fd', '3'], [password])) as { phrase: string[] }
  await run(['account', 'create', '--label', 'spending'])
  await run(['account', 'create', '--label', 'saving'])
  await run(['faucet', 'spending', '100', '--wait', 'finalized'])
  const transfer = ['transfer', 'saving', '12.5', '--from', 'spending', '--idempotency-key', 'rent-1']
  const paid = (await run([...transfer, '--wait', 'provable'])) as Transaction
  expect(paid).toMatchObject({ state: 'Finalized', outcome: 'ok', nonce: 1 })
  const before = await snapshot(run)
  expect(before.accounts.map(({ label, balance }) => [label, balance.available])).toEqual([
    ['spending', String(100_000_000n - 12_500_000n - before.items.reduce((sum, { fee }) => sum + BigInt(fee), 0n))],
    ['saving', '12500000'],
  ])

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const { code } = await node.end(signal)
    expect(code).toBe(signal === 'SIGTERM' ? 0 : null)
    node = await startServedNode({ dataDir })
    expect(await snapshot(run), `after ${signal}`).toEqual(before)
    // The same request is answered with the payment that was made; a locked vault need not sign anything for that.
    expect(await run(transfer)).toMatchObject({ txId: paid.txId, state: 'Finalized' })
    expect(await run(['storage', 'verify'])).toMatchObject({ ok: true, transactions: 2, stateRoot: before.stateRoot })
    expect(await run(['audit', 'verify'])).toMatchObject({ ok: true })
  }
  expect((await node.end('SIGTERM')).code).toBe(0)

  const otherDir = join(folder, 'second')
  const runOther = qudagAt(otherDir)
  const other = await startServedNode({ dataDir: otherDir })
  const restore = ['vault', 'restore', '--accounts', '2', '--phrase-fd', '3', '--password-fd', '4']
  await runOther(restore, [phrase.join(' '), password])
  const restored = (await runOther(['account', 'list'])) as Account[]
  expect(restored.map(({ address }) => address)).toEqual(before.accounts.map(({ address }) => address))
  // Another chain: the same keys, and nothing on them.
  expect((await snapshot(runOther)).chainId).not.toBe(before.chainId)
  expect(restored.map(({ balance }) => balance.available)).toEqual(['0', '0'])
  expect((await other.end('SIGTERM')).code).toBe(0)
})
