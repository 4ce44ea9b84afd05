/**
 * Puts messages together from the frames of one peer: of each class one at a time, never more than it said and its class
 * may have. Memory grows with what has come, not with what was said.
 */
import { concatBytes } from '../../core/bytes.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { TrafficClass } from '../types.ts'
import type { WireFault } from './codes.ts'
import type { Compression } from './compression.ts'
import { type Frame, frameFlags, frameTypes } from './frame.ts'
import { type TrafficRules, trafficClassOf, trafficRules } from './traffic-classes.ts'

export interface Assembled {
  readonly trafficClass: TrafficClass
  /** Null until it is complete. */
  readonly message: Uint8Array | null
  /** It is the first frame of its message. */
  readonly isFirst: boolean
}

export interface Assembler {
  /** Takes a frame of a message. */
  take(frame: Frame): Result<Assembled, { code: WireFault }>
  /** Messages that are begun and not ended, and the bytes of them that came. */
  readonly open: number
  readonly openBytes: number
}

interface OpenMessage {
  readonly parts: Uint8Array[]
  readonly totalBytes: number
  readonly isCompressed: boolean
  bytes: number
}

export interface AssemblerOptions {
  /** Null where nothing compressed may come, since this side said so. */
  readonly compression: Compression | null
  readonly mayReceive: (trafficClass: TrafficClass) => boolean
}

const invalid = err({ code: 'LINK_MESSAGE_INVALID' as const })

export function createAssembler({ compression, mayReceive }: AssemblerOptions): Assembler {
  const open = new Map<TrafficClass, OpenMessage>()

  const complete = (message: OpenMessage, { maxMessageBytes }: TrafficRules): Uint8Array | null => {
    const bytes = message.parts.length === 1 ? (message.parts[0] as Uint8Array) : concatBytes(...message.parts)
    return message.isCompressed ? (compression?.decompress(bytes, maxMessageBytes) ?? null) : bytes
  }

  return {
    get open() {
      return open.size
    },
    get openBytes() {
      let bytes = 0
      for (const message of open.values()) bytes += message.bytes
      return bytes
    },
    take({ type, flags, payload }) {
      const trafficClass = trafficClassOf(payload[0] ?? 0)
      if (trafficClass === undefined) return invalid
      if (!mayReceive(trafficClass)) return err({ code: 'LINK_CLASS_REFUSED' })
      const rules = trafficRules[trafficClass]
      let message = open.get(trafficClass)
      let chunk: Uint8Array
      const isFirst = type === frameTypes.begin
      if (isFirst) {
        if (message !== undefined || payload.length <= beginHeadBytes) return invalid
        const totalBytes = new DataView(payload.buffer, payload.byteOffset).getUint32(1)
        if (totalBytes > rules.maxMessageBytes) return invalid
        const isCompressed = (flags & frameFlags.zstd) !== 0
        if (isCompressed && compression === null) return err({ code: 'LINK_COMPRESSION_INVALID' })
        message = { parts: [], totalBytes, isCompressed, bytes: 0 }
        open.set(trafficClass, message)
        chunk = payload.subarray(beginHeadBytes)
      } else {
        if (message === undefined || payload.length <= 1) return invalid
        chunk = payload.subarray(1)
      }
      message.bytes += chunk.length
      if (message.bytes > message.totalBytes) return invalid
      message.parts.push(chunk)
      if (message.bytes < message.totalBytes) return ok({ trafficClass, message: null, isFirst })
      open.delete(trafficClass)
      const whole = complete(message, rules)
      if (whole === null) return err({ code: 'LINK_COMPRESSION_INVALID' })
      return ok({ trafficClass, message: whole, isFirst })
    },
  }
}

/** Class and length ahead of a message's first bytes. */
const beginHeadBytes = 5
