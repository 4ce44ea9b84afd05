/** Chains of certified checkpoints without a network: what validators would have signed, and peers that serve it, or lie. */
import {
  type Checkpoint,
  type ConsensusState,
  checkpointHash,
  checkpointMessage,
  consensusRoot,
  encodeCertificate,
  encodeCheckpoint,
  validatorSetHash,
} from '../../consensus/index.ts'
import { bytesKey } from '../../core/bytes.ts'
import type { Clock } from '../../core/clock.ts'
import { defaultSignatureBackend, generateKeyPair, sha256 } from '../../crypto/index.ts'
import {
  type Account,
  applyDelta,
  genesisState,
  historyRoot,
  type LedgerState,
  stateRoot,
  validatorIdOf,
} from '../../ledger/index.ts'
import { minuteMs, startTimeMs, testAccount, testGenesis } from '../../ledger/test-support.ts'
import type { CheckpointRow, StorageReader } from '../../storage/index.ts'
import { type Chain, createChain } from '../chain.ts'
import type { ProvableState } from '../provable-state.ts'
import { validatorSetRow } from '../validator-sets.ts'
import type { LocalRequests } from './local-requests.ts'
import { serveSync } from './server.ts'
import type { SyncDoor } from './source.ts'

export interface TestKey {
  readonly id: Uint8Array
  readonly publicKey: Uint8Array
  readonly seed: Uint8Array
  readonly stakeMicroRuv: bigint
}

export function testKeys(count: number): TestKey[] {
  return Array.from({ length: count }, () => {
    const { publicKey, seed } = generateKeyPair('ML-DSA-65')
    return { id: validatorIdOf(publicKey), publicKey, seed, stakeMicroRuv: 1_000_000n }
  })
}

/** What a node that followed it holds. */
export interface TestHistory {
  readonly rows: readonly CheckpointRow[]
  readonly sets: readonly { readonly key: string; readonly value: Uint8Array }[]
  readonly provable: ProvableState
  readonly state: LedgerState
}

export interface TestChain {
  readonly chain: Chain
  readonly keys: readonly TestKey[]
}

export function createTestChain(validators: number, accounts: number, unbondingMs: number): TestChain {
  const keys = testKeys(validators)
  const allocations = Array.from({ length: accounts }, (_, index) => [testAccount(index + 1), 5_000n] as const)
  const genesis = testGenesis(
    allocations,
    { unbondingMs },
    { validators: keys.map(({ publicKey, stakeMicroRuv }) => ({ publicKey, stakeMicroRuv })) },
  )
  return { chain: createChain(genesis), keys }
}

/** A checkpoint that ends an epoch, or the newest one. */
export interface PlannedCheckpoint {
  readonly epoch: number
  /** Ledger time after the genesis, in ms. */
  readonly afterMs: number
  readonly signers: readonly TestKey[]
  /** Those who validate after it. */
  readonly next: readonly TestKey[]
  /** What its commit changes, beside the id that marks the history. */
  readonly accounts?: readonly { readonly id: Uint8Array; readonly account: Account }[]
  readonly paid?: readonly { readonly txId: Uint8Array; readonly validUntilMs: number }[]
}

/** @param mark makes a history another one, with the same numbers */
export function historyOf({ chain }: TestChain, plan: readonly PlannedCheckpoint[], mark = 0): TestHistory {
  const { chainId } = chain
  const state = genesisState(chain.genesis)
  const { totals, history, epoch } = state
  const rows: CheckpointRow[] = []
  const sets = new Map<string, { readonly key: string; readonly value: Uint8Array }>()
  let previous = chainId
  let provable: ProvableState | undefined
  for (const [index, { epoch: number, afterMs, signers, next, accounts = [], paid: more = [] }] of plan.entries()) {
    const commitIndex = 100 * (index + 1)
    const commitTimeMs = startTimeMs + afterMs
    const marking = { txId: sha256(Uint8Array.of(index, mark)), validUntilMs: commitTimeMs + minuteMs }
    const paid = [marking, ...more]
    const changed = new Map(accounts.map((one) => [bytesKey(one.id), one]))
    applyDelta(state, {
      commitIndex,
      commitTimeMs,
      totals,
      history,
      accounts: changed,
      stakes: new Map(),
      epoch,
      paid,
    })
    const consensus: ConsensusState = {
      commitIndex,
      leaderRound: 70 + index,
      commitTimeMs,
      closingHash: chainId,
      committed: [{ round: 60, hash: sha256(Uint8Array.of(index)) }],
    }
    const checkpoint: Checkpoint = {
      epoch: number,
      seq: index + 1,
      commitIndex,
      commitTimeMs,
      stateRoot: stateRoot(state),
      historyRoot: historyRoot(state.history),
      consensusRoot: consensusRoot(consensus),
      nextValidatorsHash: validatorSetHash(next),
      previous,
    }
    const hash = checkpointHash(chainId, checkpoint)
    previous = hash
    const message = checkpointMessage(chainId, checkpoint)
    const backend = defaultSignatureBackend()
    const certificate = signers.map(({ id, seed }) => ({
      validator: id,
      signature: backend.sign('ML-DSA-65', seed, message),
    }))
    const row: CheckpointRow = {
      ...{ seq: index + 1, epoch: number, commitIndex, commitTimeMs, hash, atMs: commitTimeMs },
      bytes: encodeCheckpoint(checkpoint),
      certificate: encodeCertificate(certificate),
    }
    rows.push(row)
    const set = validatorSetRow(next)
    sets.set(set.key, set)
    provable = { row, snapshot: state.tree.snapshot(), history: state.history, consensus }
  }
  if (provable === undefined) throw new Error('a history has a checkpoint')
  return { rows, sets: [...sets.values()], provable, state }
}

/** Answers as a node with this history does; `change` may answer otherwise. */
export function serveHistory(
  requests: LocalRequests,
  history: TestHistory,
  clock: Clock,
  change: (method: string, answer: Uint8Array) => Uint8Array = (_, answer) => answer,
): { readonly asked: Map<string, number> } {
  const asked = new Map<string, number>()
  const door: SyncDoor = {
    serve: (method, handler, quota) =>
      requests.serve(
        method,
        async (from, body) => {
          asked.set(method, (asked.get(method) ?? 0) + 1)
          return change(method, await handler(from, body))
        },
        quota,
      ),
  }
  const { rows, sets, provable, state } = history
  const read: Pick<StorageReader, 'checkpoint' | 'lastCheckpointOf' | 'meta'> = {
    checkpoint: async (seq) => rows.find((row) => row.seq === seq) ?? null,
    lastCheckpointOf: async (epoch) => rows.findLast((row) => row.epoch === epoch) ?? null,
    meta: async (key) => sets.find((set) => set.key === key)?.value ?? null,
  }
  serveSync(door, read as StorageReader).begin({
    ...{ read: read as StorageReader, state, clock, keptFrom: { epoch: 0, round: 1 } },
    provable: { get: () => provable },
    nextTurn: async () => undefined,
    chunkBytes: 1_000,
  })
  return { asked }
}
