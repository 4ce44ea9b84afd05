/** Answers those who synchronise: from the checkpoints on disk, and from states held as they were. */
import { decodeCertificate, decodeCheckpoint, encodeConsensusState } from '../../consensus/index.ts'
import { bytesKey } from '../../core/bytes.ts'
import type { Clock } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { chunkOf, encodeHistory, type LedgerState } from '../../ledger/index.ts'
import type { CheckpointRow, StorageReader } from '../../storage/index.ts'
import { keptFromOf } from '../joined-record.ts'
import type { ProvableStateHolder } from '../provable-state.ts'
import { keptValidatorSet } from '../validator-sets.ts'
import { createHeldSnapshots } from './held-snapshots.ts'
import { type SyncMethod, syncLimits, syncQuotas } from './limits.ts'
import {
  type Certified,
  decodeRequest,
  encodeAnswer,
  type Head,
  type ReplayFrom,
  type Step,
  type SyncMessages,
} from './messages.ts'
import type { SyncDoor } from './source.ts'

export interface SyncServerDeps {
  readonly read: StorageReader
  readonly state: LedgerState
  readonly provable: Pick<ProvableStateHolder, 'get'>
  /** From where on this node has every vertex, at the least. */
  readonly keptFrom: ReplayFrom
  readonly clock: Clock
  readonly nextTurn: () => Promise<void>
  /** Smaller pieces than limits.ts gives: for tests. */
  readonly chunkBytes?: number
}

export interface SyncServer {
  /** From now on all questions are answered; before, most are refused. */
  begin(deps: SyncServerDeps): void
}

type Answers = {
  readonly [M in SyncMethod]: (request: SyncMessages[M]['request']) => Promise<SyncMessages[M]['answer']>
}

/**
 * Opens the door for every method at once, since who asks has to know their quotas; it closes with the network layer. Until it
 * begins, it tells how far this node is by its records, so that others that start at the same time need not wait for it.
 */
export function serveSync(door: SyncDoor, read: StorageReader): SyncServer {
  let answers: Partial<Answers> = { head: () => headOnRecord(read) }
  const open = <M extends SyncMethod>(method: M): void => {
    const handler = async (_: string, body: Uint8Array): Promise<Uint8Array> => {
      const request = decodeRequest(method, body)
      if (request === undefined) throw new NodeError('REQUEST_MALFORMED', `this is no question of ${method}`)
      const answer = answers[method]
      if (answer === undefined) throw new NodeError('SYNC_NOT_READY', 'this node is still on its way itself')
      return encodeAnswer(method, await answer(request))
    }
    door.serve(method, handler, syncQuotas[method])
  }
  for (const method of Object.keys(syncQuotas) as SyncMethod[]) open(method)
  return {
    begin(deps) {
      answers = answersOf(deps)
    },
  }
}

function answersOf(deps: SyncServerDeps): Answers {
  const { read, state, provable, keptFrom, clock, nextTurn } = deps
  const held = createHeldSnapshots({ provable, clock, nextTurn, chunkBytes: deps.chunkBytes })

  return {
    head: async () => {
      const row = provable.get()?.row ?? null
      return {
        latest: row === null ? null : certifiedIn(row),
        epoch: state.epoch.epoch,
        commitIndex: state.commitIndex,
        replayFrom: keptFromNow(keptFrom, row?.epoch ?? 0),
      }
    },
    checkpoint: async ({ seq }) => {
      const row = await read.checkpoint(seq)
      if (row === null) throw new NodeError('CHECKPOINT_UNKNOWN', 'this node has no such checkpoint')
      const certified = certifiedIn(row)
      return { certified, validators: await keptValidatorSet(read, certified.checkpoint.nextValidatorsHash) }
    },
    'epoch-certificates': async ({ fromEpoch, validatorsHash }) => {
      const last = provable.get()?.row.epoch ?? 0
      const steps: Step[] = []
      let known = bytesKey(validatorsHash)
      let bytes = 0
      let epoch = fromEpoch
      for (; epoch <= last && epoch < fromEpoch + syncLimits.maxEpochsLookedAt; epoch++) {
        const row = await read.lastCheckpointOf(epoch)
        const certified = row === null ? null : certifiedIn(row)
        if (certified === null) continue
        const next = certified.checkpoint.nextValidatorsHash
        if (bytesKey(next) === known) continue
        const validators = await keptValidatorSet(read, next)
        if (validators === null) throw new NodeError('PROOF_VALIDATORS_UNKNOWN', 'who validated then is not kept here')
        const step: Step = { certified, validators }
        bytes += encodeAnswer('epoch-certificates', { steps: [step], nextEpoch: null }).length
        if (steps.length > 0 && (bytes > syncLimits.stepBytes || steps.length >= syncLimits.maxSteps)) break
        known = bytesKey(next)
        steps.push(step)
      }
      return { steps, nextEpoch: epoch <= last ? epoch : null }
    },
    'snapshot-manifest': async () => {
      const { state: at, plan } = await held.begin()
      if (plan.frontier.length > syncLimits.maxChunks) {
        throw new NodeError('SNAPSHOT_NONE', 'the state has more pieces than a manifest holds')
      }
      return {
        certified: certifiedIn(at.row),
        frontier: plan.frontier,
        bytes: plan.bytes,
        history: encodeHistory(at.history),
      }
    },
    'snapshot-consensus': async ({ checkpoint }) => {
      const { consensus } = (await held.at(checkpoint)).state
      if (consensus === null) throw new NodeError('SNAPSHOT_GONE', 'the state of this checkpoint is not held here')
      return { consensus: encodeConsensusState(consensus) }
    },
    'snapshot-chunk': async ({ checkpoint, prefix, part }) => {
      const { state: at, plan } = await held.at(checkpoint)
      const node = plan.frontier.find((one) => one.prefix === prefix)
      // Only what a manifest names: any other node could be the whole state.
      const chunk = node === undefined ? null : chunkOf(at.snapshot, prefix, part, plan.tips)
      if (chunk === null) throw new NodeError('SNAPSHOT_GONE', 'there is no such piece')
      return chunk
    },
  }
}

async function headOnRecord(read: StorageReader): Promise<Head> {
  const [commit, row] = [await read.lastCommit(), await read.lastCheckpoint()]
  const epoch = Math.max(commit?.epoch ?? 0, row?.epoch ?? 0)
  return {
    latest: row === null ? null : certifiedIn(row),
    epoch,
    commitIndex: Math.max(commit?.commitIndex ?? 0, row?.commitIndex ?? 0),
    replayFrom: keptFromNow(await keptFromOf(read, epoch), row?.epoch ?? 0),
  }
}

/** Vertices of the epoch before last may be gone, the empty ones. */
function keptFromNow(keptFrom: ReplayFrom, certifiedEpoch: number): ReplayFrom {
  const epoch = Math.max(0, certifiedEpoch - 1)
  return keptFrom.epoch >= epoch ? keptFrom : { epoch, round: 1 }
}

function certifiedIn(row: CheckpointRow): Certified {
  const checkpoint = decodeCheckpoint(row.bytes)
  const certificate = decodeCertificate(row.certificate)
  if (!checkpoint.ok || !certificate.ok) {
    throw new NodeError('STATE_DAMAGED', `the record of checkpoint ${row.seq} is damaged`)
  }
  return { checkpoint: checkpoint.value, certificate: certificate.value }
}
