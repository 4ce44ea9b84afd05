/**
 * Joins late: from what is trusted, by what the validators certified, to a state that is installed whole or not at all. A majority of
 * peers' opinions is never enough; one honest peer among liars is. Source: docs/protocol.md, "Joining".
 */
import {
  checkpointHash,
  decodeCheckpoint,
  encodeCertificate,
  encodeCheckpoint,
  validatorSetHash,
} from '../../consensus/index.ts'
import { equalBytes, toHex } from '../../core/bytes.ts'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { defaultSignatureBackend } from '../../crypto/index.ts'
import { entriesBesideTree } from '../../ledger/index.ts'
import type { CheckpointRow, Storage } from '../../storage/index.ts'
import type { Chain } from '../chain.ts'
import { encodeJoined, joinedKey } from '../joined-record.ts'
import { keptValidatorSet, validatorSetRow } from '../validator-sets.ts'
import { checkpointAnchor, type GivenAnchor, genesisAnchor, givenAnchor, newer, requireFresh } from './anchor.ts'
import { type Anchor, createEpochWalk, type EpochWalk } from './epoch-walk.ts'
import { type FetchedState, fetchState } from './fetch-state.ts'
import { syncLimits } from './limits.ts'
import type { Certified, Head } from './messages.ts'
import { pauseUnlessStopped } from './pause.ts'
import { createPeerRound, type PeerRound } from './peer-round.ts'
import type { SyncSource } from './source.ts'
import { createSyncProgress, type SyncProgress } from './sync-progress.ts'

export interface JoinDeps {
  readonly chain: Chain
  readonly source: SyncSource
  readonly storage: Pick<Storage, 'read' | 'write'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly progress?: SyncProgress
  /** Resolves in the next turn of the event loop. */
  readonly nextTurn?: () => Promise<void>
  readonly signal?: AbortSignal
}

export interface JoinOptions {
  /** A recent checkpoint that a person vouches for. */
  readonly anchor?: GivenAnchor | undefined
  /** How long to look for peers that can serve, in ms. */
  readonly patienceMs?: number
}

export interface Joined {
  readonly checkpoint: Certified['checkpoint']
  readonly hash: Uint8Array
  readonly anchor: Anchor
}

/**
 * Brings the state of a recent certified checkpoint into the storage; `recover` goes on from there. What the owner has, the journal
 * included, stays.
 *
 * @throws NodeError TRUST_ANCHOR_TOO_OLD; TRUST_ANCHOR_UNKNOWN where no peer has the checkpoint that was given; SYNC_FORKED where
 *   validators have certified two histories; SYNC_NO_PEERS where nobody could serve; NODE_STOPPING; STORAGE_*, CHECKPOINT_CONFLICT
 */
export async function joinNetwork(options: JoinOptions, deps: JoinDeps): Promise<Joined> {
  const { chain, source, storage, clock, scheduler, signal } = deps
  const progress = deps.progress ?? createSyncProgress(clock)
  const joinedAtMs = clock.nowMs()
  const deadlineMs = joinedAtMs + (options.patienceMs ?? syncLimits.patienceMs)
  const own = await ownAnchor(deps)
  if (options.anchor === undefined) requireFresh(own, chain, joinedAtMs)
  const round = createPeerRound(source, progress, signal)
  let walk: EpochWalk | null = null
  for (;;) {
    walk ??= await beginWalk(own, options.anchor, round, deps, progress)
    if (walk !== null) {
      const context: Context = { ...deps, round, walk, progress }
      const isReached = await reachHeads(context)
      const fetched = isReached
        ? await fetchState({ ...context, chainId: chain.chainId, extend: (peer) => extendWith(peer, context) })
        : null
      if (fetched !== null) {
        await install(fetched, walk, joinedAtMs, storage, clock)
        const { checkpoint } = fetched.certified
        return { checkpoint, hash: fetched.hash, anchor: walk.anchor }
      }
    }
    if (clock.nowMs() >= deadlineMs) throw nobodyServes(options.anchor !== undefined && walk === null)
    await pauseUnlessStopped(syncLimits.retryMs, { scheduler, signal })
  }
}

interface Context extends JoinDeps {
  readonly round: PeerRound
  readonly walk: EpochWalk
  readonly progress: SyncProgress
}

function nobodyServes(isAnchorUnknown: boolean): NodeError {
  return isAnchorUnknown
    ? new NodeError('TRUST_ANCHOR_UNKNOWN', 'no peer has the checkpoint that was named to trust', {
        hint: 'Check its number and hash, and that the peers are of this network.',
      })
    : new NodeError('SYNC_NO_PEERS', 'no peer could serve what is needed to join', {
        hint: 'Check the connection and the bootstrap addresses; `qudag peer list` shows who is connected.',
      })
}

/** The last checkpoint this node certified itself, or the genesis. */
async function ownAnchor({ chain, storage }: JoinDeps): Promise<Anchor> {
  const genesis = genesisAnchor(chain)
  const row = await storage.read.lastCheckpoint()
  const checkpoint = row === null ? null : decodeCheckpoint(row.bytes)
  if (checkpoint === null || !checkpoint.ok) return genesis
  const { nextValidatorsHash } = checkpoint.value
  const validators = equalBytes(validatorSetHash(genesis.validators), nextValidatorsHash)
    ? genesis.validators
    : await keptValidatorSet(storage.read, nextValidatorsHash)
  return validators === null ? genesis : newer(genesis, checkpointAnchor(chain, checkpoint.value, validators))
}

/** Null where the checkpoint that was given has to be asked for, and nobody has it yet. */
async function beginWalk(
  own: Anchor,
  given: GivenAnchor | undefined,
  round: PeerRound,
  { chain, clock }: JoinDeps,
  progress: SyncProgress,
): Promise<EpochWalk | null> {
  const start = (anchor: Anchor): EpochWalk => {
    requireFresh(anchor, chain, clock.nowMs())
    progress.trusts(anchor)
    return createEpochWalk(chain.chainId, anchor, (publicKey, message, signature) =>
      defaultSignatureBackend().verify('ML-DSA-65', publicKey, message, signature),
    )
  }
  if (given === undefined || given.seq <= own.seq) return start(own)
  for (const peer of round.usable()) {
    const answer = await round.ask(peer, 'checkpoint', { seq: given.seq })
    if (answer === undefined || 'refused' in answer) continue
    const anchor = givenAnchor(chain, given, answer)
    if (anchor !== undefined) return start(newer(own, anchor))
    // It is not the one that a person vouches for: the peer may be on another history, or lie about who validates.
    round.drop(peer, 'SYNC_OTHER_HISTORY')
  }
  return null
}

/** Whether a peer's head is certified by those who validate; those of others are held against it. */
async function reachHeads(context: Context): Promise<boolean> {
  const { round, progress, clock } = context
  progress.begin('certificates', 'checkpoints', null)
  const heads: { readonly peer: string; readonly latest: Certified }[] = []
  for (const peer of round.usable().slice(0, syncLimits.maxHeads)) {
    const head: Head | { readonly refused: string } | undefined = await round.ask(peer, 'head', {})
    if (head !== undefined && !('refused' in head) && head.latest !== null) heads.push({ peer, latest: head.latest })
  }
  heads.sort((a, b) => b.latest.checkpoint.seq - a.latest.checkpoint.seq)
  const verified: typeof heads = []
  for (const head of heads) {
    if (verified.length > syncLimits.maxCompared) break
    if (head.latest.checkpoint.commitTimeMs > clock.nowMs() + syncLimits.maxAheadMs) {
      round.drop(head.peer, 'SYNC_FROM_FUTURE')
      continue
    }
    if (await extendWith(head.peer, context)) {
      const checked = context.walk.check(head.latest)
      if (checked.ok) verified.push(head)
      else if (checked.error !== 'SYNC_OLDER') round.convict(head.peer, checked.error)
    }
  }
  const [best, ...others] = verified
  if (best === undefined) return false
  for (const other of others) await requireSameHistory(best, other, context)
  return true
}

/** Takes the changes of validators that a peer knows and this node does not. False where it cannot be used. */
async function extendWith(peer: string, { round, walk, progress, nextTurn }: Context): Promise<boolean> {
  let { epoch: fromEpoch, validatorsHash } = walk.next
  for (;;) {
    const answer = await round.ask(peer, 'epoch-certificates', { fromEpoch, validatorsHash })
    if (answer === undefined) return false
    if ('refused' in answer) {
      round.drop(peer, answer.refused)
      return false
    }
    for (const step of answer.steps) {
      const taken = walk.take(step)
      if (!taken.ok) {
        round.convict(peer, taken.error)
        return false
      }
      progress.done(walk.steps.length)
      await nextTurn?.()
    }
    if (answer.nextEpoch === null) return true
    if (answer.nextEpoch <= fromEpoch) {
      round.convict(peer, 'SYNC_EPOCHS_INVALID')
      return false
    }
    fromEpoch = answer.nextEpoch
    validatorsHash = walk.next.validatorsHash
  }
}

/**
 * Two certified checkpoints of one number that differ mean that more than a third of the stake has signed twice: then no choice here
 * is sound, and a person has to say which is theirs.
 *
 * @throws NodeError SYNC_FORKED
 */
async function requireSameHistory(
  a: { readonly peer: string; readonly latest: Certified },
  b: { readonly peer: string; readonly latest: Certified },
  { round, walk, chain }: Context,
): Promise<void> {
  // The later one is asked for what it has of the number of the earlier.
  const [later, earlier] = a.latest.checkpoint.seq >= b.latest.checkpoint.seq ? [a, b] : [b, a]
  const { seq } = earlier.latest.checkpoint
  let same = later.latest
  if (later.latest.checkpoint.seq !== seq) {
    const answer = await round.ask(later.peer, 'checkpoint', { seq })
    if (answer === undefined || 'refused' in answer) return
    same = answer.certified
  }
  const hashes = [same, earlier.latest].map(({ checkpoint }) => checkpointHash(chain.chainId, checkpoint))
  if (equalBytes(hashes[0] as Uint8Array, hashes[1] as Uint8Array)) return
  if (same.checkpoint.seq !== seq || !walk.check(same).ok) return round.convict(later.peer, 'SYNC_CERTIFICATE_INVALID')
  throw new NodeError('SYNC_FORKED', `the validators have certified two checkpoints ${seq}`, {
    hint: 'Ask somebody you trust for the number and hash of a recent checkpoint, and name it with --trust-checkpoint.',
    details: { seq, first: toHex(hashes[0] as Uint8Array), second: toHex(hashes[1] as Uint8Array) },
  })
}

async function install(
  { certified, hash, frontier, history, consensus }: FetchedState,
  walk: EpochWalk,
  joinedAtMs: number,
  storage: Pick<Storage, 'write'>,
  clock: Clock,
): Promise<void> {
  const { checkpoint } = certified
  const atMs = clock.nowMs()
  const steps = walk.steps.filter((step) => step.checkpoint.seq < checkpoint.seq)
  const { epoch, seq } = checkpoint
  await storage.write.installSnapshot({
    chunks: frontier,
    rows: entriesBesideTree(checkpoint, history),
    checkpoints: [...steps.map((step) => rowOf(step, step.hash, atMs)), rowOf(certified, hash, atMs)],
    meta: [
      ...[walk.anchor.validators, ...walk.steps.map(({ validators }) => validators)].map(validatorSetRow),
      { key: joinedKey, value: encodeJoined({ epoch, seq, consensus, joinedAtMs }) },
    ],
  })
}

function rowOf({ checkpoint, certificate }: Certified, hash: Uint8Array, atMs: number): CheckpointRow {
  const { seq, epoch, commitIndex, commitTimeMs } = checkpoint
  const [bytes, signatures] = [encodeCheckpoint(checkpoint), encodeCertificate(certificate)]
  return { seq, epoch, commitIndex, commitTimeMs, hash, bytes, certificate: signatures, atMs }
}
