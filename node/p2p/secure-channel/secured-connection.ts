/**
 * A connection inside the channel, as libp2p's muxer sees it. One frame is sealed at a time and only while the transport takes
 * more, so what waits for a slow peer waits unsealed in one bounded buffer, and a pause reaches the transport.
 *
 * The end of a connection is not authenticated here: the muxer above says goodbye, and streams end, inside the channel.
 */
import type { AbortOptions, MessageStream } from '@libp2p/interface'
import { AbstractMessageStream, type SendResult } from '@libp2p/utils'
import { channelError } from './errors.ts'
import type { ByteSource } from './frames.ts'
import type { HandshakeResult } from './handshake.ts'
import { channelBuffers, receiveSealed, sendSealed } from './sealed-transport.ts'

export class SecuredConnection extends AbstractMessageStream {
  readonly #transport: MessageStream
  readonly #channel: HandshakeResult

  constructor(transport: MessageStream, channel: HandshakeResult) {
    super({
      log: transport.log,
      direction: transport.direction,
      inactivityTimeout: transport.inactivityTimeout,
      ...channelBuffers,
    })
    this.#transport = transport
    this.#channel = channel

    receiveSealed(this, transport, channel, (plaintext) => {
      if (plaintext.length === 0) throw channelError('CHANNEL_FRAME_INVALID')
      this.onData(plaintext)
    })
    transport.addEventListener('close', (event) => {
      if (event.error === undefined) this.onTransportClosed()
      else if (event.local === true) this.abort(event.error)
      else this.onRemoteReset()
    })
    transport.addEventListener('remoteCloseWrite', () => this.onRemoteCloseWrite())
  }

  /**
   * What is said once it is over goes nowhere: the muxer above hears of the end by the `close` event, and has no use for another
   * error. It says so also in a microtask of its own (yamux 8: the first frame of a stream that was opened a moment before), where
   * nobody would catch it and the process would end.
   */
  override send(data: Parameters<AbstractMessageStream['send']>[0]): boolean {
    return this.writeStatus === 'closed' ? false : super.send(data)
  }

  sendData(data: ByteSource): SendResult {
    return sendSealed(this.#transport, this.#channel, data)
  }

  sendReset(error: Error): void {
    this.#transport.abort(error)
  }

  sendPause(): void {
    this.#transport.pause()
  }

  sendResume(): void {
    this.#transport.resume()
  }

  async close(options?: AbortOptions): Promise<void> {
    await this.#transport.close(options)
  }
}
