/** What makes a vertex valid, whatever this node has stored or committed. Source: docs/protocol.md, "Vertex DAG". */
import { compareBytes, equalBytes } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Committee, stakeOf } from './committee.ts'
import { consensusLimits } from './limits.ts'
import { nobody, parentPlaces } from './parent-places.ts'
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
  const { committee } = frame
  if (header.epoch !== frame.number) return err({ code: 'VERTEX_EPOCH' })
  const author = committee.indexOf(header.author)
  if (author === undefined) return err({ code: 'VERTEX_AUTHOR_UNKNOWN' })
  if (header.round < 1) return err({ code: 'VERTEX_ROUND' })
  return haveParentsFit(header, author, frame) ? ok(author) : err({ code: 'VERTEX_PARENTS' })
}

/** What was found of a header: the engines of a simulation all ask the same of the same vertex. */
interface Checked extends Pick<EpochFrame, 'committee' | 'closingHash' | 'rules'> {
  readonly fits: boolean
}
const checked = new WeakMap<VertexHeader, Checked>()

function haveParentsFit(header: VertexHeader, author: number, frame: EpochFrame): boolean {
  const { committee, closingHash, rules } = frame
  const known = checked.get(header)
  if (known?.committee === committee && known.closingHash === closingHash && known.rules === rules) return known.fits
  const fits = parentsFit(header, author, frame)
  checked.set(header, { committee, closingHash, rules, fits })
  return fits
}

function parentsFit(header: VertexHeader, author: number, frame: EpochFrame): boolean {
  const { committee, rules } = frame
  const { round, parents } = header
  const { authors } = parentPlaces(committee, header)
  const before: number[] = []
  const lowest = Math.max(1, round - consensusLimits.horizonRounds)
  let ownParents = 0
  let previous: VertexReference | undefined
  let previousAuthor = -1
  for (const [index, parent] of parents.entries()) {
    const parentAuthor = authors[index] as number
    if (parentAuthor === nobody) return false
    const isImplicit = round === 1 && parent.round === 0
    if (!isImplicit && (parent.round < lowest || parent.round >= round)) return false
    if (isImplicit && !equalBytes(parent.hash, epochRootReference(frame.closingHash, parent.author).hash)) return false
    if (previous !== undefined) {
      // The committee is sorted by id, so that its indices are in the order of the ids.
      const isTwin = previous.round === parent.round && previousAuthor === parentAuthor
      const order = parent.round - previous.round || previousAuthor - parentAuthor
      if (order > 0 || (isTwin && !(rules.allowsTwinParents && compareBytes(previous.hash, parent.hash) < 0)))
        return false
    }
    previous = parent
    previousAuthor = parentAuthor
    if (parent.round === round - 1) before.push(parentAuthor)
    if (parentAuthor === author) ownParents += 1
  }
  if (ownParents > 1 && !rules.allowsTwinParents) return false
  return stakeOf(committee, before) >= committee.quorumMicroRuv
}

/** Order of parents in a vertex: newest round first, then by author and hash. */
export function compareReferences(a: VertexReference, b: VertexReference): number {
  return b.round - a.round || compareBytes(a.author, b.author) || compareBytes(a.hash, b.hash)
}
