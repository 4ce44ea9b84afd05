/** The file of labels (BIP 329) that people save and choose: the form is the contract's, its name and bytes are ours. */
import { type LabelEntry, labelFileText } from '../../../node/api/contract/index.ts'

export { type LabelFile, readLabelFile } from '../../../node/api/contract/index.ts'

/** The lines of a file of labels, UTF-8. */
export function writeLabelFile(items: readonly LabelEntry[]): Uint8Array {
  return new TextEncoder().encode(labelFileText(items))
}

/** "qudag-labels-qudag-dev-1-2026-11-22.jsonl" */
export function labelFileName(network: string, now: Date): string {
  return `qudag-labels-${network.replace(/[^\w.-]/g, '-').slice(0, 48)}-${now.toISOString().slice(0, 10)}.jsonl`
}
