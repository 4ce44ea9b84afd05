/**
 * A stream inside a channel of its own: what WebRTC needs, whose transport encryption bypasses libp2p's. Like any libp2p stream
 * it can be closed in one direction; that is said in an empty frame, so nobody on the way can end it early unnoticed.
 */
import type { AbortOptions, Stream } from '@libp2p/interface'
import { AbstractStream, type SendResult } from '@libp2p/utils'
import { channelError } from './errors.ts'
import { type ByteSource, sealFrame } from './frames.ts'
import type { HandshakeResult } from './handshake.ts'
import { channelBuffers, receiveSealed, sendSealed } from './sealed-transport.ts'

const nothing = new Uint8Array()

export class SecuredStream extends AbstractStream {
  readonly #transport: Stream
  readonly #channel: HandshakeResult
  #hasRemoteEnded = false

  /** @param protocol what is spoken inside, where that is not the name of the stream around it */
  constructor(transport: Stream, channel: HandshakeResult, protocol = transport.protocol) {
    super({
      id: transport.id,
      protocol,
      log: transport.log,
      direction: transport.direction,
      inactivityTimeout: transport.inactivityTimeout,
      ...channelBuffers,
    })
    this.#transport = transport
    this.#channel = channel

    receiveSealed(this, transport, channel, (plaintext) => this.#take(plaintext))
    // Not remoteCloseWrite, which comes while the last frames may still wait to be read.
    transport.addEventListener('end', () => {
      if (!this.#hasRemoteEnded && this.readStatus !== 'closing' && this.readStatus !== 'closed') {
        this.abort(channelError('CHANNEL_TRUNCATED'))
      }
    })
    transport.addEventListener('close', (event) => {
      if (event.error !== undefined && event.local !== true) this.onRemoteReset()
      else if (event.error !== undefined) this.abort(event.error)
      else this.onTransportClosed()
    })
  }

  #take(plaintext: Uint8Array): void {
    if (this.#hasRemoteEnded) throw channelError('CHANNEL_FRAME_INVALID')
    if (plaintext.length > 0) {
      this.onData(plaintext)
      return
    }
    this.#hasRemoteEnded = true
    this.onRemoteCloseWrite()
  }

  sendData(data: ByteSource): SendResult {
    return sendSealed(this.#transport, this.#channel, data)
  }

  async sendCloseWrite(options?: AbortOptions): Promise<void> {
    this.#transport.send(sealFrame(this.#channel.send, nothing))
    await this.#transport.close(options)
  }

  async sendCloseRead(options?: AbortOptions): Promise<void> {
    await this.#transport.closeRead(options)
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
}
