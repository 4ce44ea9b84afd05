/**
 * A file of labels: BIP 329, one JSON object a line. `addr` and `tx` are the types that mean something here; other
 * programs' further types and fields are passed over, as BIP 329 has it ("Importing").
 */
import { contractLimits, type LabelEntry } from '../api/contract/index.ts'
import { usageError } from './errors.ts'

export interface LabelFile {
  readonly items: readonly LabelEntry[]
  /** Line of each item, 1 for the first. */
  readonly lines: readonly number[]
  /** Lines of other types, or without a label. */
  readonly passedOver: number
}

/** `addr` is the word of BIP 329; `address` is the node's own. */
const types = new Map<unknown, LabelEntry['type']>([
  ['addr', 'address'],
  ['address', 'address'],
  ['tx', 'tx'],
])

/** @throws CliError LABEL_FILE_INVALID (usage), with the line */
export function readLabelFile(text: string): LabelFile {
  const items: LabelEntry[] = []
  const lines: number[] = []
  let passedOver = 0
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (line.trim() === '') continue
    const item = readLine(line, index + 1)
    if (item === null) passedOver += 1
    else {
      items.push(item)
      lines.push(index + 1)
    }
  }
  if (items.length > contractLimits.maxImportedLabels) {
    throw invalid(`The file has ${items.length} labels; at most ${contractLimits.maxImportedLabels} are possible.`)
  }
  return { items, lines, passedOver }
}

/** Null for a line that says nothing to us. */
function readLine(line: string, number: number): LabelEntry | null {
  const value = parsed(line)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`Line ${number} is not a JSON object.`)
  }
  const { type: word, ref, label } = value as Partial<Record<'type' | 'ref' | 'label', unknown>>
  if (typeof word !== 'string') throw invalid(`Line ${number} has no type.`)
  const type = types.get(word)
  if (type === undefined || label === undefined || label === null || label === '') return null
  if (typeof ref !== 'string' || ref === '') throw invalid(`Line ${number} has no ref.`)
  if (typeof label !== 'string') throw invalid(`The label in line ${number} is not text.`)
  if (ref.length > contractLimits.maxAccountCharacters) throw invalid(`The ref in line ${number} is too long.`)
  if (label.length > contractLimits.maxLabelCharacters) throw invalid(`The label in line ${number} is too long.`)
  return { type, ref, label }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function invalid(message: string) {
  return usageError(message, 'Nothing was imported.', 'LABEL_FILE_INVALID')
}

/** The lines of a file of labels; empty where there is none. */
export function writeLabelFile(items: readonly LabelEntry[]): string {
  return items
    .map(({ type, ref, label }) => `${JSON.stringify({ type: type === 'address' ? 'addr' : type, ref, label })}\n`)
    .join('')
}
