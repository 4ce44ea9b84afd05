/**
 * Both sides prove to each other over one stream who they are. Each sends its statement and, when it believes the other's, one
 * byte; a side is done when it has believed and has been believed, so that what it opens next finds the other ready.
 */
import type { Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { toHex } from '../../core/bytes.ts'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { verifyEd25519 } from '../secure-channel/index.ts'
import type { VerifySignature } from './certificate.ts'
import { bindingError } from './errors.ts'
import { limits } from './limits.ts'
import type { BindingSession } from './proof.ts'
import { checkStatement, makeStatement, type OwnValidator } from './statement.ts'

/** "I believe you." */
const accepted = 1

/** @param chainId 32 bytes; its first eight tell the protocols of two networks apart, the proof itself covers all of it */
export function bindingProtocol(chainId: Uint8Array): string {
  return `/qudag/${toHex(chainId.subarray(0, 8))}/bind/1`
}

export interface BindingDeps {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly verifyValidator: VerifySignature
  /** Default: Ed25519 of this platform. */
  readonly verifyPeer?: VerifySignature
}

/**
 * Runs the same on both ends of a fresh stream, which must be inside the channel that `session` is of. The stream is closed when this
 * returns, and aborted when it throws.
 *
 * @param own this node as a validator, or null
 * @returns the other side's validator id, proven; null where it is none
 * @throws NodeError with a BindingCode
 */
export async function runBinding(
  stream: Stream,
  options: {
    readonly chainId: Uint8Array
    readonly session: BindingSession
    readonly own: OwnValidator
    readonly signal?: AbortSignal
  },
  deps: BindingDeps,
): Promise<{ readonly validator: Uint8Array } | null> {
  const deadline = new AbortController()
  const cancel = deps.scheduler.after(limits.timeoutMs, () => deadline.abort())
  const signal = options.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, options.signal])
  try {
    return await unlessAborted(exchange(stream, { ...options, signal }, deps), signal)
  } catch (cause) {
    const error = asBindingError(cause)
    stream.abort(error)
    throw error
  } finally {
    cancel()
  }
}

async function exchange(
  stream: Stream,
  { chainId, session, own, signal }: Parameters<typeof runBinding>[1] & { readonly signal: AbortSignal },
  { clock, verifyValidator, verifyPeer = verifyEd25519 }: BindingDeps,
): Promise<{ readonly validator: Uint8Array } | null> {
  const messages = lpStream(stream, { maxDataLength: limits.maxMessageBytes, maxBufferSize: limits.maxBufferBytes })
  const send = async (): Promise<void> => {
    const statement = await makeStatement(chainId, session, own).catch((cause: unknown) => {
      throw bindingError('BINDING_UNSIGNED', cause)
    })
    await messages.write(statement, { signal })
  }
  // Both at once: a validator whose key is in a slow token keeps nobody waiting who has nothing to prove.
  const [, received] = await Promise.all([send(), messages.read({ signal })])
  const verifiers = { validator: verifyValidator, peer: verifyPeer }
  const checked = await checkStatement(received.subarray(), { chainId, session, nowMs: clock.nowMs() }, verifiers)
  if (!checked.ok) throw bindingError(checked.error.code)
  await messages.write(Uint8Array.of(accepted), { signal })
  const answer = (await messages.read({ signal })).subarray()
  if (answer.length !== 1 || answer[0] !== accepted) throw bindingError('BINDING_REFUSED')
  await stream.close({ signal })
  return checked.value
}

/** Signing and verifying are others' work and know no signal: what they still do after the end is dropped. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(bindingError('BINDING_TIMEOUT', signal.reason))
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}

function asBindingError(cause: unknown): NodeError {
  if (cause instanceof NodeError) return cause
  // lpStream's own refusals of a length; whatever else ends a stream is the other side's.
  const name = (cause as Error | undefined)?.name ?? ''
  const isLength = name === 'InvalidDataLengthError' || name === 'InvalidDataLengthLengthError'
  return bindingError(isLength ? 'BINDING_MALFORMED' : 'BINDING_REFUSED', cause)
}
