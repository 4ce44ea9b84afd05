/**
 * ML-DSA key generation and signing (FIPS 204), parameter sets 44, 65 and 87: what the module gives its host. The host
 * writes to the buffers at these addresses, calls, reads the result, and then puts all memory back to what it was.
 *
 * What takes the same time and touches the same addresses for every secret: hashing (Keccak), masks, transforms and
 * products, Power2Round and Decompose (multiplication and shift, no division), bounds and hints, all coefficients of a
 * check before its one branch. No table is looked up by a secret, and no division has a secret in it.
 *
 * What does not: sampling the private vectors, where time and places show which candidates were refused, not what the
 * others are; the number of attempts, and which check ended each one, which the standard's rejection makes independent
 * of the key; how many hints an attempt has up to each position; SampleInBall, whose time and places show the challenge,
 * of refused attempts too (a hash of the commitment, with µ). ExpandA and the encoding of a signature handle public data.
 *
 * That is what these sources ask for. An engine that compiles WebAssembly makes no promise about it, nor does a
 * processor whose multiplication depends on its operands; and what an engine held in registers or on its own stack is not
 * within reach to be overwritten.
 */
import { absorb } from '../keccak'
import { chooseParameters } from '../parameters'
import { messageBuffer as messages } from './memory'
import { beginMessage as begin, expandSeed as expand, signAbsorbed } from './sign'

export {
  messageBuffer,
  messageBufferBytes,
  publicKeyBuffer,
  randomBuffer,
  seedBuffer,
  signatureBuffer,
} from './memory'

/** First address that nothing uses. */
export const memoryEnd: usize = __heap_base

/** Expands the seed in seedBuffer: the public key to publicKeyBuffer, the private one to where sign() finds it. */
export function expandSeed(level: i32): void {
  chooseParameters(level)
  expand()
}

/** Begins a message for the key of expandSeed(); absorbMessage() follows, once or several times. */
export function beginMessage(): void {
  begin()
}

/** Takes so many bytes from messageBuffer: 0, length of the context, context and message (algorithm 2, line 10). */
export function absorbMessage(bytes: i32): void {
  absorb(messages, bytes)
}

/**
 * Signs the message absorbed, by the 32 bytes in randomBuffer.
 *
 * @returns how many attempts it took; 0: none of `maxAttempts` gave a signature
 */
export function sign(level: i32, maxAttempts: i32): i32 {
  chooseParameters(level)
  return signAbsorbed(maxAttempts)
}
