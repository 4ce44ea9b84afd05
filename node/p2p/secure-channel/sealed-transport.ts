/**
 * What a connection and a stream inside a channel have in common: their buffers, how bytes become frames of the transport and
 * back, and that the keys end with it.
 */
import type { MessageStream } from '@libp2p/interface'
import type { AbstractMessageStream, SendResult } from '@libp2p/utils'
import { type ByteSource, createFrameReader, maxPlaintextBytes, sealFrame } from './frames.ts'
import type { HandshakeResult } from './handshake.ts'
import { limits } from './limits.ts'

/** Options of libp2p's streams. One frame is sealed at a time, so that what waits for a slow peer waits unsealed. */
export const channelBuffers = {
  maxReadBufferLength: limits.maxReadBufferBytes,
  maxWriteBufferLength: limits.maxWriteBufferBytes,
  maxMessageSize: maxPlaintextBytes,
} as const

/** @throws NodeError CHANNEL_EXHAUSTED */
export function sendSealed(transport: MessageStream, { send }: HandshakeResult, data: ByteSource): SendResult {
  const plaintext = data.subarray()
  return { sentBytes: plaintext.length, canSendMore: transport.send(sealFrame(send, plaintext)) }
}

/** @param take what a frame held; where it throws, or a frame is none of the channel, the stream inside is aborted */
export function receiveSealed(
  inside: AbstractMessageStream,
  transport: MessageStream,
  { send, receive }: HandshakeResult,
  take: (plaintext: Uint8Array) => void,
): void {
  const reader = createFrameReader(receive)
  transport.addEventListener('message', (event) => {
    // What the transport had read before it was cut is no longer looked at.
    if (inside.status !== 'open' && inside.status !== 'closing') return
    try {
      reader.push(event.data, take)
    } catch (error) {
      inside.abort(error as Error)
    }
  })
  transport.addEventListener('close', () => {
    send.destroy()
    receive.destroy()
  })
  transport.addEventListener('drain', () => inside.safeDispatchEvent('drain'))
}
