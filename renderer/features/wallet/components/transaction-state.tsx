import type { Transaction } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { StateChip } from '../../../ui/index.ts'
import { lookOf } from './transaction-words.ts'

/** How far a transaction has got, in a word. */
export function TransactionState({ transaction }: { readonly transaction: Transaction }) {
  const t = useT()
  const { tone, icon, text } = lookOf(transaction)
  return (
    <StateChip tone={tone} icon={icon}>
      {t(text)}
    </StateChip>
  )
}
