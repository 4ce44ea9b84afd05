/**
 * A stream read by so many bytes as are wanted, and written no faster than it takes them. What comes unasked for is not read
 * beyond a small buffer.
 */
import type { Stream } from '@libp2p/interface'
import { wireLimits } from './limits.ts'

export interface StreamReader {
  /** Exactly so many bytes. @throws Error where the stream ends before, or the signal is given */
  read(length: number, signal: AbortSignal): Promise<Uint8Array>
}

export function createStreamReader(stream: Stream): StreamReader {
  /** What came and was not read, at its beginning. A copy: a byte must not keep the frame that it came in. */
  let held = new Uint8Array(0)
  let bytes = 0
  let isEnded = false
  let wanted = 0
  let wake: (() => void) | undefined

  /** Makes room for so many more: twice what is needed, so that bytes that come one by one are not copied each time. */
  const hold = (more: number): void => {
    if (bytes + more <= held.length) return
    const larger = new Uint8Array(2 * (bytes + more))
    larger.set(held.subarray(0, bytes))
    held = larger
  }

  stream.addEventListener('message', ({ data }) => {
    hold(data.byteLength)
    for (const part of data instanceof Uint8Array ? [data] : data) {
      held.set(part, bytes)
      bytes += part.length
    }
    if (bytes >= wanted) wake?.()
    if (bytes >= wanted + wireLimits.maxChunkBytes && stream.readStatus === 'readable') stream.pause()
  })
  const ended = (): void => {
    isEnded = true
    wake?.()
  }
  stream.addEventListener('end', ended)
  stream.addEventListener('close', ended)
  if (stream.readableEnded || stream.status !== 'open') isEnded = stream.readBufferLength === 0

  return {
    async read(length, signal) {
      wanted = length
      while (bytes < length) {
        signal.throwIfAborted()
        if (isEnded) throw new Error('the stream ended too early')
        if (stream.readStatus === 'paused') stream.resume()
        await new Promise<void>((resolve) => {
          wake = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      wanted = 0
      const taken = held.slice(0, length)
      held = held.slice(length, bytes)
      bytes -= length
      return taken
    },
  }
}

/** Writes everything and closes this side. @throws Error where the stream breaks or the signal is given */
export async function writeAndClose(stream: Stream, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += wireLimits.maxChunkBytes) {
    signal.throwIfAborted()
    const goesOn = stream.send(bytes.subarray(offset, offset + wireLimits.maxChunkBytes))
    if (!goesOn || stream.writableNeedsDrain) await stream.onDrain({ signal })
  }
  await stream.close({ signal })
}
