/** Vertices as the fuzzer makes them: well-formed and signed with its own key, for mutations to spoil one thing at a time. */
import {
  epochRootReference,
  transactionsRoot,
  type Vertex,
  type VertexHeader,
  type VertexReference,
  vertexHash,
  vertexMessage,
} from '../../consensus/vertex.ts'
import { compareReferences } from '../../consensus/vertex-form.ts'
import type { Cabal } from '../adversaries/cabal.ts'
import type { SimValidator } from '../identities.ts'
import { simLimits } from '../limits.ts'

export interface Forge {
  /** What everybody's clock says, in ms. */
  readonly nowMs: number
  /** The newest round of the network that it knows of. */
  readonly round: number
  /** A header that holds, of one of the newest rounds, on vertices that everybody has. */
  header(transactions?: readonly Uint8Array[]): VertexHeader
  /** The same for the round to come, where no other vertex of the fuzzer is yet. */
  nextHeader(transactions?: readonly Uint8Array[]): VertexHeader
  /** One whose parents nobody has. */
  orphan(round: number): VertexHeader
  /** Signed with the fuzzer's key, whatever the header says. */
  sign(header: VertexHeader, transactions?: readonly Uint8Array[]): Vertex
  /** With a signature that is none. */
  signBadly(header: VertexHeader, transactions?: readonly Uint8Array[]): Vertex
}

export function createForge(cabal: Cabal, validator: SimValidator): Forge {
  const { world, chance } = cabal
  const { chainId, graph } = world

  const headerOn = (
    round: number,
    parents: readonly VertexReference[],
    transactions: readonly Uint8Array[],
  ): VertexHeader => ({
    epoch: cabal.epoch,
    round,
    author: validator.id,
    parents: [...parents].sort(compareReferences),
    transactionsRoot: transactionsRoot(transactions),
    transactionCount: transactions.length,
    timestampMs: forge.nowMs + chance.between(-50, 50),
    lastCommit: 0,
  })

  /** The round before has to be there; else it is the first of the epoch. */
  const headerAt = (round: number, transactions: readonly Uint8Array[]): VertexHeader => {
    const before = cabal.view(0, round - 1)
    if (round > 1 && cabal.stakeOf(before) >= cabal.committee.quorumMicroRuv) {
      const parents = before.map(({ round: at, author, hash }) => ({ round: at, author, hash }))
      return headerOn(round, parents, transactions)
    }
    const roots = cabal.committee.validators.map(({ id }) => epochRootReference(cabal.closingHash, id))
    return headerOn(1, roots, transactions)
  }

  const sign = (header: VertexHeader, transactions: readonly Uint8Array[], isGood: boolean): Vertex => {
    const signature = validator.signer.sign(vertexMessage(chainId, header))
    if (!isGood) signature[0] = (signature[0] as number) ^ 1
    return { ...header, hash: vertexHash(chainId, header), transactions, signature }
  }

  const forge: Forge = {
    get nowMs() {
      return simLimits.startTimeMs + world.nowMs
    },
    get round() {
      return graph.epoch === cabal.epoch ? Math.max(1, graph.highestRound) : 1
    },
    header: (transactions = []) => headerAt(Math.max(1, forge.round - chance.below(4)), transactions),
    nextHeader: (transactions = []) => headerAt(forge.round + 1, transactions),
    orphan(round) {
      const parents = cabal.committee.validators.map(({ id }) => ({
        round: Math.max(0, round - 1),
        author: id,
        hash: chance.rng.bytes(32),
      }))
      return headerOn(round, parents, [])
    },
    sign: (header, transactions = []) => sign(header, transactions, true),
    signBadly: (header, transactions = []) => sign(header, transactions, false),
  }
  return forge
}
