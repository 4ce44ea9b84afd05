/**
 * A file of labels as wallets exchange them: BIP 329, one JSON object a line, in UTF-8. `addr` and `tx` are the types that
 * mean something here; other programs' further types and fields are passed over, as BIP 329 has it ("Importing").
 */
import type { LabelEntry } from './labels.ts'
import { contractLimits as limits } from './limits.ts'

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
      /** Line of each item, 1 for the first. */
      readonly lines: readonly number[]
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

/** All or nothing: one faulty line, and there are no labels. */
export function readLabelFile(bytes: Uint8Array): LabelFile {
  if (bytes.length > limits.maxLabelFileBytes) return { kind: 'too-large', maxBytes: limits.maxLabelFileBytes }
  let text: string
  try {
    // A byte order mark at the start goes.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { kind: 'not-text' }
  }
  const entries = new Map<string, { item: LabelEntry; line: number }>()
  const problems: LabelFileProblem[] = []
  let faultyLines = 0
  let passedOver = 0
  for (const [index, content] of text.split(/\r\n|\n|\r/).entries()) {
    if (content.trim() === '') continue
    const line = index + 1
    const read = readLine(content)
    if (typeof read === 'string') {
      faultyLines += 1
      if (problems.length < limits.maxNamedLabelFaults) problems.push({ line, fault: read })
    } else if (read === null) {
      passedOver += 1
    } else {
      entries.set(`${read.type} ${read.ref}`, { item: read, line })
    }
  }
  if (faultyLines > 0) return { kind: 'faulty', problems, faultyLines }
  if (entries.size > limits.maxImportedLabels) return { kind: 'too-many', maxLabels: limits.maxImportedLabels }
  const found = [...entries.values()]
  return { kind: 'labels', items: found.map(({ item }) => item), lines: found.map(({ line }) => line), passedOver }
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
  const { type: word, ref, label } = value as Partial<Record<'type' | 'ref' | 'label', unknown>>
  if (typeof word !== 'string') return 'no-type'
  const type = types.get(word)
  if (type === undefined || label === undefined || label === null || label === '') return null
  if (typeof ref !== 'string' || ref === '') return 'no-ref'
  if (ref.length > limits.maxAccountCharacters) return 'ref-too-long'
  if (typeof label !== 'string') return 'no-label'
  return label.length > limits.maxLabelCharacters ? 'label-too-long' : { type, ref, label }
}

/** The lines of a file of labels; empty where there is none. */
export function labelFileText(items: readonly LabelEntry[]): string {
  return items
    .map(({ type, ref, label }) => `${JSON.stringify({ type: type === 'address' ? 'addr' : type, ref, label })}\n`)
    .join('')
}
