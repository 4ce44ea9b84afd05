/** Two ends of a handshake with keys from a seed, for the tests of the channel and of the binding. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { Scheduler } from '../../core/clock.ts'
import { type Rng, seededRng } from '../../core/rng.ts'
import { createNobleKemBackend } from '../../crypto/backends/noble.ts'
import { defaultKemBackend, type KemBackend } from '../../crypto/index.ts'
import { createHandshake, type Handshake, type HandshakeOptions, type HandshakeRole } from './handshake.ts'
import { type ChannelIdentity, createIdentity } from './identity.ts'
import type { ChannelPrimitives } from './primitives.ts'
import { defaultPrimitives } from './select-primitives.ts'

export const testChainId = new Uint8Array(32).fill(0xc1)
const noBinding = new Uint8Array()

/** Time-outs of tests: real timers that do not keep the process alive. */
export const realScheduler: Scheduler = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** ML-KEM whose ciphertexts come from chosen randomness (FIPS 203 §6.2), as vectors need it. */
export function fixedKem(message: Uint8Array): KemBackend {
  return {
    ...createNobleKemBackend(),
    encapsulate(encapsulationKey) {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(encapsulationKey, message)
      return { ciphertext: cipherText, sharedSecret }
    },
  }
}

export interface Party {
  readonly identity: ChannelIdentity
  readonly ed25519Seed: Uint8Array
  readonly rng: Rng
}

/** @param number another for each party: its keys and its chance follow from it */
export async function party(
  number: number,
  {
    chainId = testChainId,
    primitives = defaultPrimitives(),
  }: { chainId?: Uint8Array; primitives?: ChannelPrimitives } = {},
): Promise<Party> {
  const rng = seededRng(number)
  const ed25519Seed = rng.bytes(32)
  const identity = await createIdentity(
    { chainId, peerKey: ed25519.getPublicKey(ed25519Seed), channelKey: primitives.openAgreementKey(rng.bytes(32)) },
    (message) => ed25519.sign(message, ed25519Seed),
  )
  return { identity, ed25519Seed, rng }
}

export function handshakeOf(
  who: Party,
  role: HandshakeRole,
  options: Partial<HandshakeOptions> & { primitives?: ChannelPrimitives; kem?: KemBackend } = {},
): Handshake {
  const { primitives = defaultPrimitives(), kem = defaultKemBackend(), ...rest } = options
  return createHandshake(
    { role, chainId: testChainId, transportBinding: noBinding, identity: who.identity, ...rest },
    { primitives, kem, rng: who.rng },
  )
}

/** The next message of this side. @throws Error where it cannot be made */
export function write(from: Handshake): Uint8Array {
  const written = from.write()
  if (!written.ok) throw new Error(written.error.code)
  return written.value
}

/** What reading comes to: a code, or undefined where it was taken. */
export function codeOfRead(to: Handshake, message: Uint8Array): string | undefined {
  const read = to.read(message)
  return read.ok ? undefined : read.error.code
}

/** Carries all three messages over, each through `change`; gives the first code of a refusal. */
export function run(
  initiator: Handshake,
  responder: Handshake,
  change: (message: Uint8Array, index: number) => Uint8Array = (message) => message,
): string | undefined {
  const turns = [
    [initiator, responder],
    [responder, initiator],
    [initiator, responder],
  ] as const
  for (const [index, [from, to]] of turns.entries()) {
    const written = from.write()
    if (!written.ok) return written.error.code
    const code = codeOfRead(to, change(written.value, index))
    if (code !== undefined) return code
  }
  return undefined
}
