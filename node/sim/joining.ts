/**
 * A validator that starts empty, from the snapshot of another: the pieces that the network carries, each checked as a joiner checks
 * it, against what the validators certified. Source: docs/protocol.md, "Joining".
 */
import { isConsensusOf } from '../consensus/joining.ts'
import { compareBytes, equalBytes } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { historyRoot } from '../ledger/history.ts'
import { createStateLoader, entriesBesideTree, type LedgerState, stateRoot } from '../ledger/state.ts'
import { checkChunk, chunkOf, planSnapshot, type StateRow } from '../ledger/state-snapshot.ts'
import { frontierRoot } from '../ledger/state-tree.ts'
import type { Disk, DiskRecord, JoinedAt } from './disk.ts'
import type { Execution } from './execution.ts'
import type { Host } from './host.ts'
import { simLimits } from './limits.ts'

export interface SimSnapshot {
  readonly joined: Omit<JoinedAt, 'joinedAtMs'>
  readonly certified: Extract<DiskRecord, { kind: 'certified' }>
  readonly state: LedgerState
}

/** What the newest certified checkpoint of a validator covers: null before its first; why not, where it does not bear itself out. */
export function takeSnapshot(host: Host, execution: Execution): Result<SimSnapshot | null, string> {
  const certified = host.disk.last('certified')
  let executed = host.executed
  while (
    certified !== undefined &&
    executed !== null &&
    executed.commit.commitIndex > certified.checkpoint.commitIndex
  ) {
    executed = executed.previous
  }
  if (executed === null || certified === undefined) return ok(null)
  const { checkpoint, hash } = certified
  const consensus = executed.commit.checkpointDue
  if (consensus === null || !isConsensusOf(consensus, checkpoint)) return err('its consensus state is another')
  const carried = carry(execution.stateAfter(executed))
  if (!carried.ok) return carried
  const state = carried.value
  if (!equalBytes(stateRoot(state), checkpoint.stateRoot)) return err('its state is another')
  if (!equalBytes(historyRoot(state.history), checkpoint.historyRoot)) return err('its history is another')
  if (state.commitIndex !== checkpoint.commitIndex) return err('its progress is another')
  const epochStartMs = epochStartOf(host.disk, checkpoint.epoch)
  return ok({ joined: { checkpoint, hash, consensus, executed, epochStartMs }, certified, state })
}

/** Takes a state apart as a server does, and puts it together as a joiner does. */
function carry(served: LedgerState): Result<LedgerState, string> {
  const snapshot = served.tree.snapshot()
  const planning = planSnapshot(snapshot, simLimits.snapshotChunkBytes)
  let step = planning.next()
  while (step.done !== true) step = planning.next()
  const { frontier, tips } = step.value
  const root = frontierRoot(frontier)
  if (root === undefined || !equalBytes(root, snapshot.root())) return err('its cut is one through another tree')
  const rows: StateRow[] = entriesBesideTree(served, served.history)
  for (const node of frontier) {
    const check = checkChunk(node)
    const chunk = chunkOf(snapshot, node.prefix, null, tips)
    if (chunk === null || check.take(chunk) !== 'done') return err(`what lies below ${node.prefix} is another`)
    rows.push(...check.rows)
  }
  const loader = createStateLoader()
  for (const { key, value } of rows.sort((a, b) => compareBytes(a.key, b.key))) {
    const problem = loader.add(key, value)
    if (problem !== undefined) return err(problem)
  }
  const state = loader.finish()
  return typeof state === 'string' ? err(state) : ok(state)
}

/** The ledger of a run knows nothing of its epochs: their committees are made up. */
function epochStartOf(disk: Disk, epoch: number): number {
  for (const record of disk.records) {
    if (record.kind === 'joined' && record.checkpoint.epoch === epoch) return record.epochStartMs
    const isClosing = record.kind === 'certified' && record.nextValidators !== null
    if (isClosing && record.checkpoint.epoch === epoch - 1) return record.checkpoint.commitTimeMs
  }
  return simLimits.startTimeMs
}
