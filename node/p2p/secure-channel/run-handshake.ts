/** Carries a handshake over a libp2p stream or connection: one length-prefixed message at a time, within a deadline. */
import type { MessageStream } from '@libp2p/interface'
import { byteStream } from '@libp2p/utils'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { asChannelError, type ChannelCode, channelError } from './errors.ts'
import { lengthPrefixed } from './frames.ts'
import type { Handshake, HandshakeResult } from './handshake.ts'
import { limits } from './limits.ts'

/**
 * What arrived behind the last message is put back on the stream.
 *
 * @param signal ends the wait before `limits.handshakeTimeoutMs`
 * @throws NodeError with a ChannelCode; the stream is the caller's to abort
 */
export async function runHandshake(
  stream: MessageStream,
  handshake: Handshake,
  { scheduler, signal }: { readonly scheduler: Scheduler; readonly signal?: AbortSignal | undefined },
): Promise<HandshakeResult> {
  const deadline = new AbortController()
  const cancel = scheduler.after(limits.handshakeTimeoutMs, () => deadline.abort())
  const ends = signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal])
  const options = { signal: ends }
  try {
    ends.throwIfAborted()
    const bytes = byteStream(stream, { maxBufferSize: limits.maxHandshakeBufferBytes })
    while (handshake.turn !== 'done') {
      if (handshake.turn === 'write') {
        const written = handshake.write()
        if (!written.ok) throw channelError(written.error.code)
        await bytes.write(lengthPrefixed(written.value), options)
      } else {
        const prefix = (await bytes.read({ ...options, bytes: 2 })).subarray()
        const length = (prefix[0] as number) * 256 + (prefix[1] as number)
        // Before anything is waited for or held: no other length would be read.
        if (length !== handshake.awaitedBytes) throw lengthError(length, handshake.awaitedBytes)
        const read = handshake.read((await bytes.read({ ...options, bytes: length })).subarray())
        if (!read.ok) throw channelError(read.error.code)
      }
    }
    bytes.unwrap()
    return handshake.finish()
  } catch (cause) {
    handshake.destroy()
    if (ends.aborted && !(cause instanceof NodeError)) throw channelError('CHANNEL_TIMEOUT', cause)
    throw asChannelError(cause)
  } finally {
    cancel()
  }
}

function lengthError(sizeBytes: number, expectedBytes: number): NodeError {
  const code: ChannelCode = 'CHANNEL_MESSAGE_LENGTH'
  return new NodeError(code, 'a message of the handshake has another length than it must have', {
    details: { sizeBytes, expectedBytes },
  })
}
