/**
 * What a node keeps of having joined by a snapshot: where the order stood then, since it has neither the commits nor the vertices
 * before. Written together with the state it belongs to. Source: docs/protocol.md, "Joining".
 */
import { type ConsensusState, decodeConsensusState, encodeConsensusState, snapshotRoundOf } from '../consensus/index.ts'
import { canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, record, uintUpTo } from '../core/codec.ts'
import { NodeError } from '../core/node-error.ts'
import type { StorageReader } from '../storage/index.ts'

export interface JoinedRecord {
  /** Epoch and number of the checkpoint that was joined at. */
  readonly epoch: number
  readonly seq: number
  readonly consensus: ConsensusState
  /** Local time at which the sync began, in ms: what this validator's key signed before, its journal may not know. */
  readonly joinedAtMs: number
}

/** Its row in `meta`. */
export const joinedKey = 'joined'

const maxRecordBytes = 2_500_000
const recordCodec = record({
  epoch: uintUpTo(),
  seq: uintUpTo(),
  consensus: bytesUpTo(maxRecordBytes),
  joinedAtMs: uintUpTo(),
})

export function encodeJoined({ epoch, seq, consensus, joinedAtMs }: JoinedRecord): Uint8Array {
  return canonicalEncode(recordCodec, { epoch, seq, consensus: encodeConsensusState(consensus), joinedAtMs })
}

/** From where on this node has every vertex. @param epoch that runs */
export async function keptFromOf(
  read: Pick<StorageReader, 'meta'>,
  epoch: number,
): Promise<{ readonly epoch: number; readonly round: number }> {
  const joined = await readJoined(read)
  if (joined === null) return { epoch: 0, round: 1 }
  // Of the epoch it joined in it lacks what lies below the horizon; where it joined at its end, all.
  return joined.epoch === epoch
    ? { epoch, round: Math.max(1, snapshotRoundOf(joined.consensus)) }
    : { epoch: joined.epoch + 1, round: 1 }
}

/** Null where this node has followed from the genesis. @throws NodeError STATE_DAMAGED */
export async function readJoined(read: Pick<StorageReader, 'meta'>): Promise<JoinedRecord | null> {
  const bytes = await read.meta(joinedKey)
  if (bytes === null) return null
  const decoded = canonicalDecode(recordCodec, bytes, maxRecordBytes)
  const consensus = decoded.ok ? decodeConsensusState(decoded.value.consensus) : decoded
  if (!decoded.ok || !consensus.ok) {
    throw new NodeError('STATE_DAMAGED', 'the record of the snapshot that this node joined by is damaged', {
      hint: 'Keep a copy of the data folder and restore it from a backup or by synchronising anew.',
    })
  }
  const { epoch, seq, joinedAtMs } = decoded.value
  return { epoch, seq, joinedAtMs, consensus: consensus.value }
}
