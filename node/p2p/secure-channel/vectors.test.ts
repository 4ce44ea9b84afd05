import { readFileSync } from 'node:fs'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { concatBytes, equalBytes, fromHex, toHex } from '../../core/bytes.ts'
import type { Rng } from '../../core/rng.ts'
import { createNobleKemBackend } from '../../crypto/backends/noble.ts'
import { defaultKemBackend } from '../../crypto/index.ts'
import { createCipherState } from './cipher-state.ts'
import { createHandshake, type HandshakeRole } from './handshake.ts'
import { createIdentity } from './identity.ts'
import { noblePrimitives } from './noble-primitives.ts'
import { createNodePrimitives } from './node-primitives.ts'
import type { ChannelPrimitives } from './primitives.ts'
import { createSymmetricState } from './symmetric-state.ts'
import { fixedKem, handshakeOf, party, run, write } from './test-support.ts'
import { type HandshakeVector, makeVectors } from './vectors/make-vectors.ts'

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`./vectors/${name}`, import.meta.url), 'utf8'))
const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array

const implementations = [
  { platform: 'node:crypto', primitives: createNodePrimitives() as ChannelPrimitives },
  { platform: 'noble', primitives: noblePrimitives },
]

/** Gives the listed bytes, in this order. */
function scripted(...parts: string[]): Rng {
  const left = parts.map(hex)
  return {
    bytes(length) {
      const next = left.shift()
      if (next?.length !== length) throw new Error(`${length} bytes were not to be asked for`)
      return next
    },
  }
}

describe('handshake.json', () => {
  const vectors = read('handshake.json') as readonly HandshakeVector[]

  it('is what the second implementation makes', () => {
    expect(makeVectors()).toEqual(vectors)
  })

  describe.each(implementations)('by $platform', ({ primitives }) => {
    it.each(vectors.map((vector, index) => ({ index, vector })))(
      'vector $index comes out byte for byte',
      async ({ vector }) => {
        const chainId = hex(vector.chainId)
        const side = async (role: HandshakeRole) => {
          const own = vector[role]
          const seed = hex(own.ed25519)
          const identity = await createIdentity(
            { chainId, peerKey: ed25519.getPublicKey(seed), channelKey: primitives.openAgreementKey(hex(own.static)) },
            (message) => ed25519.sign(message, seed),
          )
          const rng = role === 'initiator' ? scripted(own.ephemeral, vector.initiator.kemSeed) : scripted(own.ephemeral)
          const kem = fixedKem(hex(vector.responder.kemMessage))
          return createHandshake(
            { role, chainId, transportBinding: hex(vector.transportBinding), identity },
            { primitives, kem, rng },
          )
        }
        const [initiator, responder] = [await side('initiator'), await side('responder')]
        const messages: string[] = []
        run(initiator, responder, (message) => {
          messages.push(toHex(message))
          return message
        })
        expect(messages).toEqual(vector.messages)
        const [a, b] = [initiator.finish(), responder.finish()]
        expect([toHex(a.handshakeHash), toHex(b.handshakeHash)]).toEqual([vector.handshakeHash, vector.handshakeHash])
        for (const { from, plaintext, sealed } of vector.frames) {
          const [sender, receiver] = from === 'initiator' ? [a, b] : [b, a]
          expect(toHex(sender.send.seal(hex(plaintext)) as Uint8Array)).toBe(sealed)
          expect(toHex(receiver.receive.open(hex(sealed)) as Uint8Array)).toBe(plaintext)
        }
      },
    )
  })
})

interface NoiseVector {
  readonly protocol_name: string
  readonly init_prologue: string
  readonly init_static: string
  readonly init_ephemeral: string
  readonly resp_static: string
  readonly resp_ephemeral: string
  readonly handshake_hash: string
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[]
}

describe.each(implementations)('the symmetric state by $platform', ({ primitives }) => {
  it('gives the messages and hash of an independent implementation of Noise XX', () => {
    const vector = read('noise-xx-25519-chachapoly-sha256.json') as NoiseVector
    const state = createSymmetricState(vector.protocol_name, primitives)
    const [eI, sI] = [vector.init_ephemeral, vector.init_static].map((text) => primitives.openAgreementKey(hex(text)))
    const [eR, sR] = [vector.resp_ephemeral, vector.resp_static].map((text) => primitives.openAgreementKey(hex(text)))
    const payloads = vector.messages.map(({ payload }) => hex(payload))
    const agree = (own: typeof eI, remote: typeof eI) => state.mixKey(own!.agree(remote!.publicKey)!)

    state.mixHash(hex(vector.init_prologue))
    state.mixHash(eI!.publicKey)
    const first = concatBytes(eI!.publicKey, state.encryptAndHash(payloads[0]!))
    state.mixHash(eR!.publicKey)
    agree(eR, eI)
    const sealedResponder = state.encryptAndHash(sR!.publicKey)
    agree(sR, eI)
    const second = concatBytes(eR!.publicKey, sealedResponder, state.encryptAndHash(payloads[1]!))
    const sealedInitiator = state.encryptAndHash(sI!.publicKey)
    agree(sI, eR)
    const third = concatBytes(sealedInitiator, state.encryptAndHash(payloads[2]!))
    expect(toHex(state.hash())).toBe(vector.handshake_hash)

    const [fromInitiator, fromResponder] = state.split().map((key) => createCipherState(key, primitives))
    const frames = payloads
      .slice(3)
      .map((payload, index) => (index % 2 === 0 ? fromResponder : fromInitiator)!.seal(payload)!)
    expect([first, second, third, ...frames].map(toHex)).toEqual(vector.messages.map(({ ciphertext }) => ciphertext))
  })
})

describe('a ciphertext of Wycheproof inside a handshake', () => {
  it('gives both sides the secret that the file says', async () => {
    const file = new URL('../../crypto/vectors/wycheproof/mlkem_768_test.json', import.meta.url)
    const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as {
      testGroups: { tests: { seed: string; ek: string; c: string; K: string; result: string }[] }[]
    }
    const cases = testGroups
      .flatMap(({ tests }) => tests)
      .filter(({ result, c }) => result === 'valid' && c.length === 2_176)
    expect(cases.length).toBeGreaterThan(10)
    for (const { seed, ek, c, K } of cases.slice(0, 10)) {
      const [alice, bob] = [await party(1), await party(2)]
      const kem = {
        ...createNobleKemBackend(),
        encapsulate: (key: Uint8Array) => {
          expect(equalBytes(key, hex(ek))).toBe(true)
          return { ciphertext: hex(c), sharedSecret: hex(K) }
        },
      }
      const rng: Rng = { bytes: (length) => (length === 64 ? hex(seed) : alice.rng.bytes(length)) }
      const initiator = handshakeOf({ ...alice, rng }, 'initiator', { kem: defaultKemBackend() })
      const responder = handshakeOf(bob, 'responder', { kem })
      expect(run(initiator, responder)).toBeUndefined()
      expect(equalBytes(initiator.finish().handshakeHash, responder.finish().handshakeHash)).toBe(true)
    }
    // Were the secret another one, the next part would not decrypt.
    const wrong = {
      ...createNobleKemBackend(),
      encapsulate: () => ({ ciphertext: hex(cases[0]!.c), sharedSecret: new Uint8Array(32) }),
    }
    const initiator = handshakeOf(await party(1), 'initiator')
    const responder = handshakeOf(await party(2), 'responder', { kem: wrong })
    responder.read(write(initiator))
    expect(initiator.read(write(responder))).toEqual({ ok: false, error: { code: 'CHANNEL_DECRYPT_FAILED' } })
  })
})
