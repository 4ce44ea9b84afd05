/** For tests only: labels in memory, all or none. */
import { NodeError } from '../../core/node-error.ts'
import type { LabelView, NodeServices } from '../../services/types.ts'

export function createFakeLabels(): NodeServices['labels'] {
  const labels = new Map<string, LabelView>()
  const keyOf = ({ type, ref }: Pick<LabelView, 'type' | 'ref'>): string => `${type} ${ref.toLowerCase()}`
  const checked = (entry: LabelView, index = 0): LabelView => {
    if (entry.type === 'tx' && !/^[0-9a-f]{64}$/i.test(entry.ref)) {
      throw new NodeError('TRANSACTION_ID_INVALID', 'a transaction id is 64 hex digits', {
        details: { entry: index + 1 },
      })
    }
    if (entry.type === 'address' && !/^ruvd1/i.test(entry.ref)) {
      throw new NodeError('ADDRESS_INVALID', 'that is not an address', { details: { entry: index + 1 } })
    }
    return { ...entry, ref: entry.ref.toLowerCase(), label: entry.label.trim() }
  }
  return {
    list: async ({ type }) => [...labels.values()].filter((entry) => type === undefined || entry.type === type),
    async put(entry) {
      const kept = checked(entry)
      labels.set(keyOf(kept), kept)
      return kept
    },
    remove: async (entry) => ({ removed: labels.delete(keyOf(entry)) }),
    async import(entries) {
      for (const kept of entries.map(checked)) labels.set(keyOf(kept), kept)
      return { imported: entries.length }
    },
  }
}
