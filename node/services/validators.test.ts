import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { vertexEvidence, vertexMessage } from '../consensus/index.ts'
import { fromHex, toHex } from '../core/bytes.ts'
import { defaultSignatureBackend, generateKeyPair, sha256 } from '../crypto/index.ts'
import { validatorIdOf } from '../ledger/index.ts'
import { testGenesis } from '../ledger/test-support.ts'
import { type Node, provePossessionOf } from '../node.ts'
import { createChain } from './chain.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'

const ruv = 1_000_000n

describe('stake at a node', () => {
  const folder = temporaryDataDir()
  const other = temporaryDataDir()
  const keyFile = join(other.path, 'validator.key')
  let node: Node
  let alice = ''

  beforeAll(async () => {
    // A second node, so that there is a second key file.
    const second = await startTestNode(other.path)
    await second.stop()
    node = await startTestNode(folder.path)
    await node.services.vault.init({ password: passwordBytes() })
    alice = (await node.services.accounts.create({ label: 'alice' })).address
    await node.services.accounts.create({ label: 'bob' })
    for (const account of ['alice', 'bob']) {
      await ended(node, (await node.services.transactions.faucet({ account, amountMicroRuv: 500n * ruv })).txId)
    }
  })
  afterAll(async () => {
    await node.stop()
    folder.remove()
    other.remove()
  })

  const witness = async (address = alice) => {
    const { chainId } = await node.services.node.status()
    const { publicKey, proof } = await provePossessionOf({ keyFile, chainId, address })
    return { publicKey: toHex(publicKey), proof: toHex(proof) }
  }
  const balance = async () => (await node.services.accounts.show('alice')).balance

  it('shows the validator of the genesis, which belongs to nobody and counts', async () => {
    const { epoch, items, totalMicroRuv, startMs, endsAtMs } = await node.services.validators.list()
    expect([epoch, items.length, endsAtMs - startMs]).toEqual([0, 1, 600_000])
    expect(items[0]).toMatchObject({ owner: null, isSelf: true, isJailed: false, countedMicroRuv: totalMicroRuv })
    expect(await codeOf(node.services.validators.bond({ from: 'alice', amountMicroRuv: 200n * ruv }))).toBe(
      'VALIDATOR_NOT_OWNED',
    )
  })

  it('bonds under a key whose file is elsewhere, once for an idempotency key, and asks back', async () => {
    const order = { from: 'alice', amountMicroRuv: 200n * ruv, idempotencyKey: 'bond-1' }
    const sent = await node.services.validators.bond({ ...order, validator: await witness() })
    const view = await ended(node, sent.txId)
    const validator = toHex(validatorIdOf(fromHex((await witness()).publicKey) as Uint8Array))
    expect(view).toMatchObject({
      outcome: 'ok',
      operations: [{ kind: 'stake.bond', validator, amountMicroRuv: 200n * ruv }],
    })
    // The proof is another each time; the request is the same.
    expect((await node.services.validators.bond({ ...order, validator: await witness() })).txId).toBe(sent.txId)
    expect(await balance()).toMatchObject({
      stakedMicroRuv: 200n * ruv,
      availableMicroRuv: 300n * ruv - view.feeMicroRuv - (await faucetFee()),
    })
    const { txId } = await node.services.validators.unbond({ from: 'alice', validator, amountMicroRuv: 50n * ruv })
    expect(await ended(node, txId)).toMatchObject({ outcome: 'ok', operations: [{ kind: 'stake.unbond', validator }] })
    const { items } = await node.services.validators.list()
    expect(items.find(({ id }) => id === validator)).toMatchObject({
      owner: alice,
      bondedMicroRuv: 150n * ruv,
      countedMicroRuv: 0n,
      unbonding: [{ amountMicroRuv: 50n * ruv, releaseAtMs: null }],
      isSelf: false,
    })
  })

  it('says before anything is signed what the ledger would refuse', async () => {
    const { bond, unbond } = node.services.validators
    const validator = toHex(validatorIdOf(fromHex((await witness()).publicKey) as Uint8Array))
    const bob = (await node.services.accounts.show('bob')).address
    // One after the other: a refusal that nobody waits for yet would be a fault of the test.
    const refusals: [string, () => Promise<unknown>][] = [
      [
        'VALIDATOR_NOT_OWNED',
        async () => bond({ from: 'bob', amountMicroRuv: 200n * ruv, validator: await witness(bob) }),
      ],
      ['STAKE_PROOF_INVALID', async () => bond({ from: 'alice', amountMicroRuv: ruv, validator: await witness(bob) })],
      ['STAKE_INSUFFICIENT', () => unbond({ from: 'alice', validator, amountMicroRuv: 151n * ruv })],
      ['STAKE_BELOW_MINIMUM', () => unbond({ from: 'alice', validator, amountMicroRuv: 149n * ruv })],
      ['VALIDATOR_UNKNOWN', () => unbond({ from: 'alice', validator: '0'.repeat(64), amountMicroRuv: 1n })],
      ['INPUT_INVALID', () => bond({ from: 'alice', amountMicroRuv: 1n, validator: { publicKey: 'ab', proof: 'ab' } })],
    ]
    for (const [code, refused] of refusals) expect(await codeOf(refused())).toBe(code)
  })

  it('makes no key where the file is not there', async () => {
    const { chainId } = await node.services.node.status()
    const missing = join(other.path, 'missing.key')
    for (let again = 0; again < 2; again++) {
      expect(await codeOf(provePossessionOf({ keyFile: missing, chainId, address: alice }))).toBe(
        'VALIDATOR_KEY_READ_FAILED',
      )
    }
  })

  /** What alice paid to be credited. */
  const faucetFee = async (): Promise<bigint> => {
    const { items } = await node.services.transactions.list({ account: 'alice', direction: 'faucet' })
    return items.reduce((sum, { feeMicroRuv }) => sum + feeMicroRuv, 0n)
  }
})

it('the rules of a chain read evidence as the consensus writes it, and check its signatures under real keys', () => {
  const { seed, publicKey } = generateKeyPair('ML-DSA-65')
  const chain = createChain(testGenesis([]))
  const author = validatorIdOf(publicKey)
  const sides = [1, 2].map((timestampMs) => {
    const header = {
      epoch: 0,
      round: 5,
      author,
      parents: [{ round: 4, author, hash: sha256(author) }],
      transactionsRoot: sha256(author),
      transactionCount: 0,
      timestampMs,
      lastCommit: 0,
    }
    const signature = defaultSignatureBackend().sign('ML-DSA-65', seed, vertexMessage(chain.chainId, header))
    return { header, signature }
  })
  const [first, second] = sides as [(typeof sides)[number], (typeof sides)[number]]
  const read = chain.rules.readEvidence(vertexEvidence(first, second))
  expect(read).toMatchObject({ ok: true, value: { validatorId: author, offence: { epoch: 0, position: 5 } } })
  if (!read.ok) return
  for (const { message, signature } of read.value.statements) {
    expect(chain.rules.verifyValidator(publicKey, message, signature)).toBe(true)
    expect(
      chain.rules.verifyValidator(
        publicKey,
        message,
        signature.map((byte) => byte ^ 1),
      ),
    ).toBe(false)
  }
})
