/**
 * Known-answer tests that a backend passes before it is used: right answers, and wrong ones refused (a verifier that
 * accepts everything gives every right answer too). Pre-operational self-tests as FIPS 140-3 asks for, with the
 * refusals of FIPS 204 §7.2 and FIPS 203 §7.2 and §7.3 added.
 */
import { base64 } from '@scure/base'
import { equalBytes, fromHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hintMalleations } from './hint-malleations.ts'
import { p256Order } from './p256.ts'
import { compositeHalf, isMlDsaSuite, p256Sizes, signatureSuites } from './suites.ts'
import type { KemBackend, SignatureBackend } from './types.ts'
import { compositeKnownAnswer } from './vectors/composite-vector.ts'
import {
  type KemKnownAnswer,
  kemKnownAnswer,
  kemRejectionKnownAnswer,
  type SignatureKnownAnswer,
  signatureKnownAnswers,
} from './vectors/self-test-vectors.ts'

export interface SelfTestFailure {
  readonly code: 'SELF_TEST_FAILED'
  /** Name of the first check that did not hold. */
  readonly check: string
}

interface Check {
  readonly name: string
  /** False or an exception: the check does not hold. */
  readonly holds: () => boolean
}

/** @returns the number of checks that held */
export function testSignatureBackend(backend: SignatureBackend): Result<{ checks: number }, SelfTestFailure> {
  const answers = [...signatureKnownAnswers, compositeKnownAnswer]
  return runChecks(answers.flatMap((answer) => signatureChecks(backend, answer)))
}

/** @returns the number of checks that held */
export function testKemBackend(backend: KemBackend): Result<{ checks: number }, SelfTestFailure> {
  return runChecks(kemChecks(backend))
}

function runChecks(checks: readonly Check[]): Result<{ checks: number }, SelfTestFailure> {
  for (const { name, holds } of checks) {
    let held = false
    try {
      held = holds()
    } catch {
      // Which exception it was does not matter: the backend is not used.
    }
    if (!held) return err({ code: 'SELF_TEST_FAILED', check: name })
  }
  return ok({ checks: checks.length })
}

function signatureChecks(backend: SignatureBackend, answer: Omit<SignatureKnownAnswer, 'source'>): Check[] {
  const { suite } = answer
  const seed = fromHex(answer.seed) as Uint8Array
  const message = fromHex(answer.message) as Uint8Array
  const publicKey = base64.decode(answer.publicKey)
  const signature = base64.decode(answer.signature)
  const { publicKeyBytes, signatureBytes } = signatureSuites[suite]
  const verify = (changes: {
    publicKey?: Uint8Array
    message?: Uint8Array
    signature?: Uint8Array
    context?: Uint8Array
  }): boolean =>
    backend.verify(
      suite,
      changes.publicKey ?? publicKey,
      changes.message ?? message,
      changes.signature ?? signature,
      changes.context,
    )
  const refused = (name: string, changes: Parameters<typeof verify>[0]): Check => ({
    name: `${suite} refuses ${name}`,
    holds: () => verify(changes) === false,
  })

  const checks: Check[] = [
    { name: `${suite} is offered`, holds: () => backend.suites.includes(suite) },
    {
      name: `${suite} key generation`,
      holds: () => equalBytes(backend.keygen(suite, seed).publicKey, publicKey),
    },
    { name: `${suite} verification`, holds: () => verify({}) === true },
    {
      name: `${suite} hedged signing`,
      holds: () => {
        const first = backend.sign(suite, seed, message)
        const second = backend.sign(suite, seed, message)
        return verify({ signature: first }) && verify({ signature: second }) && !equalBytes(first, second)
      },
    },
    // The first byte lies in the challenge, the middle in the response, the last in the hint, or in the ECDSA half.
    refused('a flipped bit in the challenge', { signature: withFlippedBit(signature, 0) }),
    refused('a flipped bit in the response', { signature: withFlippedBit(signature, signatureBytes >> 1) }),
    refused('a flipped bit at the end of the signature', { signature: withFlippedBit(signature, signatureBytes - 1) }),
    refused('a flipped bit in the message', { message: withFlippedBit(message, 0) }),
    refused('a flipped bit in the matrix seed of the key', { publicKey: withFlippedBit(publicKey, 0) }),
    refused('a flipped bit at the end of the key', { publicKey: withFlippedBit(publicKey, publicKeyBytes - 1) }),
    refused('an empty signature', { signature: new Uint8Array(0) }),
    refused('a short signature', { signature: signature.subarray(0, signatureBytes - 1) }),
    refused('a long signature', { signature: withByteAppended(signature) }),
    refused('a zero signature', { signature: new Uint8Array(signatureBytes) }),
    refused('a short key', { publicKey: publicKey.subarray(0, publicKeyBytes - 1) }),
    refused('a long key', { publicKey: withByteAppended(publicKey) }),
  ]
  if (isMlDsaSuite(suite)) {
    for (const { name, signature: malleated } of hintMalleations(suite, signature)) {
      checks.push(refused(`hints ${name}`, { signature: malleated }))
    }
  } else {
    for (const [name, change] of halfChanges(publicKey, signature)) checks.push(refused(name, change))
  }
  if (backend.capabilities.deterministicSigning) {
    checks.push({
      name: `${suite} deterministic signing`,
      holds: () => equalBytes(backend.sign(suite, seed, message, { deterministic: true }), signature),
    })
  }
  if (backend.capabilities.contexts) {
    const context = new Uint8Array([0])
    checks.push(refused('another context', { context }), {
      name: `${suite} signing with a context`,
      holds: () => {
        const bound = backend.sign(suite, seed, message, { context })
        return verify({ signature: bound, context }) && !verify({ signature: bound })
      },
    })
  }
  return checks
}

/** What a composite verifier that looks at one half only, or at the form of neither, would take. */
function halfChanges(
  publicKey: Uint8Array,
  signature: Uint8Array,
): readonly (readonly [string, { publicKey?: Uint8Array; signature?: Uint8Array }])[] {
  const half = signatureSuites[compositeHalf]
  const withPart = (bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array => {
    const changed = Uint8Array.from(bytes)
    changed.set(part, at)
    return changed
  }
  const sAt = half.signatureBytes + p256Sizes.scalarBytes
  let s = 0n
  for (const byte of signature.subarray(sAt)) s = (s << 8n) | BigInt(byte)
  const highS = Uint8Array.from({ length: p256Sizes.scalarBytes }, (_, at) =>
    Number(((p256Order - s) >> BigInt(8 * (p256Sizes.scalarBytes - 1 - at))) & 0xffn),
  )
  const pointAt = half.publicKeyBytes
  return [
    ['no ML-DSA half', { signature: withPart(signature, 0, new Uint8Array(half.signatureBytes)) }],
    [
      'no ECDSA half',
      { signature: withPart(signature, half.signatureBytes, new Uint8Array(p256Sizes.signatureBytes)) },
    ],
    ['the other s of the ECDSA half', { signature: withPart(signature, sAt, highS) }],
    ['a point off the curve', { publicKey: withFlippedBit(publicKey, pointAt + 1) }],
    ['a point written in another form', { publicKey: withPart(publicKey, pointAt, Uint8Array.of(6)) }],
  ]
}

function kemChecks(backend: KemBackend): Check[] {
  const seed = fromHex(kemKnownAnswer.seed) as Uint8Array
  const encapsulationKey = base64.decode(kemKnownAnswer.encapsulationKey)
  const ciphertext = base64.decode(kemKnownAnswer.ciphertext)
  const gives = (answer: KemKnownAnswer): boolean =>
    equalBytes(
      backend.decapsulate(fromHex(answer.seed) as Uint8Array, base64.decode(answer.ciphertext)),
      fromHex(answer.sharedSecret) as Uint8Array,
    )
  const unreduced = Uint8Array.from(encapsulationKey)
  unreduced.set([0xff, 0xff, 0xff])

  return [
    {
      name: 'ML-KEM-768 key generation',
      holds: () => equalBytes(backend.keygen(seed).encapsulationKey, encapsulationKey),
    },
    { name: 'ML-KEM-768 decapsulation', holds: () => gives(kemKnownAnswer) },
    { name: 'ML-KEM-768 implicit rejection', holds: () => gives(kemRejectionKnownAnswer) },
    {
      name: 'ML-KEM-768 encapsulation',
      holds: () => {
        const first = backend.encapsulate(encapsulationKey)
        const second = backend.encapsulate(encapsulationKey)
        return (
          equalBytes(backend.decapsulate(seed, first.ciphertext), first.sharedSecret) &&
          !equalBytes(first.sharedSecret, second.sharedSecret)
        )
      },
    },
    {
      name: 'ML-KEM-768 refuses an unreduced key',
      holds: () => throwsCode('ENCAPSULATION_KEY_INVALID', () => backend.encapsulate(unreduced)),
    },
    {
      name: 'ML-KEM-768 refuses a short key',
      holds: () => throwsCode('ENCAPSULATION_KEY_INVALID', () => backend.encapsulate(encapsulationKey.subarray(1))),
    },
    {
      name: 'ML-KEM-768 refuses a short ciphertext',
      holds: () => throwsCode('CIPHERTEXT_INVALID', () => backend.decapsulate(seed, ciphertext.subarray(1))),
    },
    {
      name: 'ML-KEM-768 refuses a short seed',
      holds: () => throwsCode('SEED_LENGTH_INVALID', () => backend.keygen(seed.subarray(1))),
    },
  ]
}

function throwsCode(code: string, action: () => unknown): boolean {
  try {
    action()
    return false
  } catch (error) {
    return error instanceof NodeError && error.code === code
  }
}

function withFlippedBit(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[at] = (changed[at] as number) ^ 1
  return changed
}

function withByteAppended(bytes: Uint8Array): Uint8Array {
  const changed = new Uint8Array(bytes.length + 1)
  changed.set(bytes)
  return changed
}
