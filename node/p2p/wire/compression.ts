/**
 * zstd, where it pays. Signatures and keys cannot be compressed: vertices of payments save nothing, those with long memos 6 %,
 * with many operations under one signature up to 45 %. So the start of a long message is tried first.
 * Node's own, from 22.15 on; a peer without it says so in its hello.
 */
import * as zlib from 'node:zlib'
import { wireLimits } from './limits.ts'

export interface Compression {
  /** The compressed form; null where that does not pay. */
  compress(bytes: Uint8Array): Uint8Array | null
  /** Null where it is damaged or longer than `maxBytes`. */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array | null
}

/** Fastest level: higher ones save a percent more for three times the work. */
const level = 1
/** Memory a peer's message may make the decompressor take: a window of 4 MB holds the longest message. */
const maxWindowLog = 22

/** Null where this Node has no zstd. */
export function nodeCompression(): Compression | null {
  if (typeof zlib.zstdCompressSync !== 'function' || typeof zlib.zstdDecompressSync !== 'function') return null
  const { ZSTD_c_compressionLevel, ZSTD_d_windowLogMax } = zlib.constants
  const squeeze = (bytes: Uint8Array): Uint8Array =>
    zlib.zstdCompressSync(bytes, { params: { [ZSTD_c_compressionLevel]: level } })
  const pays = (before: number, after: number): boolean => after <= before * (1 - wireLimits.minCompressionGain)
  return {
    compress(bytes) {
      if (bytes.length < wireLimits.minCompressedBytes) return null
      if (bytes.length > 2 * wireLimits.compressionSampleBytes) {
        const sample = bytes.subarray(0, wireLimits.compressionSampleBytes)
        if (!pays(sample.length, squeeze(sample).length)) return null
      }
      const compressed = squeeze(bytes)
      return pays(bytes.length, compressed.length) ? compressed : null
    },
    decompress(bytes, maxBytes) {
      try {
        return zlib.zstdDecompressSync(bytes, {
          maxOutputLength: maxBytes,
          params: { [ZSTD_d_windowLogMax]: maxWindowLog },
        })
      } catch {
        return null
      }
    },
  }
}

/** The compressed form of a message, made once for all peers it goes to; null where that does not pay. */
export function createCompressedForms(compression: Compression | null): (bytes: Uint8Array) => Uint8Array | null {
  const forms = new WeakMap<Uint8Array, Uint8Array | null>()
  return (bytes) => {
    if (compression === null || bytes.length < wireLimits.minCompressedBytes) return null
    let form = forms.get(bytes)
    if (form === undefined) {
      form = compression.compress(bytes)
      forms.set(bytes, form)
    }
    return form
  }
}
