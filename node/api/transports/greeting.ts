/**
 * The first frame each way: which protocol, which version. Two programs of different ages on one machine is the normal
 * case after an update, so a mismatch says which of them is older instead of failing in the middle of a payment.
 */
import { NodeError } from '../../core/node-error.ts'

/** Goes up when an older program would misread a newer one: frames, envelopes, or the meaning of a procedure. */
export const protocolVersion = 2
const protocolName = 'qudag.rpc'

export type Side = 'client' | 'node'

export interface Greeting {
  readonly version: number
  /**
   * False where a client asks for a connection that takes and shows no secrets: one that it passes on to a page. What was
   * not asked for cannot be had over it.
   */
  readonly secrets: boolean
}

export function encodeGreeting({ version = protocolVersion, secrets = true }: Partial<Greeting> = {}): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({ protocol: protocolName, version, ...(secrets ? {} : { secrets: false }) }),
  )
}

/** The greeting of the other side; undefined where these bytes are none of ours. */
export function decodeGreeting(body: Uint8Array): Greeting | undefined {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { protocol, version, secrets = true } = value as { protocol?: unknown; version?: unknown; secrets?: unknown }
  if (protocol !== protocolName || typeof secrets !== 'boolean') return undefined
  return Number.isSafeInteger(version) && (version as number) > 0 ? { version: version as number, secrets } : undefined
}

/**
 * Undefined where both speak the same version, else PROTOCOL_MISMATCH (details: ours, theirs, older).
 *
 * @param ourSide which side asks
 */
export function versionMismatch(ourSide: Side, theirs: number, ours: number = protocolVersion): NodeError | undefined {
  if (theirs === ours) return undefined
  const older: Side = theirs < ours ? (ourSide === 'client' ? 'node' : 'client') : ourSide
  return new NodeError(
    'PROTOCOL_MISMATCH',
    `The running node and this program do not speak the same protocol version: the ${older === 'node' ? 'node' : 'program'} is older.`,
    {
      hint:
        older === 'node'
          ? 'Stop the running node with the program that started it, then start it again with this version.'
          : 'Update this program to the version of the running node.',
      details: { ours, theirs, older },
    },
  )
}
