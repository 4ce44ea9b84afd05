/**
 * Before a node recovers: whether it is behind its network by more than the engine can fetch, and if so, a snapshot. Afterwards the
 * engine fetches what is missing, and the progress shows it.
 */
import type { Clock, Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import type { Storage } from '../../storage/index.ts'
import type { Chain } from '../chain.ts'
import { readJoined } from '../joined-record.ts'
import { type GivenAnchor, genesisAnchor, isFresh, requireFresh } from './anchor.ts'
import { decideSync, type OwnPlace, type PeerPlace, type SyncDecision } from './decide-sync.ts'
import { joinNetwork } from './join-network.ts'
import { syncLimits } from './limits.ts'
import { pauseUnlessStopped } from './pause.ts'
import { createPeerRound } from './peer-round.ts'
import type { SyncSource } from './source.ts'
import type { SyncProgress } from './sync-progress.ts'

export interface CatchUpDeps {
  readonly chain: Chain
  readonly source: SyncSource
  readonly storage: Pick<Storage, 'read' | 'write'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly progress: SyncProgress
  readonly nextTurn?: () => Promise<void>
  readonly signal?: AbortSignal
}

export interface CatchUpOptions {
  readonly anchor?: GivenAnchor | undefined
  /** How long to wait for the first peer, in ms; then the node starts from what it has, and follows once there are some. */
  readonly patienceMs?: number
  readonly replayWorthCommits?: number
}

export interface CaughtUp {
  readonly decision: SyncDecision | 'alone'
  /** Highest commit that a peer has told of; 0 where none did. */
  readonly headIndex: number
}

/** @throws NodeError as joinNetwork, NODE_STOPPING; STATE_BEHIND where peers have let go of what is missing, and have no checkpoint to join at */
export async function catchUp(options: CatchUpOptions, deps: CatchUpDeps): Promise<CaughtUp> {
  const { chain, storage, clock, progress } = deps
  const own = await ownPlace(storage)
  const peers = await askPlaces(own, options.patienceMs ?? syncLimits.headPatienceMs, deps)
  if (peers.length === 0) return { decision: 'alone', headIndex: 0 }
  const headIndex = Math.max(...peers.map(({ commitIndex }) => commitIndex))
  const decision = decideSync(own, peers, options.replayWorthCommits)
  if (decision === 'live') return { decision, headIndex }
  const trusted =
    own.checkpointAtMs === null ? genesisAnchor(chain) : { kind: 'checkpoint' as const, atMs: own.checkpointAtMs }
  if (decision === 'replay') {
    // What is replayed was signed by those who validated then: they have to be those who still can be held to it.
    if (!isFresh(trusted, chain, clock.nowMs())) {
      if (options.anchor === undefined) requireFresh(trusted, chain, clock.nowMs())
      return { decision: await join(options, deps), headIndex }
    }
    progress.trusts({ ...genesisAnchor(chain), ...trusted, ...(own.hash === null ? {} : { hash: own.hash }) })
    return { decision, headIndex }
  }
  if (decision === 'stuck') {
    throw new NodeError(
      'STATE_BEHIND',
      'peers have let go of what this node is missing, and have no checkpoint to join at',
      {
        hint: 'Start it again in a few minutes, or connect it to a node that has kept more.',
      },
    )
  }
  return { decision: await join(options, deps), headIndex }
}

async function join(options: CatchUpOptions, deps: CatchUpDeps): Promise<'snapshot'> {
  await joinNetwork({ anchor: options.anchor }, deps)
  return 'snapshot'
}

type Place = OwnPlace & {
  readonly checkpointAtMs: number | null
  readonly hash: Uint8Array | null
  readonly seq: number
}

async function ownPlace({ read }: Pick<Storage, 'read'>): Promise<Place> {
  const [commit, checkpoint, joined] = [await read.lastCommit(), await read.lastCheckpoint(), await readJoined(read)]
  const fromCheckpoint = checkpoint !== null && checkpoint.commitIndex > (commit?.commitIndex ?? 0)
  const known = {
    checkpointAtMs: checkpoint?.commitTimeMs ?? null,
    hash: checkpoint?.hash ?? null,
    seq: checkpoint?.seq ?? 0,
  }
  if (fromCheckpoint) {
    const { epoch, commitIndex } = checkpoint
    return { epoch, commitIndex, leaderRound: joined?.consensus.leaderRound ?? 0, ...known }
  }
  return {
    epoch: commit?.epoch ?? 0,
    leaderRound: commit?.leaderRound ?? 0,
    commitIndex: commit?.commitIndex ?? 0,
    ...known,
  }
}

async function askPlaces(own: Place, patienceMs: number, deps: CatchUpDeps): Promise<PeerPlace[]> {
  const { source, clock, scheduler, progress, signal } = deps
  const round = createPeerRound(source, progress, signal)
  const untilMs = clock.nowMs() + patienceMs
  for (;;) {
    const places: PeerPlace[] = []
    for (const peer of round.usable().slice(0, syncLimits.maxHeads)) {
      const head = await round.ask(peer, 'head', {})
      if (head === undefined || 'refused' in head) continue
      const { commitIndex, replayFrom, latest } = head
      const isSnapshotAhead = latest !== null && latest.checkpoint.commitIndex > own.commitIndex
      places.push({ commitIndex, replayFrom, isSnapshotAhead })
    }
    if (places.length > 0 || clock.nowMs() >= untilMs) return places
    await pauseUnlessStopped(syncLimits.retryMs, { scheduler, signal })
  }
}
