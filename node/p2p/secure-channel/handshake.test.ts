import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, equalBytes, toHex } from '../../core/bytes.ts'
import { seededRng } from '../../core/rng.ts'
import { createNobleKemBackend } from '../../crypto/backends/noble.ts'
import { kemParameters } from '../../crypto/index.ts'
import { createHandshake, type Handshake, messageBytes } from './handshake.ts'
import { identityMessage } from './identity.ts'
import { noblePrimitives } from './noble-primitives.ts'
import { defaultPrimitives } from './select-primitives.ts'
import { codeOfRead, handshakeOf, type Party, party, run, testChainId, write } from './test-support.ts'

const alice = await party(1)
const bob = await party(2)
const mallory = await party(3)

function pair(): [Handshake, Handshake] {
  return [handshakeOf(alice, 'initiator'), handshakeOf(bob, 'responder')]
}

function flipped(bytes: Uint8Array, index: number, bit = 0): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[index] = (changed[index] as number) ^ (1 << bit)
  return changed
}

/** Every byte near a border of two parts, and a sample of the others. */
function sampledBytes(message: Uint8Array): number[] {
  const borders = [0, 32, 32 + 1_104, 32 + 1_104 + 48, 48, message.length]
  const near = borders.flatMap((border) => [-2, -1, 0, 1].map((step) => border + step))
  const sample = Array.from({ length: 40 }, (_, index) => Math.floor((index * message.length) / 40))
  return [...new Set([...near, ...sample])].filter((index) => index >= 0 && index < message.length)
}

describe('the handshake', () => {
  it('makes a channel of the same hash and keys on both sides, each knowing the other', () => {
    const [initiator, responder] = pair()
    expect(run(initiator, responder)).toBeUndefined()
    const [a, b] = [initiator.finish(), responder.finish()]
    expect(toHex(a.handshakeHash)).toBe(toHex(b.handshakeHash))
    expect(equalBytes(a.remotePeerKey, bob.identity.peerKey)).toBe(true)
    expect(equalBytes(b.remotePeerKey, alice.identity.peerKey)).toBe(true)
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const sealed = from.send.seal(Uint8Array.of(1, 2, 3)) as Uint8Array
      expect(to.receive.open(sealed)).toEqual(Uint8Array.of(1, 2, 3))
    }
  })

  it('is the same between the portable and the fast implementations', async () => {
    const portable = { primitives: noblePrimitives, kem: createNobleKemBackend() }
    const other = await party(2, { primitives: noblePrimitives })
    const initiator = handshakeOf(alice, 'initiator')
    const responder = handshakeOf(other, 'responder', portable)
    expect(run(initiator, responder)).toBeUndefined()
    const [a, b] = [initiator.finish(), responder.finish()]
    expect(b.receive.open(a.send.seal(new Uint8Array(5)) as Uint8Array)).toEqual(new Uint8Array(5))
  })

  it('has fresh ephemeral keys each time: two runs between the same two share no message and no hash', () => {
    const messages = [0, 1].map(() => {
      const [initiator, responder] = pair()
      const seen: string[] = []
      run(initiator, responder, (message) => {
        seen.push(toHex(message))
        return message
      })
      return [...seen, toHex(initiator.finish().handshakeHash)]
    })
    const [first = [], second = []] = messages
    expect(first.filter((text) => second.includes(text))).toEqual([])
  })

  it('lets nothing be read or written out of turn, and the result be taken once', () => {
    const [initiator, responder] = pair()
    expect(() => responder.write()).toThrow('our turn')
    expect(() => initiator.read(new Uint8Array(10))).toThrow('our turn')
    expect(() => initiator.finish()).toThrow('done')
    run(initiator, responder)
    initiator.finish()
    expect(() => initiator.finish()).toThrow('done')
    expect(initiator.turn).toBe('over')
  })
})

describe('a message that was changed on the way', () => {
  it.each([0, 1, 2])('number %i: whichever byte it is, the handshake fails', (number) => {
    const length = messageBytes[number] as number
    const codes = new Set<string>()
    for (const index of sampledBytes(new Uint8Array(length))) {
      const [initiator, responder] = pair()
      const code = run(initiator, responder, (message, at) =>
        at === number ? flipped(message, index, index % 8) : message,
      )
      expect(code, `byte ${index}`).toBeDefined()
      codes.add(code as string)
      const [last, first] = number === 0 ? [initiator, responder] : [responder, initiator]
      // The side that noticed is through with it; the other one never gets as far as a channel.
      expect([last.turn, first.turn]).toContain('over')
      expect([last.turn, first.turn]).not.toEqual(['done', 'done'])
    }
    // Nothing is told apart by its error that is behind the first key, so that errors help nobody to guess.
    const known = number === 0 ? ['CHANNEL_DECRYPT_FAILED', 'CHANNEL_KEM_KEY_INVALID'] : ['CHANNEL_DECRYPT_FAILED']
    expect([...codes].filter((code) => !known.includes(code))).toEqual([])
  })

  it('of another length is refused before anything is done with it', () => {
    for (const change of [
      (message: Uint8Array) => message.subarray(0, message.length - 1),
      (message: Uint8Array) => concatBytes(message, Uint8Array.of(0)),
      () => new Uint8Array(),
      () => new Uint8Array(65_535),
    ]) {
      for (const number of [0, 1, 2]) {
        const [initiator, responder] = pair()
        const code = run(initiator, responder, (message, at) => (at === number ? change(message) : message))
        expect(code).toBe('CHANNEL_MESSAGE_LENGTH')
      }
    }
  })

  it('of any content is refused (property)', () => {
    fc.assert(
      fc.property(fc.nat(2), fc.uint8Array({ maxLength: 2_000 }), fc.integer(), (number, bytes, seed) => {
        const [initiator, responder] = pair()
        const exact = seededRng(seed).bytes(messageBytes[number] as number)
        for (const forged of [bytes, exact]) {
          const [i, r] = forged === exact ? pair() : [initiator, responder]
          expect(run(i, r, (message, at) => (at === number ? forged : message))).toMatch(/^CHANNEL_/)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('keys of the other side', () => {
  const kemKey = (first: Uint8Array) => first.subarray(32)

  it('that are no reduced ML-KEM key are refused (FIPS 203 §7.2)', () => {
    for (const coefficient of [3_329, 4_095]) {
      const responder = handshakeOf(bob, 'responder')
      const first = Uint8Array.from(write(handshakeOf(alice, 'initiator')))
      const key = kemKey(first)
      key[0] = coefficient & 0xff
      key[1] = ((key[1] as number) & 0xf0) | (coefficient >> 8)
      expect(codeOfRead(responder, first)).toBe('CHANNEL_KEM_KEY_INVALID')
    }
    // The largest that is reduced passes this check.
    const responder = handshakeOf(bob, 'responder')
    const first = Uint8Array.from(write(handshakeOf(alice, 'initiator')))
    const key = kemKey(first)
    key[0] = 3_328 & 0xff
    key[1] = ((key[1] as number) & 0xf0) | (3_328 >> 8)
    expect(codeOfRead(responder, first)).toBeUndefined()
  })

  it('of a length other than the one of ML-KEM-768 are refused', () => {
    const first = write(handshakeOf(alice, 'initiator'))
    for (const length of [800, 1_568]) {
      const other = concatBytes(first.subarray(0, 32), new Uint8Array(length))
      expect(codeOfRead(handshakeOf(bob, 'responder'), other)).toBe('CHANNEL_MESSAGE_LENGTH')
    }
  })

  it('of low order are refused, for every encoding of such a point (RFC 7748 §6.1)', () => {
    const lowOrder = [
      '0000000000000000000000000000000000000000000000000000000000000000',
      '0100000000000000000000000000000000000000000000000000000000000000',
      'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
      '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    ]
    for (const primitives of [defaultPrimitives(), noblePrimitives]) {
      for (const text of lowOrder) {
        const first = concatBytes(Buffer.from(text, 'hex'), write(handshakeOf(alice, 'initiator')).subarray(32))
        const responder = handshakeOf(bob, 'responder', { primitives })
        expect(codeOfRead(responder, first)).toBeUndefined()
        const written = responder.write()
        expect(written.ok ? 'written' : written.error.code).toBe('CHANNEL_KEY_AGREEMENT_INVALID')
        expect(responder.turn).toBe('over')
      }
    }
  })
})

describe('an attacker between the two', () => {
  it('who sends their own messages back to them gets nowhere', () => {
    const initiator = handshakeOf(alice, 'initiator')
    const first = write(initiator)
    expect(codeOfRead(initiator, first)).toBe('CHANNEL_MESSAGE_LENGTH')

    // The initiator's messages, led into the same node's responder and back.
    const [own, itself] = [handshakeOf(alice, 'initiator'), handshakeOf(alice, 'responder')]
    expect(run(own, itself)).toBe('CHANNEL_SELF')

    // The responder's message, turned back at the responder.
    const responder = handshakeOf(bob, 'responder')
    codeOfRead(responder, write(handshakeOf(alice, 'initiator')))
    expect(codeOfRead(responder, write(responder).subarray(0, messageBytes[2]))).toBe('CHANNEL_DECRYPT_FAILED')
  })

  it('who replays the messages of an earlier handshake gets nowhere', () => {
    const recorded: Uint8Array[] = []
    const [initiator, responder] = pair()
    run(initiator, responder, (message) => {
      recorded.push(message)
      return message
    })
    const again = handshakeOf(bob, 'responder')
    expect(codeOfRead(again, recorded[0] as Uint8Array)).toBeUndefined()
    write(again)
    expect(codeOfRead(again, recorded[2] as Uint8Array)).toBe('CHANNEL_DECRYPT_FAILED')
    const other = handshakeOf(alice, 'initiator')
    write(other)
    expect(codeOfRead(other, recorded[1] as Uint8Array)).toBe('CHANNEL_DECRYPT_FAILED')
  })

  it('who puts in his own ML-KEM key, or his own ciphertext, is noticed', () => {
    const kem = createNobleKemBackend()
    const key = kem.keygen(mallory.rng.bytes(64)).encapsulationKey
    const [initiator, responder] = pair()
    const withOwnKey = (message: Uint8Array, at: number) =>
      at === 0 ? concatBytes(message.subarray(0, 32), key) : message
    expect(run(initiator, responder, withOwnKey)).toBe('CHANNEL_DECRYPT_FAILED')

    const [i, r] = pair()
    const { ciphertext } = kem.encapsulate(key)
    const withOwnCiphertext = (message: Uint8Array, at: number) =>
      at === 1 ? concatBytes(message.subarray(0, 32), ciphertext, message.subarray(32 + ciphertext.length)) : message
    expect(run(i, r, withOwnCiphertext)).toBe('CHANNEL_DECRYPT_FAILED')
  })

  it('who answers as himself is not taken for the peer that was called', () => {
    const initiator = handshakeOf(alice, 'initiator', { expectedPeerKey: bob.identity.peerKey })
    expect(run(initiator, handshakeOf(mallory, 'responder'))).toBe('CHANNEL_PEER_MISMATCH')
    const right = handshakeOf(alice, 'initiator', { expectedPeerKey: bob.identity.peerKey })
    expect(run(right, handshakeOf(bob, 'responder'))).toBeUndefined()
  })

  /** Mallory with a payload that is not his. */
  const pretending = (payload: Uint8Array): Party => ({ ...mallory, identity: { ...mallory.identity, payload } })

  it('who shows the identity of another under his own channel key is refused, as either side', () => {
    const stolen = pretending(bob.identity.payload)
    expect(run(handshakeOf(alice, 'initiator'), handshakeOf(stolen, 'responder'))).toBe('CHANNEL_IDENTITY_INVALID')
    const stolenToo = pretending(alice.identity.payload)
    expect(run(handshakeOf(stolenToo, 'initiator'), handshakeOf(bob, 'responder'))).toBe('CHANNEL_IDENTITY_INVALID')
  })

  it('who claims the channel key of another as his own cannot go on: he cannot agree with it (unknown key share)', async () => {
    // A valid signature of his over the key of Bob, which a copy of the public half is enough for.
    const { ed25519 } = await import('@noble/curves/ed25519.js')
    const signature = ed25519.sign(identityMessage(testChainId, bob.identity.channelKey.publicKey), mallory.ed25519Seed)
    const claimed: Party = {
      ...mallory,
      identity: {
        peerKey: mallory.identity.peerKey,
        // The public half of Bob, the private half of Mallory.
        channelKey: { ...mallory.identity.channelKey, publicKey: bob.identity.channelKey.publicKey },
        payload: concatBytes(mallory.identity.peerKey, signature),
      },
    }
    expect(run(handshakeOf(alice, 'initiator'), handshakeOf(claimed, 'responder'))).toBe('CHANNEL_DECRYPT_FAILED')
    expect(run(handshakeOf(claimed, 'initiator'), handshakeOf(bob, 'responder'))).toBe('CHANNEL_DECRYPT_FAILED')
  })

  it('cannot use an identity that was signed for another network', async () => {
    const elsewhere = await party(2, { chainId: new Uint8Array(32).fill(7) })
    expect(run(handshakeOf(alice, 'initiator'), handshakeOf(elsewhere, 'responder'))).toBe('CHANNEL_IDENTITY_INVALID')
  })
})

describe('what both must agree on before a byte is sent', () => {
  it('is the network', () => {
    const other = handshakeOf(bob, 'responder', { chainId: new Uint8Array(32).fill(0xc2) })
    expect(run(handshakeOf(alice, 'initiator'), other)).toBe('CHANNEL_DECRYPT_FAILED')
  })

  it('is the transport below', () => {
    const binding = { transportBinding: new Uint8Array(64).fill(1) }
    const [same, too] = [handshakeOf(alice, 'initiator', binding), handshakeOf(bob, 'responder', binding)]
    expect(run(same, too)).toBeUndefined()
    for (const transportBinding of [new Uint8Array(), new Uint8Array(64).fill(2)]) {
      const other = handshakeOf(bob, 'responder', { transportBinding })
      expect(run(handshakeOf(alice, 'initiator', binding), other)).toBe('CHANNEL_DECRYPT_FAILED')
    }
  })
})

describe('a broken source of chance', () => {
  it.each([
    ['zeros', (length: number) => new Uint8Array(length)],
    ['too few bytes', (length: number) => new Uint8Array(length - 1).fill(1)],
  ])('that gives %s makes no key', (_, bytes) => {
    const options = { chainId: testChainId, transportBinding: new Uint8Array(), identity: alice.identity }
    const deps = { primitives: defaultPrimitives(), kem: createNobleKemBackend(), rng: { bytes } }
    const handshake = createHandshake({ role: 'initiator', ...options }, deps)
    expect(() => handshake.write()).toThrow(expect.objectContaining({ code: 'RNG_FAILED' }))
    expect(handshake.turn).toBe('over')
  })

  it('sizes are those of the standard', () => {
    expect(messageBytes).toEqual([
      32 + kemParameters.encapsulationKeyBytes,
      32 + kemParameters.ciphertextBytes + 16 + 48 + 112,
      160,
    ])
  })
})
