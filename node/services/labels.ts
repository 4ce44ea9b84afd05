/**
 * The owner's address book and notes on transactions. They stay on this machine. One thing has one form: an address in
 * whatever case is its account, a transaction id in whatever case its 32 bytes.
 */
import { toHex } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import type { LabelRow, StorageReader, StorageWriter } from '../storage/index.ts'
import { labelFault, normalLabel } from '../vault/index.ts'
import { type Chain, parseTxId } from './chain.ts'
import type { NodeEventHub } from './events.ts'
import { serviceLimits } from './limits.ts'
import type { LabelView, NodeServices } from './types.ts'

/** Subject of the event after an import: everything may have changed. */
const everyRef = '*'

export function createLabelServices(deps: {
  readonly chain: Chain
  readonly read: Pick<StorageReader, 'labels'>
  readonly write: Pick<StorageWriter, 'putLabels' | 'removeLabel'>
  readonly hub: NodeEventHub
  readonly clock: Clock
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
}): NodeServices['labels'] {
  const { chain, read, write, hub, clock, audit } = deps

  /** @throws NodeError ADDRESS_INVALID, ADDRESS_WRONG_NETWORK, TRANSACTION_ID_INVALID */
  const refOf = ({ type, ref }: Pick<LabelView, 'type' | 'ref'>): Uint8Array =>
    type === 'address' ? chain.parse(ref) : parseTxId(ref)

  /** @throws NodeError LABEL_INVALID and those of refOf */
  const rowOf = (entry: LabelView): LabelRow => {
    const label = normalLabel(entry.label)
    const fault = labelFault(label, serviceLimits.maxLabelCharacters)
    // A note names nobody that could be paid by mistake.
    if (fault !== undefined && !(fault === 'address' && entry.type === 'tx')) {
      throw new NodeError('LABEL_INVALID', 'the label is empty, too long, or has characters that do not show', {
        details: { reason: fault, maxChars: serviceLimits.maxLabelCharacters },
      })
    }
    return { type: entry.type, ref: refOf(entry), label }
  }

  const viewOf = ({ type, ref, label }: LabelRow): LabelView => ({
    type,
    ref: type === 'address' ? chain.format(ref) : toHex(ref),
    label,
  })

  const announce = (ref: string): void => void hub.publish({ type: 'label', atMs: clock.nowMs(), ref })

  return {
    list: async ({ type }) => (await read.labels(type ?? null)).map(viewOf),
    async put(entry) {
      const row = rowOf(entry)
      const view = viewOf(row)
      await write.putLabels([row], serviceLimits.maxLabels)
      await audit('label.set', { type: view.type, ref: view.ref })
      announce(view.ref)
      return view
    },
    async remove(entry) {
      const ref = refOf(entry)
      const removed = await write.removeLabel({ type: entry.type, ref })
      if (!removed) return { removed }
      const { ref: shown } = viewOf({ type: entry.type, ref, label: '' })
      await audit('label.removed', { type: entry.type, ref: shown })
      announce(shown)
      return { removed }
    },
    async import(entries) {
      const rows = entries.map((entry, index) => {
        try {
          return rowOf(entry)
        } catch (cause) {
          throw cause instanceof NodeError ? inEntry(index + 1, entry, cause) : cause
        }
      })
      if (rows.length === 0) return { imported: 0 }
      await write.putLabels(rows, serviceLimits.maxLabels)
      await audit('labels.imported', { entries: rows.length })
      announce(everyRef)
      return { imported: rows.length }
    },
  }
}

/** @param number 1 for the first */
function inEntry(number: number, { type, ref }: LabelView, { code, message, details }: NodeError): NodeError {
  return new NodeError(code, `entry ${number}: ${message}`, {
    hint: 'Nothing was imported. Mend the entry, or leave it out.',
    details: { ...details, entry: number, type, ref },
  })
}
