/** Why a verifier gives no answers; the codes are described at Verifier.verify. */
import { NodeError } from '../core/node-error.ts'

export function verifierClosed(): NodeError {
  return new NodeError('VERIFIER_CLOSED', 'the signature verifier is closed')
}

export function verifierBusy(details: Readonly<Record<string, number>>): NodeError {
  return new NodeError('VERIFIER_BUSY', 'too many signatures wait to be checked', {
    hint: 'Try again when earlier ones have been answered.',
    details,
  })
}

export function callTooLarge(details: Readonly<Record<string, number>>): NodeError {
  return new NodeError('VERIFY_CALL_TOO_LARGE', 'one call holds more signatures than the verifier ever takes', {
    hint: 'Split the call.',
    details,
  })
}

export function verifierFailed(cause: unknown): NodeError {
  return new NodeError('VERIFIER_FAILED', 'signatures could not be checked: the worker that checks them failed', {
    hint: 'Try again; if it happens again, restart the node and look for memory or disk faults.',
    cause,
  })
}
