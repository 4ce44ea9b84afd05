/** The binding over real libp2p nodes: the handshake hash of a connection, a stream on it, and somebody in the middle. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Ed25519PrivateKey, Libp2p, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it } from 'vitest'
import { toHex } from '../../core/bytes.ts'
import { ManualClock } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { createSecureChannel, type SecureChannel } from '../secure-channel/index.ts'
import { realScheduler } from '../secure-channel/test-support.ts'
import { signCertificate } from './certificate.ts'
import { bindingProtocol, runBinding } from './run-binding.ts'
import type { OwnValidator } from './statement.ts'
import { dayMs, nowMs, testNetwork, testValidator, verifiers } from './test-support.ts'

const protocol = bindingProtocol(testNetwork)

interface TestNode {
  readonly libp2p: Libp2p
  readonly channel: SecureChannel
}

const started: Libp2p[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((node) => node.stop()))
})

async function start(privateKey: Ed25519PrivateKey): Promise<TestNode> {
  const channel = createSecureChannel({ chainId: testNetwork }, { privateKey, scheduler: realScheduler })
  const libp2p = await createLibp2p({
    privateKey,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [...channel.encrypters],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 1_000 },
  })
  started.push(libp2p)
  return { libp2p, channel }
}

async function validatorWith(number: number, privateKey: Ed25519PrivateKey): Promise<OwnValidator> {
  const { validatorKey, sign } = testValidator(number)
  const claim = {
    network: testNetwork,
    validatorKey,
    peerId: privateKey.publicKey.toMultihash().bytes,
    notBeforeMs: nowMs - dayMs,
    notAfterMs: nowMs + dayMs,
  }
  const certificate = await signCertificate(claim, {
    validator: sign,
    peer: (message) => privateKey.sign(message),
  })
  return { certificate, sign }
}

/** What this side comes to: the other's validator id, 'none', or a code. */
async function bind(node: TestNode, connection: Connection, stream: Stream, own: OwnValidator): Promise<string> {
  const record = node.channel.of(connection)
  if (record === undefined) throw new Error('outside the channel')
  const session = { ...record, ownPeerId: node.libp2p.peerId.toMultihash().bytes }
  const clock = new ManualClock(nowMs)
  const deps = { clock, scheduler: realScheduler, verifyValidator: verifiers.validator }
  try {
    const remote = await runBinding(stream, { chainId: testNetwork, session, own }, deps)
    return remote === null ? 'none' : toHex(remote.validator)
  } catch (error) {
    return error instanceof NodeError ? error.code : String(error)
  }
}

const [aliceKey, bobKey] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
const [aliceAsValidator, bobAsValidator] = [await validatorWith(1, aliceKey), await validatorWith(2, bobKey)]

/** Answers bindings as Bob; resolves with what it came to. */
async function answering(node: TestNode): Promise<{ readonly outcome: Promise<string> }> {
  const { promise: outcome, resolve } = Promise.withResolvers<string>()
  await node.libp2p.handle(protocol, async (stream: Stream, connection: Connection) => {
    resolve(await bind(node, connection, stream, bobAsValidator))
  })
  return { outcome }
}

function addressOf(node: TestNode) {
  const [address] = node.libp2p.getMultiaddrs()
  if (address === undefined) throw new Error('the node listens nowhere')
  return address
}

describe('validators that are connected', () => {
  it('are proven to each other', async () => {
    const [alice, bob] = [await start(aliceKey), await start(bobKey)]
    const { outcome } = await answering(bob)
    const connection = await alice.libp2p.dial(addressOf(bob))
    const ours = bind(alice, connection, await connection.newStream(protocol), aliceAsValidator)
    expect(await Promise.all([ours, outcome])).toEqual([toHex(testValidator(2).id), toHex(testValidator(1).id)])
  })

  it('are not, where somebody sits between them who has the peer keys of both and passes everything on', async () => {
    const [alice, bob] = [await start(aliceKey), await start(bobKey)]
    // Ed25519 is broken: the one in the middle is Bob to Alice and Alice to Bob, in two channels of his own.
    const [asBob, asAlice] = [await start(bobKey), await start(aliceKey)]
    const { outcome } = await answering(bob)
    await asBob.libp2p.handle(protocol, async (fromAlice: Stream) => {
      const toBob = await (await asAlice.libp2p.dial(addressOf(bob))).newStream(protocol)
      fromAlice.addEventListener('message', (event) => toBob.send(event.data))
      toBob.addEventListener('message', (event) => fromAlice.send(event.data))
      fromAlice.addEventListener('close', () => toBob.abort(new Error('gone')))
      toBob.addEventListener('close', () => fromAlice.abort(new Error('gone')))
    })
    const connection = await alice.libp2p.dial(addressOf(asBob))
    expect(connection.remotePeer.equals(bob.libp2p.peerId)).toBe(true)
    const ours = bind(alice, connection, await connection.newStream(protocol), aliceAsValidator)
    const codes = await Promise.all([ours, outcome])
    expect(codes).toContain('BINDING_PROOF_INVALID')
    for (const code of codes) expect(['BINDING_PROOF_INVALID', 'BINDING_REFUSED']).toContain(code)
  })
})
