/**
 * Frames on a byte stream: length (4 bytes, big-endian, of what follows) ‖ kind (1 byte) ‖ body. A stream has no
 * boundaries of its own, so a frame may come in any number of pieces; memory held is what has arrived, never what a
 * length field promises.
 */

/** `greeting` is the first frame each way; `text` and `binary` carry one message each. */
export type FrameKind = 'greeting' | 'text' | 'binary'

export interface Frame {
  readonly kind: FrameKind
  readonly body: Uint8Array
}

export type FrameError =
  /** The length field is 0 or above the limit. */
  { code: 'FRAME_LENGTH'; lengthBytes: number; maxBytes: number } | { code: 'FRAME_KIND'; kind: number }

const headerBytes = 4
const kinds: readonly FrameKind[] = ['greeting', 'text', 'binary']

export function encodeFrame(kind: FrameKind, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headerBytes + 1 + body.length)
  new DataView(frame.buffer).setUint32(0, body.length + 1)
  frame[headerBytes] = kinds.indexOf(kind)
  frame.set(body, headerBytes + 1)
  return frame
}

export interface FrameReader {
  /**
   * Takes the next piece of the stream and calls back for each frame it completes. After an error the stream has no
   * meaning any more and must be given up; further pieces are ignored.
   */
  push(chunk: Uint8Array, onFrame: (frame: Frame) => void): FrameError | undefined
  /** Changes the limit for the frames that follow. */
  setMaxBytes(maxBytes: number): void
  /** Bytes of an incomplete frame held back. */
  readonly heldBytes: number
}

/** @param maxBytes largest kind-and-body a frame may have */
export function createFrameReader(maxBytes: number): FrameReader {
  let limit = maxBytes
  let pieces: Uint8Array[] = []
  let heldBytes = 0
  let failure: FrameError | undefined

  /** Joins what is held; amortised, because it runs only when a whole header or frame is there. */
  const joined = (): Uint8Array => {
    if (pieces.length === 1) return pieces[0] as Uint8Array
    const whole = new Uint8Array(heldBytes)
    let offset = 0
    for (const piece of pieces) {
      whole.set(piece, offset)
      offset += piece.length
    }
    pieces = [whole]
    return whole
  }

  const headerLength = (): number => {
    let length = 0
    let read = 0
    for (const piece of pieces) {
      for (let i = 0; i < piece.length && read < headerBytes; i++, read++) length = length * 256 + (piece[i] as number)
      if (read === headerBytes) break
    }
    return length
  }

  const fail = (error: FrameError): FrameError => {
    failure = error
    pieces = []
    heldBytes = 0
    return error
  }

  return {
    push(chunk, onFrame) {
      if (failure !== undefined || chunk.length === 0) return failure
      pieces.push(chunk)
      heldBytes += chunk.length
      while (heldBytes >= headerBytes) {
        const lengthBytes = headerLength()
        if (lengthBytes === 0 || lengthBytes > limit)
          return fail({ code: 'FRAME_LENGTH', lengthBytes, maxBytes: limit })
        if (heldBytes < headerBytes + lengthBytes) break
        const bytes = joined()
        const end = headerBytes + lengthBytes
        const kindByte = bytes[headerBytes] as number
        const kind = kinds[kindByte]
        if (kind === undefined) return fail({ code: 'FRAME_KIND', kind: kindByte })
        const body = bytes.subarray(headerBytes + 1, end)
        heldBytes -= end
        pieces = heldBytes === 0 ? [] : [bytes.subarray(end)]
        onFrame({ kind, body })
      }
      return undefined
    },
    setMaxBytes(next) {
      limit = next
    },
    get heldBytes() {
      return heldBytes
    },
  }
}
