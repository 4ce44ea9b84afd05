/** What a validator knows after a restart: everything its disk kept, brought into the form the engine goes on from. */
import { type Checkpoint, checkpointHash, checkpointOf, decodeSignedCheckpoint } from '../consensus/checkpoint.ts'
import { createCheckpointSchedule } from '../consensus/checkpoint-schedule.ts'
import type { Validator } from '../consensus/committee.ts'
import { snapshotRoundOf } from '../consensus/joining.ts'
import { consensusLimits } from '../consensus/limits.ts'
import type { ResumePoint, TransactionFacts } from '../consensus/types.ts'
import type { Vertex } from '../consensus/vertex.ts'
import { equalBytes } from '../core/bytes.ts'
import type { Disk, DiskRecord } from './disk.ts'
import type { ExecutedCommit } from './execution.ts'

export interface ResumeDeps {
  readonly chainId: Uint8Array
  readonly startTimeMs: number
  readonly checkpointIntervalMs: number
  readonly epochMs: number
  readonly validatorsOf: (epoch: number) => readonly Validator[]
  readonly factsOf: (vertex: Vertex) => readonly (TransactionFacts | null)[]
}

type Certified = Extract<DiskRecord, { kind: 'certified' }>
type OpenCheckpoint = ResumePoint['openCheckpoints'][number]

/** Null where the disk is empty. */
export function resumePointOf(disk: Disk, deps: ResumeDeps): ResumePoint | null {
  if (disk.records.length === 0) return null
  const { chainId, startTimeMs } = deps
  const closing = closingOf(disk)
  const certified = disk.last('certified')
  const joined = disk.last('joined')
  // In the middle of the epoch that still runs; where it came in at the end of one, that checkpoint closed it.
  const base = joined !== undefined && (closing?.checkpoint.epoch ?? -1) < joined.checkpoint.epoch ? joined : undefined
  const epoch = base?.checkpoint.epoch ?? (closing === undefined ? 0 : closing.checkpoint.epoch + 1)
  const startMs = base?.epochStartMs ?? closing?.checkpoint.commitTimeMs ?? startTimeMs
  const closingHash = base?.consensus.closingHash ?? closing?.hash ?? chainId
  const commits = commitsOf(disk)
  const last = commits.at(-1) ?? joined?.executed
  const ofEpoch = commits.filter(({ commit }) => commit.epoch === epoch)
  const leaderRound = ofEpoch.at(-1)?.commit.leaderRound ?? base?.consensus.leaderRound ?? 0
  const validators = deps.validatorsOf(epoch)

  // The schedule is a function of the order: walking it again gives what was due, and what has not been certified.
  const schedule = createCheckpointSchedule({
    checkpointIntervalMs: deps.checkpointIntervalMs,
    epochMs: deps.epochMs,
    epochStartMs: startMs,
    closingHash,
    seq: (base ?? closing)?.checkpoint.seq ?? 0,
    checkpointTimeMs: base?.checkpoint.commitTimeMs ?? startMs,
    hasNewTransactions: false,
    window: base?.consensus.committed ?? [],
  })
  const openCheckpoints: OpenCheckpoint[] = []
  let previous = (base ?? closing)?.hash ?? chainId
  for (const executed of ofEpoch) {
    const { commit } = executed
    const { due } = schedule.take({
      ...commit,
      hasTransactions: commit.vertices.some(({ transactionCount }) => transactionCount > 0),
    })
    if (due === null) continue
    const next = commit.closesEpoch ? deps.validatorsOf(epoch + 1) : null
    const { stateRoot, historyRoot } = executed
    const checkpoint = checkpointOf({ ...commit, stateRoot, historyRoot }, due, next ?? validators, previous)
    previous = checkpointHash(chainId, checkpoint)
    if (due.seq > (certified?.checkpoint.seq ?? 0)) {
      openCheckpoints.push({ checkpoint, signature: signatureOf(disk, checkpoint, chainId), nextValidators: next })
    }
  }

  const stored = disk.vertices(epoch, 0)
  const horizon = leaderRound - consensusLimits.horizonRounds
  return {
    epoch: { number: epoch, startMs, validators, closingHash },
    vertices: stored
      .filter(({ round }) => round >= horizon)
      .map((vertex) => ({ vertex, transactions: deps.factsOf(vertex) })),
    older: stored.filter(({ round }) => round < horizon).map(({ round, author, hash }) => ({ round, author, hash })),
    snapshotRound: base === undefined ? 0 : snapshotRoundOf(base.consensus),
    silentUntilMs: joined?.joinedAtMs ?? 0,
    lastCommit:
      last === undefined
        ? null
        : {
            commitIndex: last.commit.commitIndex,
            leaderRound,
            commitTimeMs: last.commit.commitTimeMs,
            window: schedule.window,
          },
    hasNewTransactions: schedule.hasNewTransactions,
    lastCheckpoint:
      certified === undefined
        ? null
        : {
            seq: certified.checkpoint.seq,
            hash: certified.hash,
            commitTimeMs: certified.checkpoint.commitTimeMs,
          },
    openCheckpoints,
  }
}

function closingOf(disk: Disk): Certified | undefined {
  let found: Certified | undefined
  for (const record of disk.records) if (record.kind === 'certified' && record.nextValidators !== null) found = record
  return found
}

/** In order; a commit that was executed again after an earlier restart counts once. */
function commitsOf(disk: Disk): ExecutedCommit[] {
  const commits: ExecutedCommit[] = []
  for (const record of disk.records) {
    if (record.kind === 'commit') commits[record.executed.commit.commitIndex - 1] = record.executed
  }
  return commits
}

function signatureOf(disk: Disk, checkpoint: Checkpoint, chainId: Uint8Array): Uint8Array | null {
  const hash = checkpointHash(chainId, checkpoint)
  for (const record of disk.records) {
    if (record.kind !== 'journal' || record.signed !== 'checkpoint' || record.position !== checkpoint.seq) continue
    const decoded = decodeSignedCheckpoint(record.bytes)
    if (decoded.ok && equalBytes(checkpointHash(chainId, decoded.value.checkpoint), hash))
      return decoded.value.signature
  }
  return null
}
