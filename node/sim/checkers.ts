/**
 * What must hold whatever adversaries and networks do. Checked from raw votes and raw orders as they appear, never from what
 * the engine says of itself. Source: docs/protocol.md, "What the simulator shows".
 */

import { checkpointHash, checkpointMessage } from '../consensus/checkpoint.ts'
import { createCommittee } from '../consensus/committee.ts'
import { conflictKey } from '../consensus/conflict.ts'
import { hashKey } from '../consensus/dag.ts'
import { consensusLimits } from '../consensus/limits.ts'
import type { CheckpointSignatureMessage, Message } from '../consensus/messages.ts'
import { soundRules } from '../consensus/protocol-rules.ts'
import type { Vertex } from '../consensus/vertex.ts'
import { bytesKey, equalBytes, toHex } from '../core/bytes.ts'
import type { DiskRecord } from './disk.ts'
import type { ExecutedCommit } from './execution.ts'
import type { Host } from './host.ts'
import { validatorSuite } from './identities.ts'
import { simLimits } from './limits.ts'
import type { World } from './world.ts'

export type ViolationRule =
  /** Two honest validators committed different orders. */
  | 'prefix'
  /** Two transactions of one account and nonce were executed. */
  | 'siblings'
  /** Equal orders gave different states. */
  | 'state-root'
  /** Execution by groups came to something else than the serial one. */
  | 'parallel'
  /** Two honest validators hold different certified checkpoints of one number. */
  | 'checkpoint'
  /** A certificate short of a quorum, or with a signature that is none. */
  | 'certificate'
  /** rUv appeared or vanished, or a balance fell below zero. */
  | 'conservation'
  /** An honest validator signed two vertices of one round. */
  | 'two-vertices'
  /** An honest validator signed two checkpoints of one number. */
  | 'two-checkpoints'
  /** What an honest validator serves to joiners is not what its checkpoint covers. */
  | 'snapshot'
  /** Memory or a queue beyond its bound. */
  | 'memory'
  /** Something of ours broke an invariant of its own. */
  | 'fault'

export interface Violation {
  readonly rule: ViolationRule
  readonly node: number
  /** Virtual. */
  readonly atMs: number
  readonly detail: string
}

export interface Checkers {
  readonly violations: readonly Violation[]
  report(rule: ViolationRule, node: number, detail: string): void
  /** A message leaves a validator. */
  sent(message: Message): void
  committed(host: Host, executed: ExecutedCommit): void
  certified(host: Host, record: Extract<DiskRecord, { kind: 'certified' }>): void
  /** From time to time. */
  watch(hosts: readonly Host[]): void
}

export function createCheckers(world: World): Checkers {
  const { chainId, validators } = world
  const violations: Violation[] = []
  const honest = new Set(validators.filter(({ isByzantine }) => !isByzantine).map(({ peer }) => peer))
  const indexOf = new Map(validators.map(({ peer, index }) => [peer, index]))
  const seenVertices = new WeakSet<Vertex>()
  const seenSignatures = new WeakSet<Uint8Array>()
  const vertexVotes = new Map<string, string>()
  const checkpointVotes = new Map<string, string>()
  const order: ExecutedCommit[] = []
  const rootsOf = new Map<string, { readonly stateRoot: Uint8Array; readonly historyRoot: Uint8Array }>()
  const executedSiblings = new Map<string, string>()
  const certifiedHashes = new Map<number, string>()
  const checkedCertificates = new Set<string>()

  const report = (rule: ViolationRule, node: number, detail: string): void => {
    const isKnown = violations.some((known) => known.rule === rule && known.node === node)
    if (isKnown || violations.length >= simLimits.maxViolations) return
    violations.push({ rule, node, atMs: world.nowMs, detail })
  }

  const seeVertex = (vertex: Vertex): void => {
    if (seenVertices.has(vertex)) return
    seenVertices.add(vertex)
    const author = bytesKey(vertex.author)
    // Anybody can put an honest author's name on a vertex; only a signature makes it a vote.
    if (!honest.has(author) || !world.isSigned(vertex)) return
    const place = `${indexOf.get(author)} ${vertex.epoch} ${vertex.round}`
    const key = hashKey(vertex.hash)
    const before = vertexVotes.get(place)
    if (before === undefined) vertexVotes.set(place, key)
    else if (before !== key) {
      report('two-vertices', indexOf.get(author) ?? -1, `two vertices of round ${vertex.round}, epoch ${vertex.epoch}`)
    }
  }

  const seeCheckpointVote = ({ checkpoint, validator, signature }: CheckpointSignatureMessage): void => {
    if (seenSignatures.has(signature)) return
    seenSignatures.add(signature)
    const author = bytesKey(validator)
    const index = indexOf.get(author)
    if (!honest.has(author) || index === undefined) return
    const { publicKey } = validators[index] as (typeof validators)[number]
    const message = checkpointMessage(chainId, checkpoint)
    if (!world.signatures.verify(validatorSuite, publicKey, message, signature)) return
    const place = `${index} ${checkpoint.epoch} ${checkpoint.seq}`
    const hash = toHex(checkpointHash(chainId, checkpoint))
    const before = checkpointVotes.get(place)
    if (before === undefined) checkpointVotes.set(place, hash)
    else if (before !== hash) report('two-checkpoints', index, `two checkpoints of number ${checkpoint.seq}`)
  }

  /** What is seen of an order for the first time. */
  const checkResults = (node: number, executed: ExecutedCommit): void => {
    if (executed.problem !== null)
      report('conservation', node, `${executed.problem} after commit ${executed.commit.commitIndex}`)
    if (executed.parallelDifference !== null) {
      const { commitIndex } = executed.commit
      report('parallel', node, `by groups, ${executed.parallelDifference} of commit ${commitIndex} is another`)
    }
    for (const result of executed.results) {
      const { nonce, txId, outcome } = result
      if (outcome === 'rejected') continue
      const conflict = conflictKey(result)
      const txKey = bytesKey(txId)
      const before = executedSiblings.get(conflict)
      if (before === undefined) executedSiblings.set(conflict, txKey)
      else if (before !== txKey) report('siblings', node, `two transactions of one nonce, ${nonce}, were executed`)
    }
  }

  const checkRoots = (node: number, executed: ExecutedCommit): void => {
    const known = rootsOf.get(executed.key)
    if (known === undefined) {
      rootsOf.set(executed.key, executed)
      checkResults(node, executed)
    } else if (
      !equalBytes(known.stateRoot, executed.stateRoot) ||
      !equalBytes(known.historyRoot, executed.historyRoot)
    ) {
      report('state-root', node, `another state after commit ${executed.commit.commitIndex}`)
    }
  }

  const checkCertificate = (node: number, record: Extract<DiskRecord, { kind: 'certified' }>): void => {
    const { checkpoint, certificate } = record
    const committee = createCommittee(world.validatorsOf(checkpoint.epoch), chainId, soundRules)
    const message = checkpointMessage(chainId, checkpoint)
    const signers = new Set<number>()
    let stake = 0n
    for (const { validator, signature } of certificate) {
      const index = committee.indexOf(validator)
      const signer = index === undefined ? undefined : committee.validators[index]
      if (index === undefined || signer === undefined || signers.has(index)) {
        return report('certificate', node, `a stranger or the same validator twice under checkpoint ${checkpoint.seq}`)
      }
      if (!world.signatures.verify(validatorSuite, signer.publicKey, message, signature)) {
        return report('certificate', node, `a bad signature under checkpoint ${checkpoint.seq}`)
      }
      signers.add(index)
      stake += signer.stakeMicroRuv
    }
    if (3n * stake <= 2n * committee.totalStakeMicroRuv) {
      report('certificate', node, `two thirds of the stake or less under checkpoint ${checkpoint.seq}`)
    }
  }

  return {
    violations,
    report,
    sent(message) {
      if (message.kind === 'vertices') for (const vertex of message.vertices) seeVertex(vertex)
      else if (message.kind === 'checkpoint-signature') seeCheckpointVote(message)
    },
    committed({ validator: { index } }, executed) {
      const { commitIndex } = executed.commit
      const agreed = order[commitIndex - 1]
      if (agreed === undefined) order[commitIndex - 1] = executed
      else if (agreed.key !== executed.key) {
        report(
          'prefix',
          index,
          `commit ${commitIndex} differs: leader round ${executed.commit.leaderRound}, first seen ${agreed.commit.leaderRound}`,
        )
      }
      checkRoots(index, executed)
    },
    certified({ validator: { index } }, record) {
      const { checkpoint, hash, certificate } = record
      const known = certifiedHashes.get(checkpoint.seq)
      const key = toHex(hash)
      if (known === undefined) certifiedHashes.set(checkpoint.seq, key)
      else if (known !== key) report('checkpoint', index, `another checkpoint ${checkpoint.seq} is certified`)
      const agreed = order[checkpoint.commitIndex - 1]
      if (agreed !== undefined && !equalBytes(agreed.stateRoot, checkpoint.stateRoot)) {
        report(
          'state-root',
          index,
          `checkpoint ${checkpoint.seq} has another state than commit ${checkpoint.commitIndex}`,
        )
      }
      const signers = certificate.map(({ validator }) => hashKey(validator)).join()
      const certificateKey = `${key} ${signers}`
      if (checkedCertificates.has(certificateKey)) return
      checkedCertificates.add(certificateKey)
      checkCertificate(index, record)
    },
    watch(hosts) {
      for (const host of hosts) {
        if (host.engine === null) continue
        const problem = memoryProblem(host, hosts.length, world.graph.highestRound)
        if (problem !== undefined) report('memory', host.validator.index, problem)
      }
    },
  }
}

/** Vertices kept beyond those that decisions still need: two a validator and round, and some slack. */
const slackRounds = 40
/** Two hashes with their heads. */
const parentBytes = 68

function memoryProblem(host: Host, nodes: number, highestRound: number): string | undefined {
  const { status, room } = host.engine as NonNullable<Host['engine']>
  const { vertices, pending, pendingBytes, wanted, signatures } = status.memory
  const undecided = Math.max(0, Math.max(highestRound, status.round) - status.committedLeaderRound)
  const maxVertices = 2 * nodes * (consensusLimits.horizonRounds + undecided + slackRounds)
  if (vertices > maxVertices) return `${vertices} vertices in memory, ${maxVertices} are needed at most`
  const maxPending =
    nodes * (consensusLimits.maxPendingVerticesPerAuthor + consensusLimits.maxUnverifiedPerPeer) +
    consensusLimits.maxHeldVertices
  if (pending > maxPending) return `${pending} vertices wait, ${maxPending} may`
  const maxPendingBytes =
    nodes * (consensusLimits.maxPendingBytesPerAuthor + consensusLimits.maxUnverifiedBytesPerPeer) +
    consensusLimits.maxHeldBytes
  if (pendingBytes > maxPendingBytes) return `${pendingBytes} bytes wait, ${maxPendingBytes} may`
  // A parent takes more than this in the encoding of the vertex that names it.
  const maxWanted = maxPendingBytes / parentBytes
  if (wanted > maxWanted) return `${wanted} vertices are named and not here, ${maxWanted} may be`
  const maxSignatures = nodes * consensusLimits.maxWaitingSignaturesPerPeer
  if (signatures > maxSignatures) return `${signatures} checkpoint signatures wait, ${maxSignatures} may`
  if (room < 0) return 'the queue of proposals is beyond its bound'
  return undefined
}
