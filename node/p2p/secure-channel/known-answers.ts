/** One answer of a standard for each primitive of the channel: what a platform must give before its implementation is used. */
import { equalBytes, fromHex, toHex, utf8 } from '../../core/bytes.ts'
import type { ChannelPrimitives } from './primitives.ts'

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array
const none = new Uint8Array()

/** RFC 7748 §5.2, first vector. */
const agreement = {
  privateKey: hex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4'),
  remotePublicKey: hex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c'),
  shared: 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
}

/** RFC 8439 §2.8.2. */
const sealed = {
  key: hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f'),
  nonce: hex('070000004041424344454647'),
  associatedData: hex('50515253c0c1c2c3c4c5c6c7'),
  plaintext: utf8(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  ),
  ciphertext:
    'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691',
}

/** RFC 8032 §7.1, test 1. */
const signature = {
  publicKey: hex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
  bytes: hex(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ),
}

/** For each function whether it gives the standard's answer, refusals included. Never throws. */
export const knownAnswers: Readonly<Record<keyof ChannelPrimitives, (primitives: ChannelPrimitives) => boolean>> = {
  openAgreementKey: holds((primitives) => {
    const key = primitives.openAgreementKey(agreement.privateKey)
    const shared = key.agree(agreement.remotePublicKey)
    return shared !== undefined && toHex(shared) === agreement.shared && key.agree(new Uint8Array(32)) === undefined
  }),
  // FIPS 180-4, example of one block.
  sha256: holds(
    (primitives) =>
      toHex(primitives.sha256(utf8('abc'))) === 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ),
  // RFC 4231 §4.3.
  hmacSha256: holds(
    (primitives) =>
      toHex(primitives.hmacSha256(utf8('Jefe'), utf8('what do ya want for nothing?'))) ===
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ),
  seal: holds((primitives) => {
    const { key, nonce, associatedData, plaintext, ciphertext } = sealed
    return toHex(primitives.seal(key, nonce, associatedData, plaintext)) === ciphertext
  }),
  open: holds((primitives) => {
    const { key, nonce, associatedData, plaintext, ciphertext } = sealed
    const opened = primitives.open(key, nonce, associatedData, hex(ciphertext))
    const changed = hex(ciphertext)
    changed[0] = (changed[0] as number) ^ 1
    return (
      opened !== undefined &&
      equalBytes(opened, plaintext) &&
      primitives.open(key, nonce, associatedData, changed) === undefined
    )
  }),
  verifyEd25519: holds((primitives) => {
    const changed = Uint8Array.from(signature.bytes)
    changed[0] = (changed[0] as number) ^ 1
    return (
      primitives.verifyEd25519(signature.publicKey, none, signature.bytes) &&
      !primitives.verifyEd25519(signature.publicKey, none, changed)
    )
  }),
}

function holds(check: (primitives: ChannelPrimitives) => boolean): (primitives: ChannelPrimitives) => boolean {
  return (primitives) => {
    try {
      return check(primitives)
    } catch {
      // A platform without the algorithm throws.
      return false
    }
  }
}
