/**
 * A validator's disk: an append-only sequence of records of which a prefix is durable. A crash keeps that prefix and,
 * by chance, some of what was written after it; the record being written is torn and dropped at the restart.
 */
import type { Checkpoint, CheckpointCertificate, ConsensusState } from '../consensus/checkpoint.ts'
import type { Validator } from '../consensus/committee.ts'
import { hashKey } from '../consensus/dag.ts'
import type { SignedKind } from '../consensus/types.ts'
import type { Vertex } from '../consensus/vertex.ts'
import type { Chance } from './chance.ts'
import type { ExecutedCommit } from './execution.ts'

/** Where a validator came in by a snapshot; the state itself is with its execution. */
export interface JoinedAt {
  readonly checkpoint: Checkpoint
  readonly hash: Uint8Array
  readonly consensus: ConsensusState
  /** The commit that the checkpoint covers. */
  readonly executed: ExecutedCommit
  /** Ledger time at which the epoch of the checkpoint began. */
  readonly epochStartMs: number
  /** Local time. */
  readonly joinedAtMs: number
}

export type DiskRecord =
  | { readonly kind: 'vertex'; readonly vertex: Vertex }
  /** What this validator signed, as it was journalled. */
  | {
      readonly kind: 'journal'
      readonly signed: SignedKind
      readonly epoch: number
      readonly position: number
      readonly hash: Uint8Array
      readonly bytes: Uint8Array
    }
  | { readonly kind: 'commit'; readonly executed: ExecutedCommit }
  /** It did not follow from the genesis: this is where it came in. */
  | ({ readonly kind: 'joined' } & JoinedAt)
  | {
      readonly kind: 'certified'
      readonly checkpoint: Checkpoint
      readonly hash: Uint8Array
      readonly certificate: CheckpointCertificate
      /** Where it closes an epoch: who validates in the next. */
      readonly nextValidators: readonly Validator[] | null
    }

export interface Disk {
  readonly records: readonly DiskRecord[]
  /** What the validator signed that crashes have taken: written, not durable, and so never sent. */
  readonly lostSignatures: number
  /** Records that a crash cannot take. */
  readonly durable: number
  append(record: DiskRecord): void
  /** Makes what was written up to `count` records durable. */
  sync(count: number): void
  crash(chance: Chance): void
  /** Takes the disk back to an earlier state, durable or not. */
  rewind(count: number): void
  vertex(key: string): Vertex | undefined
  /** Of an epoch, oldest round first. */
  vertices(epoch: number, fromRound: number): readonly Vertex[]
  certificate(seq: number): Extract<DiskRecord, { kind: 'certified' }> | undefined
  last<K extends DiskRecord['kind']>(kind: K): Extract<DiskRecord, { kind: K }> | undefined
}

/** @param decode reads a journalled vertex, where somebody asks for it */
export function createDisk(decode: (bytes: Uint8Array) => Vertex): Disk {
  let records: DiskRecord[] = []
  let durable = 0
  let lostSignatures = 0
  /** Of the first `indexed` records: most are never looked for. */
  let byHash = new Map<string, Vertex | Uint8Array>()
  let indexed = 0
  let bySeq = new Map<number, Extract<DiskRecord, { kind: 'certified' }>>()

  const index = (record: DiskRecord): void => {
    if (record.kind === 'vertex') byHash.set(hashKey(record.vertex.hash), record.vertex)
    else if (record.kind === 'journal' && record.signed === 'vertex') byHash.set(hashKey(record.hash), record.bytes)
  }
  const indexAll = (): void => {
    for (; indexed < records.length; indexed++) index(records[indexed] as DiskRecord)
  }
  const read = (key: string): Vertex | undefined => {
    indexAll()
    const found = byHash.get(key)
    if (!(found instanceof Uint8Array)) return found
    const vertex = decode(found)
    byHash.set(key, vertex)
    return vertex
  }
  const cut = (count: number): void => {
    records = records.slice(0, count)
    durable = Math.min(durable, count)
    byHash = new Map()
    indexed = 0
    bySeq = new Map()
    for (const record of records) if (record.kind === 'certified') bySeq.set(record.checkpoint.seq, record)
  }

  return {
    get records() {
      return records
    },
    get lostSignatures() {
      return lostSignatures
    },
    get durable() {
      return durable
    },
    append(record) {
      records.push(record)
      if (record.kind === 'certified') bySeq.set(record.checkpoint.seq, record)
    },
    sync(count) {
      durable = Math.max(durable, Math.min(count, records.length))
    },
    crash(chance) {
      // What was handed to the system may have reached the medium all the same, in order, the last of it torn.
      const kept = durable + chance.below(records.length - durable + 1)
      lostSignatures += records.slice(kept).filter(({ kind }) => kind === 'journal').length
      cut(kept)
      durable = records.length
    },
    rewind: (count) => {
      cut(count)
      durable = records.length
    },
    vertex: read,
    vertices(epoch, fromRound) {
      const found: Vertex[] = []
      indexAll()
      for (const key of byHash.keys()) {
        const vertex = read(key) as Vertex
        if (vertex.epoch === epoch && vertex.round >= fromRound) found.push(vertex)
      }
      return found.sort((a, b) => a.round - b.round)
    },
    certificate: (seq) => bySeq.get(seq),
    last(kind) {
      for (let i = records.length - 1; i >= 0; i--) {
        const record = records[i] as DiskRecord
        if (record.kind === kind) return record as Extract<DiskRecord, { kind: typeof kind }>
      }
      return undefined
    },
  }
}
