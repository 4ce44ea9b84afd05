/**
 * A second implementation of the handshake, written straight down from docs/protocol.md, "Secure channel", over @noble alone: no code of
 * the one in use. Run by itself it prints handshake.json.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'

export interface HandshakeInputs {
  readonly chainId: string
  readonly transportBinding: string
  readonly initiator: {
    readonly ed25519: string
    readonly static: string
    readonly ephemeral: string
    readonly kemSeed: string
  }
  readonly responder: {
    readonly ed25519: string
    readonly static: string
    readonly ephemeral: string
    readonly kemMessage: string
  }
}

export interface HandshakeVector extends HandshakeInputs {
  readonly messages: readonly string[]
  readonly handshakeHash: string
  /** Plaintexts and frames without their length: the initiator's first two, then the responder's first. */
  readonly frames: readonly {
    readonly from: 'initiator' | 'responder'
    readonly plaintext: string
    readonly sealed: string
  }[]
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const raw = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))
const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'ascii'))

export function makeVector(inputs: HandshakeInputs): HandshakeVector {
  const { initiator, responder } = inputs
  let h = sha256(ascii('Noise_XXhfs_25519+MLKEM768_ChaChaPoly_SHA256'))
  let ck = h
  let k = new Uint8Array(32)
  let n = 0
  const mixHash = (data: Uint8Array): void => {
    h = sha256(join(h, data))
  }
  const mixKey = (secret: Uint8Array): void => {
    const temporary = hmac(sha256, ck, secret)
    ck = hmac(sha256, temporary, Uint8Array.of(1))
    k = Uint8Array.from(hmac(sha256, temporary, join(ck, Uint8Array.of(2))))
    n = 0
  }
  const nonce = (counter: number): Uint8Array => join(new Uint8Array(4), Uint8Array.of(counter), new Uint8Array(7))
  const encrypt = (plaintext: Uint8Array): Uint8Array => {
    const sealed = chacha20poly1305(k, nonce(n), h).encrypt(plaintext)
    n += 1
    mixHash(sealed)
    return sealed
  }
  const payload = (party: { ed25519: string; static: string }): Uint8Array => {
    const message = join(
      ascii('qudag/v1/channel-identity\0'),
      raw(inputs.chainId),
      x25519.getPublicKey(raw(party.static)),
    )
    return join(ed25519.getPublicKey(raw(party.ed25519)), ed25519.sign(message, raw(party.ed25519)))
  }

  mixHash(join(ascii('qudag/v1/channel-prologue\0'), raw(inputs.chainId), raw(inputs.transportBinding)))

  // -> e, e1
  const [eI, eR] = [x25519.getPublicKey(raw(initiator.ephemeral)), x25519.getPublicKey(raw(responder.ephemeral))]
  const [sI, sR] = [x25519.getPublicKey(raw(initiator.static)), x25519.getPublicKey(raw(responder.static))]
  const e1 = ml_kem768.keygen(raw(initiator.kemSeed)).publicKey
  mixHash(eI)
  mixHash(e1)
  const first = join(eI, e1)

  // <- e, ee, ekem1, s, es, identity
  mixHash(eR)
  mixKey(x25519.getSharedSecret(raw(responder.ephemeral), eI))
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(e1, raw(responder.kemMessage))
  const sealedKem = encrypt(cipherText)
  mixKey(sharedSecret)
  const sealedStatic = encrypt(sR)
  mixKey(x25519.getSharedSecret(raw(responder.static), eI))
  const second = join(eR, sealedKem, sealedStatic, encrypt(payload(responder)))

  // -> s, se, identity
  const sealedOwn = encrypt(sI)
  mixKey(x25519.getSharedSecret(raw(initiator.static), eR))
  const third = join(sealedOwn, encrypt(payload(initiator)))

  const temporary = hmac(sha256, ck, new Uint8Array())
  const fromInitiator = hmac(sha256, temporary, Uint8Array.of(1))
  const fromResponder = hmac(sha256, temporary, join(fromInitiator, Uint8Array.of(2)))
  const frame = (from: 'initiator' | 'responder', counter: number, text: string) => ({
    from,
    plaintext: hex(ascii(text)),
    sealed: hex(
      chacha20poly1305(from === 'initiator' ? fromInitiator : fromResponder, nonce(counter)).encrypt(ascii(text)),
    ),
  })
  return {
    ...inputs,
    messages: [first, second, third].map(hex),
    handshakeHash: hex(h),
    frames: [frame('initiator', 0, 'first'), frame('initiator', 1, ''), frame('responder', 0, 'answer')],
  }
}

/** Bytes that show at a glance where they come from. */
const counting = (start: number, length = 32): string =>
  hex(Uint8Array.from({ length }, (_, index) => (start + index) & 0xff))

const keys = {
  initiator: { ed25519: counting(0), static: counting(32), ephemeral: counting(64), kemSeed: counting(96, 64) },
  responder: { ed25519: counting(128), static: counting(160), ephemeral: counting(192), kemMessage: counting(224) },
}

export function makeVectors(): readonly HandshakeVector[] {
  return [
    makeVector({ chainId: 'c1'.repeat(32), transportBinding: '', ...keys }),
    makeVector({ chainId: 'c1'.repeat(32), transportBinding: `${'a1'.repeat(32)}${'b2'.repeat(32)}`, ...keys }),
    makeVector({
      chainId: 'c2'.repeat(32),
      transportBinding: '',
      initiator: { ed25519: counting(7), static: counting(9), ephemeral: counting(11), kemSeed: counting(13, 64) },
      responder: { ed25519: counting(17), static: counting(19), ephemeral: counting(21), kemMessage: counting(23) },
    }),
  ]
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${JSON.stringify(makeVectors(), null, 2)}\n`)
