/**
 * A file of labels: BIP 329, one JSON object a line. We write `addr` and `tx`, the only types that mean something here; other
 * programs' further types and fields are passed over, as BIP 329 has it ("Importing").
 */
import { contractLimits, type LabelEntry } from '../../../node/api/contract/index.ts'
import { limits } from './limits.ts'

export type LabelFileFault =
  | 'not-json'
  | 'not-an-object'
  | 'line-too-long'
  | 'no-type'
  | 'no-ref'
  | 'ref-too-long'
  | 'no-label'
  | 'label-too-long'

export interface LabelFileProblem {
  /** 1 for the first. */
  readonly line: number
  readonly fault: LabelFileFault
}

export type LabelFile =
  | {
      readonly kind: 'labels'
      /** Later lines win over earlier ones about the same thing. */
      readonly items: readonly LabelEntry[]
      /** Lines of types that mean nothing here, or without a label. */
      readonly passedOver: number
    }
  | { readonly kind: 'faulty'; readonly problems: readonly LabelFileProblem[]; readonly faultyLines: number }
  | { readonly kind: 'too-large'; readonly maxBytes: number }
  | { readonly kind: 'too-many'; readonly maxLabels: number }
  | { readonly kind: 'not-text' }

/** `addr` is the word of BIP 329; `address` is the node's own. */
const types = new Map<unknown, LabelEntry['type']>([
  ['addr', 'address'],
  ['address', 'address'],
  ['tx', 'tx'],
])

export function readLabelFile(bytes: Uint8Array): LabelFile {
  if (bytes.length > limits.maxLabelFileBytes) return { kind: 'too-large', maxBytes: limits.maxLabelFileBytes }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { kind: 'not-text' }
  }
  const entries = new Map<string, LabelEntry>()
  const problems: LabelFileProblem[] = []
  let faultyLines = 0
  let passedOver = 0
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === '') continue
    const read = readLine(line)
    if (typeof read === 'string') {
      faultyLines += 1
      if (problems.length < limits.maxNamedFaults) problems.push({ line: index + 1, fault: read })
    } else if (read === null) {
      passedOver += 1
    } else {
      entries.set(`${read.type} ${read.ref}`, read)
    }
  }
  if (faultyLines > 0) return { kind: 'faulty', problems, faultyLines }
  if (entries.size > contractLimits.maxImportedLabels) {
    return { kind: 'too-many', maxLabels: contractLimits.maxImportedLabels }
  }
  return { kind: 'labels', items: [...entries.values()], passedOver }
}

/** An entry; null for a line that says nothing to us; or what is wrong with it. */
function readLine(line: string): LabelEntry | LabelFileFault | null {
  if (line.length > limits.maxLabelLineCharacters) return 'line-too-long'
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'not-json'
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not-an-object'
  const { type, ref, label } = value as Partial<Record<'type' | 'ref' | 'label', unknown>>
  if (typeof type !== 'string') return 'no-type'
  const ours = types.get(type)
  if (ours === undefined) return null
  if (typeof ref !== 'string' || ref === '') return 'no-ref'
  if (ref.length > contractLimits.maxAccountCharacters) return 'ref-too-long'
  if (label === undefined || label === null || label === '') return null
  if (typeof label !== 'string') return 'no-label'
  return label.length > contractLimits.maxLabelCharacters ? 'label-too-long' : { type: ours, ref, label }
}

/** The lines of a file of labels, UTF-8. */
export function writeLabelFile(items: readonly LabelEntry[]): Uint8Array {
  const lines = items.map(({ type, ref, label }) =>
    JSON.stringify({ type: type === 'address' ? 'addr' : type, ref, label }),
  )
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
}

/** "qudag-labels-qudag-dev-1-2026-11-22.jsonl" */
export function labelFileName(network: string, now: Date): string {
  return `qudag-labels-${network.replace(/[^\w.-]/g, '-').slice(0, 48)}-${now.toISOString().slice(0, 10)}.jsonl`
}
