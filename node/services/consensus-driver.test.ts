import { afterEach, describe, expect, it } from 'vitest'
import { createEngine, type Message, type PeerKey } from '../consensus/index.ts'
import { bytesKey, fromHex, toHex } from '../core/bytes.ts'
import { defaultSignatureBackend, generateKeyPair, signatureSuites } from '../crypto/index.ts'
import { accountIdOf, attachSignature, type SignedTransaction, transactionMessage } from '../ledger/index.ts'
import type { Node } from '../node.ts'
import type { ConsensusPeers, PeerListener } from './consensus-peers.ts'
import { startTestNode, temporaryDataDir } from './test-support.ts'

const backend = defaultSignatureBackend()

/** A node of one validator, and what its peers would say to it. */
async function startWithPeers() {
  const folder = temporaryDataDir()
  let listener: PeerListener | undefined
  const faults: [PeerKey, string][] = []
  const peers: ConsensusPeers = {
    send: () => undefined,
    start(to) {
      listener = to
    },
    stop: () => undefined,
    misconduct: (peer, code) => void faults.push([peer, code]),
    count: 0,
    list: () => [],
  }
  /** Ids of what the engine was given to propose at once. */
  const proposed: string[] = []
  const node = await startTestNode(folder.path, {
    peers: () => peers,
    createEngine(options) {
      const engine = createEngine(options)
      return {
        ...engine,
        handle(input) {
          if (input.type === 'gossip' && input.isDue === true)
            proposed.push(...input.proposals.map(({ txId }) => toHex(txId)))
          return engine.handle(input)
        },
        get room() {
          return engine.room
        },
        get status() {
          return engine.status
        },
      }
    },
  })
  stopping.push(async () => {
    await node.stop()
    folder.remove()
  })
  if (listener === undefined) throw new Error('the node listens to its peers')
  return { node, listener, faults, proposed, chainId: fromHex(node.info.chainId) as Uint8Array }
}
const stopping: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop()
})

/** A faucet payment of somebody this node has never heard of. */
function somebodys(chainId: Uint8Array, overrides: { signature?: Uint8Array } = {}): SignedTransaction {
  const { publicKey, seed } = generateKeyPair('ML-DSA-65')
  const transaction = {
    chainId,
    account: accountIdOf('ML-DSA-65', publicKey),
    key: { suite: signatureSuites['ML-DSA-65'].wire, publicKey },
    nonce: 0,
    operations: [{ kind: 'faucet' as const, amountMicroRuv: 5_000_000n }],
    maxFeeMicroRuv: 1_000_000n,
    validUntilMs: Date.now() + 600_000,
  }
  const signature = overrides.signature ?? backend.sign('ML-DSA-65', seed, transactionMessage(transaction))
  return attachSignature(transaction, signature)
}

const said = (...transactions: SignedTransaction[]): Message => ({
  kind: 'transactions',
  transactions: transactions.map(({ bytes }) => bytes),
})

/** Resolves once the node has executed it: of others' transactions it has the end alone. */
async function executed(node: Node, txId: Uint8Array): Promise<void> {
  while ((await timesOrdered(node, toHex(txId))) === 0) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Its transactions in the order, as this node's history has them. */
async function timesOrdered(node: Node, txId: string): Promise<number> {
  const { items } = await node.services.transactions.list({ limit: 50 })
  return items.filter((item) => item.txId === txId).length
}

describe('transactions of other nodes', () => {
  it('that are handed to this validator go into its next vertex, once however often they are handed', async () => {
    const { node, listener, faults, proposed, chainId } = await startWithPeers()
    const one = somebodys(chainId)
    for (let times = 0; times < 3; times++) listener.message('peer:a', said(one, one))
    await executed(node, one.txId)
    expect(proposed).toEqual([toHex(one.txId)])
    expect(await timesOrdered(node, toHex(one.txId))).toBe(1)
    expect(faults).toEqual([])
  })

  it('that are heard by gossip are passed on, and left to those they were handed to', async () => {
    const { node, listener, chainId } = await startWithPeers()
    const [heard, handed] = [somebodys(chainId), somebodys(chainId)]
    expect(await listener.gossip('peer:a', said(heard))).toBe('accept')
    // The same again at once would only go round.
    expect(await listener.gossip('peer:b', said(heard))).toBe('ignore')
    listener.message('peer:a', said(handed))
    await executed(node, handed.txId)
    expect(await timesOrdered(node, toHex(heard.txId))).toBe(0)
  })

  it('count against whoever sends them where they are wrong', async () => {
    const { node, listener, faults, chainId } = await startWithPeers()
    const forged = somebodys(chainId, { signature: new Uint8Array(signatureSuites['ML-DSA-65'].signatureBytes) })
    expect(await listener.gossip('peer:a', said(forged))).toBe('reject')
    expect(await listener.gossip('peer:a', { kind: 'transactions', transactions: [Uint8Array.of(1)] })).toBe('reject')
    listener.message('peer:b', said(forged))
    // What is handed in after it has been looked at when this one has ended.
    const sound = somebodys(chainId)
    listener.message('peer:b', said(sound))
    await executed(node, sound.txId)
    expect(faults).toEqual([['peer:b', 'TRANSACTION_INVALID']])
  })

  it('and what else may not be gossiped is refused', async () => {
    const { listener } = await startWithPeers()
    expect(await listener.gossip('peer:a', { kind: 'fetch', epoch: 0, references: [], fromRound: 1 })).toBe('reject')
    expect(await listener.gossip(bytesKey(new Uint8Array(32)), { kind: 'checkpoint-request', seqs: [1] })).toBe(
      'reject',
    )
  })
})
