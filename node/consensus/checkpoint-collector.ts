/**
 * Checkpoints on their way to a certificate: what this node executed, and the signatures of those who say the same.
 * Source: docs/protocol.md, "Checkpoints".
 */
import { bytesKey, equalBytes } from '../core/bytes.ts'
import {
  type Checkpoint,
  type CheckpointSignature,
  checkpointHash,
  checkpointMessage,
  encodeSignedCheckpoint,
} from './checkpoint.ts'
import { type Committee, StakeTally, type Validator } from './committee.ts'
import { consensusLimits } from './limits.ts'
import type { CheckpointCertificateMessage, CheckpointSignatureMessage } from './messages.ts'
import type { EngineEffect, FaultCode, PeerKey } from './types.ts'

/** One that this node has executed and that is not certified yet. */
interface OpenCheckpoint {
  readonly checkpoint: Checkpoint
  readonly hash: Uint8Array
  readonly committee: Committee
  readonly nextValidators: readonly Validator[] | null
  readonly signatures: Map<number, Uint8Array>
  readonly tally: StakeTally
  own: Uint8Array | null
}

export interface CertifiedCheckpoint {
  readonly checkpoint: Checkpoint
  readonly hash: Uint8Array
  readonly nextValidators: readonly Validator[] | null
}

export interface CheckpointCollector {
  /** The state a checkpoint covers was executed. @param signature the own one, where the journal has it already */
  open(
    checkpoint: Checkpoint,
    committee: Committee,
    nextValidators: readonly Validator[] | null,
    signature: Uint8Array | null,
  ): void
  signed(position: number, signature: Uint8Array): void
  journalled(position: number): void
  take(message: CheckpointSignatureMessage | CheckpointCertificateMessage, from: PeerKey): void
  verified(id: number, isGood: boolean): void
  /** Sends whoever asks the certificates there are. */
  answer(seqs: readonly number[], to: PeerKey): void
  /**
   * Says the own signatures again that no certificate has answered; where there is none, asks somebody for the certificate.
   * @param peers connected ones
   */
  resend(peers: ReadonlySet<PeerKey>): void
  readonly openCount: number
  /** Signatures that wait for a check, or for this node to execute as far. */
  readonly waitingSignatures: number
  /** Seq of the last certified. */
  readonly certifiedSeq: number
}

export interface CheckpointCollectorDeps {
  readonly chainId: Uint8Array
  readonly self: Uint8Array | null
  readonly certifiedSeq: number
  readonly emit: (effect: EngineEffect) => void
  readonly fault: (code: FaultCode, peer: PeerKey | null, author: Uint8Array | null) => void
  /** In order of seq. */
  readonly certified: (certified: CertifiedCheckpoint) => void
}

/** Certificates kept in memory for those who come a little late; older ones are on disk. */
const keptCertificates = 16

interface Unchecked {
  readonly seq: number
  readonly author: number
  readonly signature: Uint8Array
  readonly from: PeerKey
  /** Those of the same author and checkpoint. */
  readonly place: string
}

export function createCheckpointCollector(deps: CheckpointCollectorDeps): CheckpointCollector {
  const { chainId, self, emit, fault } = deps
  const open = new Map<number, OpenCheckpoint>()
  /** Signatures of checkpoints this node has not executed yet, by seq, and there one a validator and peer. */
  const early = new Map<number, Map<string, { readonly message: CheckpointSignatureMessage; readonly from: PeerKey }>>()
  const unchecked = new Map<number, Unchecked>()
  /** The same by author and checkpoint: with a thousand signers each of them is looked up among all. */
  const uncheckedAt = new Map<string, Set<Unchecked>>()
  /** Early and unchecked ones of each peer, and of all. */
  const waitingOf = new Map<PeerKey, number>()
  let waitingCount = 0
  const certificates = new Map<number, CheckpointCertificateMessage>()
  /** Asked for and not answered yet, and of whom it was asked: who is behind by many asks on with the answer to the last. */
  const asked = new Map<number, PeerKey>()
  let askedTimes = 0
  let { certifiedSeq } = deps
  let nextId = 0

  const isFull = (from: PeerKey): boolean => (waitingOf.get(from) ?? 0) >= consensusLimits.maxWaitingSignaturesPerPeer

  const charge = (from: PeerKey): void => {
    waitingOf.set(from, (waitingOf.get(from) ?? 0) + 1)
    waitingCount += 1
  }

  const discharge = (from: PeerKey): void => {
    const left = (waitingOf.get(from) ?? 0) - 1
    if (left <= 0) waitingOf.delete(from)
    else waitingOf.set(from, left)
    waitingCount -= 1
  }

  const count = (entry: OpenCheckpoint, author: number, signature: Uint8Array): void => {
    entry.signatures.set(author, signature)
    entry.tally.add(author)
    for (let next = open.get(certifiedSeq + 1); next !== undefined; next = open.get(certifiedSeq + 1)) {
      if (next.tally.stakeMicroRuv < next.committee.quorumMicroRuv) return
      const peer = asked.get(next.checkpoint.seq)
      certify(next)
      if (peer !== undefined && asked.size === 0) ask(peer)
    }
  }

  /** The oldest for which there is no signature of its own to say. */
  const ask = (peer: PeerKey): void => {
    const seqs: number[] = []
    for (const { checkpoint, own, committee } of open.values()) {
      const isSigner = self !== null && committee.indexOf(self) !== undefined
      if (own === null && !isSigner && seqs.length < consensusLimits.maxCertificateRequest) seqs.push(checkpoint.seq)
    }
    if (seqs.length === 0) return
    asked.clear()
    for (const seq of seqs) asked.set(seq, peer)
    emit({ type: 'send', to: peer, message: { kind: 'checkpoint-request', seqs } })
  }

  const sendCertificate = (seq: number, to: PeerKey): void => {
    const kept = certificates.get(seq)
    if (kept !== undefined) emit({ type: 'send', to, message: kept })
    else emit({ type: 'lookupCheckpoint', to, seq })
  }

  const certify = (entry: OpenCheckpoint): void => {
    const { checkpoint, hash, committee, nextValidators } = entry
    const certificate: CheckpointSignature[] = [...entry.signatures]
      .sort(([a], [b]) => a - b)
      .map(([index, signature]) => ({ validator: (committee.validators[index] as Validator).id, signature }))
    certifiedSeq = checkpoint.seq
    open.delete(checkpoint.seq)
    asked.delete(checkpoint.seq)
    certificates.set(checkpoint.seq, { kind: 'checkpoint-certificate', checkpoint, certificate })
    if (certificates.size > keptCertificates) certificates.delete(certificates.keys().next().value as number)
    emit({ type: 'certified', checkpoint, hash, certificate })
    deps.certified({ checkpoint, hash, nextValidators })
  }

  const say = (entry: OpenCheckpoint): void => {
    if (self === null || entry.own === null || entry.committee.validators.length === 1) return
    const { checkpoint, own: signature } = entry
    emit({ type: 'send', to: null, message: { kind: 'checkpoint-signature', checkpoint, validator: self, signature } })
  }

  const takeSignature = (message: CheckpointSignatureMessage, from: PeerKey): void => {
    const { checkpoint, validator, signature } = message
    if (checkpoint.seq <= certifiedSeq) {
      // Whoever still collects for it can have the whole certificate.
      return sendCertificate(checkpoint.seq, from)
    }
    const entry = open.get(checkpoint.seq)
    if (entry === undefined) {
      if (checkpoint.seq > certifiedSeq + consensusLimits.maxOpenCheckpoints) return
      const waiting = early.get(checkpoint.seq) ?? new Map()
      const key = `${from} ${bytesKey(validator)}`
      if (waiting.has(key)) return
      if (isFull(from)) return fault('PENDING_LIMIT', from, validator)
      charge(from)
      early.set(checkpoint.seq, waiting.set(key, { message, from }))
      return
    }
    const author = entry.committee.indexOf(validator)
    if (author === undefined) return fault('CHECKPOINT_SIGNER_UNKNOWN', from, validator)
    if (entry.signatures.has(author)) return
    if (!equalBytes(checkpointHash(chainId, checkpoint), entry.hash)) {
      return fault('CHECKPOINT_MISMATCH', from, validator)
    }
    const place = `${checkpoint.seq} ${author}`
    const same = uncheckedAt.get(place) ?? new Set()
    for (const other of same) if (equalBytes(other.signature, signature)) return
    if (isFull(from)) return fault('PENDING_LIMIT', from, validator)
    charge(from)
    const id = nextId++
    const waiting: Unchecked = { seq: checkpoint.seq, author, signature, from, place }
    unchecked.set(id, waiting)
    uncheckedAt.set(place, same.add(waiting))
    const { publicKey } = entry.committee.validators[author] as Validator
    emit({
      type: 'verify',
      kind: 'checkpoint',
      id,
      publicKey,
      message: checkpointMessage(chainId, entry.checkpoint),
      signature,
    })
  }

  return {
    open(checkpoint, committee, nextValidators, signature) {
      const entry: OpenCheckpoint = {
        checkpoint,
        hash: checkpointHash(chainId, checkpoint),
        committee,
        nextValidators,
        signatures: new Map(),
        tally: new StakeTally(committee),
        own: null,
      }
      open.set(checkpoint.seq, entry)
      const index = self === null ? undefined : committee.indexOf(self)
      if (index !== undefined) {
        if (signature === null) {
          const message = checkpointMessage(chainId, checkpoint)
          emit({ type: 'sign', kind: 'checkpoint', position: checkpoint.seq, message })
        } else {
          entry.own = signature
          say(entry)
          count(entry, index, signature)
        }
      }
      const waiting = early.get(checkpoint.seq)
      early.delete(checkpoint.seq)
      for (const { message, from } of waiting?.values() ?? []) {
        discharge(from)
        takeSignature(message, from)
      }
    },
    signed(position, signature) {
      const entry = open.get(position)
      if (entry === undefined) return
      entry.own = signature
      emit({
        type: 'journal',
        kind: 'checkpoint',
        epoch: entry.checkpoint.epoch,
        position,
        hash: entry.hash,
        bytes: encodeSignedCheckpoint(entry.checkpoint, signature),
        transactions: 0,
      })
    },
    journalled(position) {
      const entry = open.get(position)
      const index = self === null ? undefined : entry?.committee.indexOf(self)
      if (entry === undefined || entry.own === null || index === undefined) return
      say(entry)
      count(entry, index, entry.own)
    },
    take(message, from) {
      if (message.kind === 'checkpoint-signature') return takeSignature(message, from)
      const { checkpoint, certificate } = message
      if (checkpoint.seq <= certifiedSeq) return
      for (const { validator, signature } of certificate) {
        takeSignature({ kind: 'checkpoint-signature', checkpoint, validator, signature }, from)
      }
    },
    verified(id, isGood) {
      const found = unchecked.get(id)
      unchecked.delete(id)
      if (found === undefined) return
      discharge(found.from)
      const same = uncheckedAt.get(found.place)
      same?.delete(found)
      if (same?.size === 0) uncheckedAt.delete(found.place)
      if (!isGood) return fault('CHECKPOINT_SIGNATURE', found.from, null)
      const entry = open.get(found.seq)
      if (entry !== undefined) count(entry, found.author, found.signature)
    },
    answer(seqs, to) {
      for (const seq of seqs) if (seq >= 1 && seq <= certifiedSeq) sendCertificate(seq, to)
    },
    resend(peers) {
      for (const entry of open.values()) say(entry)
      const peer = [...peers][askedTimes % Math.max(1, peers.size)]
      if (peer === undefined || open.size === 0) return
      askedTimes += 1
      ask(peer)
    },
    get openCount() {
      return open.size
    },
    get waitingSignatures() {
      return waitingCount
    },
    get certifiedSeq() {
      return certifiedSeq
    },
  }
}
