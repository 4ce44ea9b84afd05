/** The network as this node sees it: who orders, how far everybody is, and whether the chain goes on. */
import { type Committee, decodeVertex, type EngineStatus } from '../consensus/index.ts'
import { bytesKey, equalBytes, fromHex, toHex } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { sha3 } from '../crypto/hash.ts'
import { decodeSignedTransaction } from '../ledger/index.ts'
import type { Chain } from './chain.ts'
import type { DagSigns, DagView } from './dag-view.ts'
import type { InFlightRegistry } from './in-flight.ts'
import { knowsTheHead, standstillOf, withStandstill } from './standstill.ts'
import type { NodeServices, NodeStatus, StandstillView, SyncView, ValidatorsView, VertexDetailView } from './types.ts'

export interface NetworkStatusServices
  extends Pick<NodeServices['network'], 'status' | 'validators' | 'graph' | 'vertex'> {
  /** `stalled` also where this node has everything and the chain stands still. */
  syncNow(): SyncView
  /** By its id in hex; null for one that is not in the committee. */
  validatorName(id: string): string | null
}

export interface NetworkStatusDeps {
  readonly chain: Chain
  readonly dag: DagView
  readonly engine: { readonly status: Pick<EngineStatus, 'round' | 'validators'> }
  readonly nodeStatus: () => Promise<NodeStatus>
  readonly registry: Pick<InFlightRegistry, 'all'>
  readonly clock: Clock
  /** How far this node has come to the head of its network. */
  readonly sync: () => SyncView
  /** Id of this node's validator; null where it does not validate. */
  readonly self: Uint8Array | null
  /** Between two vertices of a validator that has nothing to do, in ms. */
  readonly idleIntervalMs: number
  /** The signed vertex as it was sent; null where it is not kept. */
  readonly vertexBytes: (hash: Uint8Array) => Promise<Uint8Array | null>
}

export function createNetworkStatus(deps: NetworkStatusDeps): NetworkStatusServices {
  const { chain, dag, engine, nodeStatus, registry, clock, sync, self, idleIntervalMs, vertexBytes } = deps
  /** By id: they change with the committee alone. */
  const keyHashes = new Map<string, string>()

  const publicKeyHashOf = (id: Uint8Array, publicKey: Uint8Array, committee: Committee): string => {
    const key = bytesKey(id)
    const known = keyHashes.get(key)
    if (known !== undefined) return known
    if (keyHashes.size >= 2 * committee.validators.length) keyHashes.clear()
    const hash = toHex(sha3(publicKey))
    keyHashes.set(key, hash)
    return hash
  }

  const validatorsOf = ({ epoch, committee, rounds, equivocators }: DagSigns): ValidatorsView => {
    const told = new Map(engine.status.validators.map((validator) => [bytesKey(validator.id), validator]))
    const roundOf = (index: number, id: Uint8Array): number =>
      Math.max(rounds[index] ?? 0, told.get(bytesKey(id))?.round ?? 0)
    const furthest = Math.max(0, ...committee.validators.map(({ id }, index) => roundOf(index, id)))
    return {
      epoch: epoch.number,
      totalStakeMicroRuv: committee.totalStakeMicroRuv,
      quorumMicroRuv: committee.quorumMicroRuv,
      items: committee.validators.map(({ id, publicKey }, index) => {
        const stakeMicroRuv = committee.weights[index] ?? 0n
        const round = roundOf(index, id)
        return {
          index,
          id: toHex(id),
          name: nameOf(index),
          publicKeyHash: publicKeyHashOf(id, publicKey, committee),
          stakeMicroRuv,
          sharePpm: Number((stakeMicroRuv * 1_000_000n) / (committee.totalStakeMicroRuv || 1n)),
          round,
          lagRounds: furthest - round,
          isSelf: self !== null && equalBytes(id, self),
          isEquivocator: equivocators.has(index) || told.get(bytesKey(id))?.isEquivocator === true,
        }
      }),
    }
  }

  const standstill = (): StandstillView | null => {
    if (!knowsTheHead(sync())) return null
    const { startedAtMs, lastCommitAtMs, quorumSeenAtMs, uncommittedSinceMs } = dag.signs
    return standstillOf({
      nowMs: clock.nowMs(),
      workSinceMs: earlier(uncommittedSinceMs, waitingSinceMs(registry)),
      lastCommitAtMs: lastCommitAtMs ?? startedAtMs,
      quorumSeenAtMs,
      idleIntervalMs,
    })
  }

  return {
    syncNow: () => withStandstill(sync(), standstill()),
    validatorName(id) {
      const index = dag.signs.committee.validators.findIndex((validator) => toHex(validator.id) === id)
      return index < 0 ? null : nameOf(index)
    },
    async status() {
      const base = await nodeStatus()
      const { signs } = dag
      const { epoch, committee, lastCommitAtMs, committedLeaderRound } = signs
      const stands = standstill()
      return {
        ...base,
        asOfMs: clock.nowMs(),
        epoch: { number: epoch.number, startedAtMs: epoch.startMs, endsAtMs: epoch.endMs },
        leader: signs.leaderOf(Math.max(1, base.round)),
        committee: validatorsOf(signs),
        sinceStart: { commits: signs.commits, skips: signs.skips },
        committedLeaderRound,
        lastCommitAtMs,
        toleratedFaults: toleratedFaults(committee),
        standstill: stands,
        sync: withStandstill(sync(), stands),
      }
    },
    validators: async () => validatorsOf(dag.signs),
    graph: async (query) => dag.graph(query),
    async vertex(hash) {
      const kept = dag.vertex(hash)
      const { epoch, committee } = dag.signs
      const author = kept === undefined ? undefined : committee.validators[kept.author]
      if (kept === undefined || author === undefined) throw unknownVertex()
      const references = kept.parents.map((parent) => {
        const at = dag.vertex(parent)
        return { hash: parent, round: at?.round ?? null, author: at?.author ?? null }
      })
      return {
        ...kept,
        epoch: epoch.number,
        authorId: toHex(author.id),
        references,
        totalStakeMicroRuv: committee.totalStakeMicroRuv,
        validators: committee.validators.length,
        contents: kept.transactions === 0 ? [] : await contentsOf(hash),
      }
    },
  }

  async function contentsOf(hash: string): Promise<VertexDetailView['contents']> {
    const bytes = await vertexBytes(fromHex(hash) ?? new Uint8Array())
    const vertex = bytes === null ? null : decodeVertex(chain.chainId, bytes)
    if (vertex?.ok !== true) return null
    return vertex.value.transactions.flatMap((encoded) => {
      const decoded = decodeSignedTransaction(encoded)
      // Bytes that are none are ignored by everybody.
      if (!decoded.ok) return []
      const { txId, account, nonce } = decoded.value
      return [{ txId: toHex(txId), account: chain.format(account), nonce }]
    })
  }
}

/** For people, within the epoch. */
const nameOf = (index: number): string => `Validator ${index + 1}`

/** So many validators, whichever they are, may fail: the stake of the largest of them leaves a quorum to the others. */
export function toleratedFaults({ weights, totalStakeMicroRuv, quorumMicroRuv }: Committee): number {
  let lost = 0n
  let count = 0
  for (const weight of [...weights].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))) {
    lost += weight
    if (totalStakeMicroRuv - lost < quorumMicroRuv) break
    count += 1
  }
  return count
}

/** Since when the oldest transaction admitted here waits for a vertex. One that stands back waits for another. */
export function waitingSinceMs(registry: Pick<InFlightRegistry, 'all'>): number | null {
  let sinceMs: number | null = null
  for (const { executed, held, steps, admittedAtMs } of registry.all()) {
    if (executed || held || steps.length > 0) continue
    sinceMs = earlier(sinceMs, admittedAtMs)
  }
  return sinceMs
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}

function unknownVertex(): NodeError {
  return new NodeError('VERTEX_UNKNOWN', 'this node does not show a vertex with that hash', {
    hint: 'It shows those of the last rounds of the present epoch: see `network.graph`.',
  })
}
