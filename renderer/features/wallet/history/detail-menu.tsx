import { Code, Download } from 'lucide-react'
import type { Transaction } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { failureOf, useSession } from '../../../rpc/index.ts'
import { Menu, toast } from '../../../ui/index.ts'
import { useMine, useNames, useWallet } from '../hooks/use-wallet.ts'
import { exportRecord } from '../model/history-export.ts'
import { selectNotes } from '../store/selectors.ts'

/** What is wanted of a transaction now and then. */
export function DetailMenu({ transaction }: { readonly transaction: Transaction }) {
  const t = useT()
  const { api, platform } = useSession()
  const names = useNames()
  const mine = useMine()
  const notes = useWallet(selectNotes)
  const say = (error: unknown): void => {
    const { message, hint } = failureOf(error)
    toast({ tone: 'bad', title: message, ...(hint === undefined ? {} : { text: hint }) })
  }
  const copyRaw = async (): Promise<void> => {
    const { signed } = await api.transactions.raw({ txId: transaction.txId })
    await platform.copy(signed)
    toast({ tone: 'good', title: t('wallet.detail.rawCopied') })
  }
  const save = async (): Promise<void> => {
    const record = exportRecord(transaction, { mine, names, notes })
    const text = `${JSON.stringify({ ...record, ...transaction }, null, 2)}\n`
    await platform.saveFile(`qudag-transaction-${transaction.txId.slice(0, 12)}.json`, new TextEncoder().encode(text))
  }
  return (
    <Menu
      label={t('wallet.detail.more')}
      items={[
        {
          id: 'raw',
          label: t('wallet.detail.copyRaw'),
          description: t('wallet.detail.copyRawText'),
          icon: Code,
          onAction: () => void copyRaw().catch(say),
        },
        { id: 'save', label: t('wallet.detail.save'), icon: Download, onAction: () => void save().catch(say) },
      ]}
    />
  )
}
