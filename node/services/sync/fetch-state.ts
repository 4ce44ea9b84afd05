/**
 * Fetches the state of a certified checkpoint, piece by piece and from several peers at once. Every piece is checked by itself before
 * it is kept, so that a lie is its sender's; and what is kept is named by its hash, so that it still counts where the checkpoint is
 * another by now, after a peer has gone or the program was killed. Source: docs/protocol.md, "Joining".
 */
import { type ConsensusState, checkpointHash, decodeConsensusState, isConsensusOf } from '../../consensus/index.ts'
import { bytesKey, equalBytes } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import {
  checkChunk,
  decodeHistory,
  type Frontier,
  frontierRoot,
  type HistoryRange,
  historyRoot,
} from '../../ledger/index.ts'
import type { Storage } from '../../storage/index.ts'
import type { EpochWalk, WalkFault } from './epoch-walk.ts'
import { syncLimits } from './limits.ts'
import type { Certified, Manifest } from './messages.ts'
import type { PeerRound } from './peer-round.ts'
import type { SyncProgress } from './sync-progress.ts'

/** A state that is staged whole. */
export interface FetchedState {
  readonly certified: Certified
  readonly hash: Uint8Array
  readonly frontier: Frontier
  readonly history: HistoryRange
  readonly consensus: ConsensusState
}

export interface FetchStateDeps {
  readonly chainId: Uint8Array
  readonly round: PeerRound
  readonly storage: Pick<Storage, 'write' | 'read'>
  readonly progress: SyncProgress
  /** Asks this peer for the changes of validators that are not known yet. */
  readonly extend: (peer: string) => Promise<boolean>
  readonly walk: EpochWalk
}

/** @returns null where no peer is left that could serve one */
export async function fetchState(deps: FetchStateDeps): Promise<FetchedState | null> {
  const { round } = deps
  const tried = new Set<string>()
  for (;;) {
    const peer = round.usable().find((one) => !tried.has(one))
    if (peer === undefined) return null
    const target = await askTarget(peer, deps)
    if (target === null) {
      tried.add(peer)
      continue
    }
    if (await fetchChunks(peer, target, deps)) return target
    // Whoever was asked holds it no more, or has lied: what was fetched counts for the next, too.
    tried.add(peer)
  }
}

interface Target extends FetchedState {
  readonly bytes: number
}

/** What a peer offers, where those who validate have certified it. */
async function askTarget(peer: string, deps: FetchStateDeps): Promise<Target | null> {
  const { round, walk, chainId } = deps
  const manifest = await round.ask(peer, 'snapshot-manifest', {})
  if (manifest === undefined || 'refused' in manifest) return null
  const { certified, frontier, bytes } = manifest
  let checked = walk.check(certified)
  // A checkpoint of an epoch that began since: who validates then is asked for first.
  if (!checked.ok && (await deps.extend(peer))) checked = walk.check(certified)
  if (!checked.ok) {
    refuse(round, peer, checked.error)
    return null
  }
  const history = bearsOut(manifest)
  if (history === null) {
    round.convict(peer, 'SYNC_MANIFEST_WRONG')
    return null
  }
  const hash = checkpointHash(chainId, certified.checkpoint)
  const answer = await round.ask(peer, 'snapshot-consensus', { checkpoint: hash })
  if (answer === undefined || 'refused' in answer) return null
  const consensus = decodeConsensusState(answer.consensus)
  if (!consensus.ok || !isConsensusOf(consensus.value, certified.checkpoint)) {
    round.convict(peer, 'SYNC_CONSENSUS_WRONG')
    return null
  }
  return { certified, hash, frontier, history, consensus: consensus.value, bytes }
}

function refuse(round: PeerRound, peer: string, fault: WalkFault): void {
  // It may have a newer one in a moment.
  if (fault !== 'SYNC_OLDER') round.convict(peer, fault)
}

/** The history range; null where manifest and checkpoint do not belong together. */
function bearsOut({ certified: { checkpoint }, frontier, history: bytes }: Manifest): HistoryRange | null {
  const root = frontierRoot(frontier)
  const history = decodeHistory(bytes)
  if (root === undefined || !equalBytes(root, checkpoint.stateRoot)) return null
  return history !== undefined && equalBytes(historyRoot(history), checkpoint.historyRoot) ? history : null
}

/** True once all of it is staged. */
async function fetchChunks(first: string, target: Target, deps: FetchStateDeps): Promise<boolean> {
  const { round, storage, progress } = deps
  const { frontier, hash: checkpoint } = target
  const nameOf = ({ prefix, hash }: Frontier[number]): string => `${prefix} ${bytesKey(hash)}`
  await storage.write.keepStaged(frontier)
  const staged = new Set((await storage.read.stagedChunks()).map(nameOf))
  const missing = frontier.filter((node) => !staged.has(nameOf(node)))
  progress.begin('snapshot', 'bytes', target.bytes)
  let left = missing.length
  const tell = (): void => progress.done(Math.round((target.bytes * (frontier.length - left)) / frontier.length))
  tell()

  /** Those that may have this state; the one that offered it first. */
  const without = new Set<string>()
  const providers = (): string[] => {
    const usable = round.usable().filter((peer) => !without.has(peer))
    return usable.includes(first) ? [first, ...usable.filter((peer) => peer !== first)] : usable
  }
  let turn = 0
  let failure: unknown

  const work = async (): Promise<void> => {
    for (let node = missing.pop(); node !== undefined && failure === undefined; node = missing.pop()) {
      const peers = providers()
      if (peers.length === 0) return void missing.push(node)
      const peer = peers[turn++ % peers.length] as string
      const said = await fetchChunk(peer, node, checkpoint, deps)
      if (said === 'staged') {
        left -= 1
        tell()
        continue
      }
      missing.push(node)
      if (said === 'absent') without.add(peer)
    }
  }
  const guarded = (): Promise<void> =>
    work().catch((cause: unknown) => {
      failure ??= cause
    })
  await Promise.all(Array.from({ length: syncLimits.chunksAtOnce }, guarded))
  if (failure !== undefined) throw failure
  return left === 0
}

async function fetchChunk(
  peer: string,
  node: Frontier[number],
  checkpoint: Uint8Array,
  { round, storage }: FetchStateDeps,
): Promise<'staged' | 'absent' | 'failed'> {
  const check = checkChunk(node)
  let part: number | null = null
  for (;;) {
    const chunk = await round.ask(peer, 'snapshot-chunk', { checkpoint, prefix: node.prefix, part })
    if (chunk === undefined) return 'failed'
    if ('refused' in chunk) return 'absent'
    const said = check.take(chunk)
    if (said === 'wrong') {
      round.convict(peer, 'SYNC_CHUNK_WRONG')
      return 'failed'
    }
    if (said === 'done') break
    part = said
  }
  try {
    await storage.write.stageChunk({ ...node, rows: check.rows })
  } catch (cause) {
    // The disk is slower than the line.
    if (cause instanceof NodeError && cause.code === 'STORAGE_BUSY') return 'failed'
    throw cause
  }
  return 'staged'
}
