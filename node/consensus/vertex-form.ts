/** What makes a vertex valid, whatever this node has stored or committed. Source: docs/protocol.md, "Vertex DAG". */
import { compareBytes, equalBytes } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Committee, stakeOf } from './committee.ts'
import { consensusLimits } from './limits.ts'
import type { ProtocolRules } from './protocol-rules.ts'
import type { FaultCode } from './types.ts'
import { epochRootReference, type VertexHeader, type VertexReference } from './vertex.ts'

/** The epoch a vertex must fit. */
export interface EpochFrame {
  readonly number: number
  readonly committee: Committee
  /** Hash of the checkpoint that closed the epoch before; the chain id for the first. */
  readonly closingHash: Uint8Array
  readonly rules: ProtocolRules
}

/** Index of the author, or why no honest validator can have made this vertex. Signature and presence of parents apart. */
export function checkVertexForm(header: VertexHeader, frame: EpochFrame): Result<number, { code: FaultCode }> {
  const { committee, rules } = frame
  if (header.epoch !== frame.number) return err({ code: 'VERTEX_EPOCH' })
  const author = committee.indexOf(header.author)
  if (author === undefined) return err({ code: 'VERTEX_AUTHOR_UNKNOWN' })
  if (header.round < 1) return err({ code: 'VERTEX_ROUND' })
  return parentsFit(header, frame, committee, rules) ? ok(author) : err({ code: 'VERTEX_PARENTS' })
}

function parentsFit(header: VertexHeader, frame: EpochFrame, committee: Committee, rules: ProtocolRules): boolean {
  const { round, parents } = header
  const before: number[] = []
  let ownParents = 0
  for (const [index, parent] of parents.entries()) {
    const author = committee.indexOf(parent.author)
    if (author === undefined) return false
    const isImplicit = round === 1 && parent.round === 0
    const lowest = Math.max(1, round - consensusLimits.horizonRounds)
    if (!isImplicit && (parent.round < lowest || parent.round >= round)) return false
    if (isImplicit && !equalBytes(parent.hash, epochRootReference(frame.closingHash, parent.author).hash)) return false
    const previous = parents[index - 1]
    if (previous !== undefined) {
      const order = compareReferences(previous, parent)
      const isTwin = previous.round === parent.round && compareBytes(previous.author, parent.author) === 0
      if (order >= 0 || (isTwin && !rules.allowsTwinParents)) return false
    }
    if (parent.round === round - 1) before.push(author)
    if (equalBytes(parent.author, header.author)) ownParents += 1
  }
  if (ownParents > 1 && !rules.allowsTwinParents) return false
  return stakeOf(committee, before) >= committee.quorumMicroRuv
}

/** Order of parents in a vertex: newest round first, then by author and hash. */
export function compareReferences(a: VertexReference, b: VertexReference): number {
  return b.round - a.round || compareBytes(a.author, b.author) || compareBytes(a.hash, b.hash)
}
