/** Errors that every kind of key gives alike. */
import { NodeError } from '../../core/node-error.ts'

export function seedLengthInvalid(expectedBytes: number): NodeError {
  return new NodeError('SEED_LENGTH_INVALID', `a seed of ${expectedBytes} bytes is needed`)
}

export function keyDestroyed(): NodeError {
  return new NodeError('KEY_DESTROYED', 'the key handle was destroyed')
}

export function contextTooLong(maxBytes: number): NodeError {
  return new NodeError('CONTEXT_TOO_LONG', `a signing context has at most ${maxBytes} bytes`)
}

/** A faulty signature can reveal the key (differential faults), so it must not leave. */
export function signatureFault(): NodeError {
  return new NodeError('SIGNATURE_FAULT', 'a signature just made does not verify; it was discarded', {
    hint: 'Check the memory of this machine before signing again.',
  })
}
