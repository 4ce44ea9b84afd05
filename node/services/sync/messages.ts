/** What is asked and answered while synchronising, in the canonical encoding. Nothing of it is signed but certificates. */
import {
  type Checkpoint,
  type CheckpointCertificate,
  certificateCodec,
  checkpointCodec,
} from '../../consensus/index.ts'
import { canonicalDecode, canonicalEncode } from '../../core/canonical.ts'
import { bytesUpTo, type Codec, fixedBytes, listOf, nullable, record, textUpTo, uintUpTo } from '../../core/codec.ts'
import { hashLengthBytes } from '../../crypto/index.ts'
import { maxAccountBytes, paidPartIds } from '../../ledger/index.ts'
import { validatorSetCodec } from '../validator-sets.ts'
import { syncLimits } from './limits.ts'

export interface Certified {
  readonly checkpoint: Checkpoint
  readonly certificate: CheckpointCertificate
}

/** Place from which on every vertex is kept. */
export interface ReplayFrom {
  readonly epoch: number
  readonly round: number
}

const hash = fixedBytes(hashLengthBytes)
const certified: Codec<Certified> = record({ checkpoint: checkpointCodec, certificate: certificateCodec })
const prefix = textUpTo(8 * hashLengthBytes)

const headAnswer = record({
  latest: nullable(certified),
  /** That runs, and the last commit executed. */
  epoch: uintUpTo(),
  commitIndex: uintUpTo(),
  replayFrom: record({ epoch: uintUpTo(), round: uintUpTo() }),
})

const stepCodec = record({ certified, validators: validatorSetCodec })

/** Questions and answers by method. */
const codecs = {
  head: { request: record({}), answer: headAnswer },
  checkpoint: {
    request: record({ seq: uintUpTo() }),
    answer: record({ certified, validators: nullable(validatorSetCodec) }),
  },
  'epoch-certificates': {
    /** Changes of validators with the end of this epoch and later ones, from those with this hash on. */
    request: record({ fromEpoch: uintUpTo(), validatorsHash: hash }),
    answer: record({ steps: listOf(stepCodec, { max: syncLimits.maxSteps }), nextEpoch: nullable(uintUpTo()) }),
  },
  'snapshot-manifest': {
    request: record({}),
    answer: record({
      certified,
      frontier: listOf(record({ prefix, hash }), { max: syncLimits.maxChunks }),
      bytes: uintUpTo(),
      history: bytesUpTo(4_096),
    }),
  },
  'snapshot-consensus': {
    request: record({ checkpoint: hash }),
    answer: record({ consensus: bytesUpTo(syncLimits.maxAnswerBytes) }),
  },
  'snapshot-chunk': {
    request: record({ checkpoint: hash, prefix, part: nullable(uintUpTo()) }),
    answer: record({
      rows: listOf(record({ key: bytesUpTo(64), value: bytesUpTo(maxAccountBytes) }), { max: syncLimits.maxChunkRows }),
      paid: listOf(
        record({
          minute: uintUpTo(),
          part: uintUpTo(),
          start: hash,
          txIds: bytesUpTo(paidPartIds * hashLengthBytes),
        }),
        { max: syncLimits.maxChunkRows },
      ),
    }),
  },
} as const

export type SyncMessages = {
  readonly [M in keyof typeof codecs]: {
    readonly request: (typeof codecs)[M]['request'] extends Codec<infer T> ? T : never
    readonly answer: (typeof codecs)[M]['answer'] extends Codec<infer T> ? T : never
  }
}
export type Head = SyncMessages['head']['answer']
export type Step = SyncMessages['epoch-certificates']['answer']['steps'][number]
export type Manifest = SyncMessages['snapshot-manifest']['answer']

export function encodeRequest<M extends keyof SyncMessages>(method: M, value: SyncMessages[M]['request']): Uint8Array {
  return canonicalEncode(codecs[method].request as Codec<SyncMessages[M]['request']>, value)
}

export function encodeAnswer<M extends keyof SyncMessages>(method: M, value: SyncMessages[M]['answer']): Uint8Array {
  return canonicalEncode(codecs[method].answer as Codec<SyncMessages[M]['answer']>, value)
}

/** Undefined where the bytes are no such question. */
export function decodeRequest<M extends keyof SyncMessages>(
  method: M,
  bytes: Uint8Array,
): SyncMessages[M]['request'] | undefined {
  const codec = codecs[method].request as Codec<SyncMessages[M]['request']>
  const decoded = canonicalDecode(codec, bytes, syncLimits.maxRequestBytes)
  return decoded.ok ? decoded.value : undefined
}

/** Undefined where the bytes are no such answer. */
export function decodeAnswer<M extends keyof SyncMessages>(
  method: M,
  bytes: Uint8Array,
): SyncMessages[M]['answer'] | undefined {
  const codec = codecs[method].answer as Codec<SyncMessages[M]['answer']>
  const decoded = canonicalDecode(codec, bytes, syncLimits.maxAnswerBytes)
  return decoded.ok ? decoded.value : undefined
}
