import { afterEach, describe, expect, it } from 'vitest'
import { fromHex } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { defaultSignatureBackend, seedBytes, signatureSuites } from '../crypto/index.ts'
import { accountIdOf, attachSignature, formatAddress, type Transaction, transactionMessage } from '../ledger/index.ts'
import { ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

describe('a rejected transaction that is sent again', () => {
  it('stays rejected, also when it could be executed by then', async () => {
    const folder = temporaryDataDir()
    closers.push(() => folder.remove())
    const node = await startTestNode(folder.path)
    closers.push(() => node.stop())
    const { services } = node
    const { phrase } = await services.vault.init({ password: passwordBytes() })
    phrase.fill(0)
    await services.accounts.create({ label: 'sender' })
    const key = defaultSignatureBackend().openSigningKey('ML-DSA-65', seededRng(5).bytes(seedBytes))
    const account = accountIdOf('ML-DSA-65', key.publicKey)
    const address = formatAddress('development', account)
    // Credits less than it costs: refused in the order without using the nonce, since a new account has nothing to pay with.
    const transaction: Transaction = {
      chainId: fromHex(node.info.chainId) as Uint8Array,
      account,
      key: { suite: signatureSuites['ML-DSA-65'].wire, publicKey: key.publicKey },
      nonce: 0,
      operations: [{ kind: 'faucet', amountMicroRuv: 1n }],
      maxFeeMicroRuv: 100_000n,
      validUntilMs: Date.now() + 600_000,
    }
    const { bytes } = attachSignature(transaction, key.sign(transactionMessage(transaction)))
    const first = await services.transactions.submit(bytes)
    const rejected = await ended(node, first.txId)
    expect(rejected).toMatchObject({ state: 'Rejected', code: 'INSUFFICIENT_FEE', feeMicroRuv: 0n })

    // Now the account could pay.
    await ended(node, (await services.transactions.faucet({ account: 'sender', amountMicroRuv: 50_000_000n })).txId)
    const transfers = [{ to: address, amountMicroRuv: 10_000_000n }]
    await ended(node, (await services.transactions.pay({ from: 'sender', transfers })).txId)
    expect(await services.transactions.submit(bytes)).toEqual(rejected)

    // And nothing came of it behind that answer.
    await ended(node, (await services.transactions.pay({ from: 'sender', transfers })).txId)
    expect(await services.accounts.show(address)).toMatchObject({
      nonce: 0,
      balance: { availableMicroRuv: 20_000_000n, pendingMicroRuv: 0n },
    })
    expect(await services.storage.verify()).toMatchObject({ ok: true, problems: [], transactions: 3 })
  })
})
