/** Bindings as a node has them: over real connections inside the channel, for whoever has stake at the moment. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, PrivateKey } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p, type Libp2p } from 'libp2p'
import { afterEach, describe, expect, it } from 'vitest'
import { toHex } from '../../core/bytes.ts'
import { ManualClock } from '../../core/clock.ts'
import { seededRng } from '../../core/rng.ts'
import { defaultSignatureBackend } from '../../crypto/index.ts'
import { validatorIdOf } from '../../ledger/index.ts'
import { createSecureChannel } from '../secure-channel/index.ts'
import { type Bindings, createBindings } from './bindings.ts'
import type { VerifySignature } from './certificate.ts'
import { limits } from './limits.ts'

const chainId = new Uint8Array(32).fill(7)
const scheduler = {
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
const clock = { nowMs: () => Date.now() }
const backend = defaultSignatureBackend()

interface Member {
  readonly libp2p: Libp2p
  readonly bindings: Bindings
  readonly id: Uint8Array
  readonly bound: string[]
  readonly refused: string[]
  /** Ids that have stake in its view. */
  readonly stakes: Set<string>
}

const running: Member[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ libp2p }) => libp2p.stop()))
})

interface MemberOptions {
  /** In place of the machine's. */
  readonly time?: ManualClock
  readonly verify?: VerifySignature
}

const verifyNow: VerifySignature = (key, message, signature) => backend.verify('ML-DSA-65', key, message, signature)

/** @param seed of its validator key; null for a node that is none */
async function member(seed: number | null, { time, verify = verifyNow }: MemberOptions = {}): Promise<Member> {
  const privateKey: PrivateKey = await generateKeyPair('Ed25519')
  const channel = createSecureChannel({ chainId }, { privateKey, scheduler })
  const libp2p = await createLibp2p({
    privateKey,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    streamMuxers: [yamux()],
    connectionEncrypters: [...channel.encrypters],
    connectionGater: { denyDialMultiaddr: () => false },
  })
  const secret = seededRng(seed ?? 0).bytes(32)
  const { publicKey } = backend.keygen('ML-DSA-65', secret)
  const [bound, refused, stakes]: [string[], string[], Set<string>] = [[], [], new Set()]
  const bindings = createBindings(
    {
      chainId,
      validator: () =>
        seed === null ? null : { publicKey, sign: (message) => backend.sign('ML-DSA-65', secret, message) },
    },
    {
      ...{ libp2p, clock: time ?? clock, scheduler: time ?? scheduler },
      channelOf: (connection) => channel.of(connection),
      signAsPeer: (message) => privateKey.sign(message),
      verifyValidator: verify,
      isKnown: (validator) => stakes.has(toHex(validator)),
      onBound: (_, validator) => bound.push(toHex(validator)),
      onRefused: (_, code) => refused.push(code),
    },
  )
  await bindings.start()
  const made = { libp2p, bindings, id: validatorIdOf(publicKey), bound, refused, stakes }
  running.push(made)
  return made
}

/** Both ends of a connection, that of the side that opens streams first. */
async function connect(a: Member, b: Member): Promise<[[Member, Connection], [Member, Connection]]> {
  const dialled = await a.libp2p.dial(b.libp2p.getMultiaddrs())
  const taken = b.libp2p.getConnections(a.libp2p.peerId)[0] as Connection
  const ends: [Member, Connection][] = [
    [a, dialled],
    [b, taken],
  ]
  ends.sort(([one], [other]) => (one.libp2p.peerId.toString() < other.libp2p.peerId.toString() ? -1 : 1))
  return ends as [[Member, Connection], [Member, Connection]]
}

describe('bindings', () => {
  it('tell both ends of a connection who the other is, once the opening side has run them', async () => {
    const [a, b] = [await member(1), await member(2)]
    for (const { stakes } of [a, b]) for (const { id } of [a, b]) stakes.add(toHex(id))
    const [[opener, opening], [other, taken]] = await connect(a, b)
    expect(await other.bindings.bind(taken)).toBeNull()
    expect(await opener.bindings.bind(opening)).toEqual({ validator: other.id })
    expect(await other.bindings.bind(taken)).toEqual({ validator: opener.id })
    expect([opener.bound, other.bound]).toEqual([[toHex(other.id)], [toHex(opener.id)]])
    // Asked again, nothing is sent again.
    expect(await opener.bindings.bind(opening)).toEqual({ validator: other.id })
    expect([...opener.refused, ...other.refused]).toEqual([])
  })

  it('count nobody without stake, and whoever gets it later from then on', async () => {
    const [a, b] = [await member(1), await member(2)]
    const [[opener, opening], [other]] = await connect(a, b)
    expect(await opener.bindings.bind(opening)).toBeNull()
    opener.stakes.add(toHex(other.id))
    expect(await opener.bindings.bind(opening)).toEqual({ validator: other.id })
  })

  it('say that a node without a validator is none', async () => {
    const [a, b] = [await member(1), await member(null)]
    for (const { stakes } of [a, b]) for (const { id } of [a, b]) stakes.add(toHex(id))
    const [[opener, opening], [other, taken]] = await connect(a, b)
    expect(await opener.bindings.bind(opening)).toEqual(opener === a ? null : { validator: a.id })
    expect(await other.bindings.bind(taken)).toEqual(other === a ? null : { validator: a.id })
  })

  it('are run again on the same connection where a machine was too busy for the first', async () => {
    for (const busy of ['opener', 'other'] as const) {
      const time = new ManualClock()
      let isBusy = true
      let busyKey = ''
      let waiting = 0
      /** A machine is busy with what it checks: the keys of the other side. */
      const verify: VerifySignature = (key, message, signature) => {
        if (!isBusy || toHex(validatorIdOf(key)) !== busyKey) return verifyNow(key, message, signature)
        waiting += 1
        return new Promise(() => undefined)
      }
      const [a, b] = [await member(1, { time, verify }), await member(2, { time, verify })]
      for (const { stakes } of [a, b]) for (const { id } of [a, b]) stakes.add(toHex(id))
      const [[opener, opening], [other, taken]] = await connect(a, b)
      busyKey = toHex(busy === 'opener' ? other.id : opener.id)
      const first = opener.bindings.bind(opening)
      await expect.poll(() => waiting).toBe(1)
      time.advance(limits.timeoutMs)
      expect(await first).toBeNull()
      await expect.poll(() => other.refused.length).toBe(1)
      isBusy = false
      // Not at once: whoever can prove nothing would have others sign without end.
      expect(await opener.bindings.bind(opening)).toBeNull()
      time.advance(limits.againAfterMs)
      expect(await opener.bindings.bind(opening)).toEqual({ validator: other.id })
      expect(await other.bindings.bind(taken)).toEqual({ validator: opener.id })
      expect(opener.refused).toHaveLength(1)
    }
  })

  it('are shown once more to whom acts as if it had not seen them', async () => {
    const time = new ManualClock()
    let checks = 0
    const verify: VerifySignature = (...signed) => {
      checks += 1
      return verifyNow(...signed)
    }
    const [a, b] = [await member(1, { time, verify }), await member(2, { time, verify })]
    for (const { stakes } of [a, b]) for (const { id } of [a, b]) stakes.add(toHex(id))
    const [[opener, opening], [other, taken]] = await connect(a, b)
    await opener.bindings.bind(opening)
    const once = checks
    await opener.bindings.bind(opening, { isDoubted: true })
    expect(checks).toBe(once)
    time.advance(limits.againAfterMs)
    expect(await opener.bindings.bind(opening, { isDoubted: true })).toEqual({ validator: other.id })
    expect(await other.bindings.bind(taken)).toEqual({ validator: opener.id })
    expect(checks).toBe(2 * once)
    expect([...opener.refused, ...other.refused]).toEqual([])
  })

  it('are not run again where what was shown is wrong', async () => {
    const time = new ManualClock()
    const [a, b] = [await member(1, { time, verify: () => false }), await member(2, { time, verify: () => false })]
    const [[opener, opening], [other]] = await connect(a, b)
    expect(await opener.bindings.bind(opening)).toBeNull()
    await expect.poll(() => other.refused.length).toBe(1)
    time.advance(10 * limits.maxAgainAfterMs)
    expect(await opener.bindings.bind(opening)).toBeNull()
    // One of the two has told the other that it is refused before that could say the same.
    expect([...opener.refused, ...other.refused]).toContain('CERTIFICATE_SIGNATURE_INVALID')
    expect(opener.refused.filter((code) => code === 'CERTIFICATE_SIGNATURE_INVALID').length).toBeLessThan(2)
    expect(other.refused.filter((code) => code === 'CERTIFICATE_SIGNATURE_INVALID').length).toBeLessThan(2)
  })
})
