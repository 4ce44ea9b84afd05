import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useT } from '../../../i18n/index.ts'
import { type Failure, failureOf } from '../../../rpc/index.ts'
import { IconButton, Skeleton } from '../../../ui/index.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { useMine, useWallet, useWalletSync } from '../hooks/use-wallet.ts'
import { movementOf } from '../model/movement.ts'
import { Detail } from './detail.tsx'
import { DetailMenu } from './detail-menu.tsx'
import { Title } from './transaction-row.tsx'

export interface TransactionDetailProps {
  readonly txId: string
  /** Address whose history it is seen in; undefined for all accounts. */
  readonly account: string | undefined
  readonly onClose: () => void
}

/** One transaction with all that is known of it, live until it has ended. */
export function TransactionDetail({ txId, account, onClose }: TransactionDetailProps) {
  const t = useT()
  const { transaction, failure, retry } = useShownTransaction(txId)
  const all = useMine()
  const movement =
    transaction === undefined
      ? undefined
      : (movementOf(transaction, account === undefined ? all : new Set([account])) ?? movementOf(transaction, all))
  return (
    <aside className="tx-detail-panel" aria-label={t('wallet.detail')}>
      <div className="tx-detail-head">
        <h2 className="truncate" data-panel-heading tabIndex={-1}>
          {movement === undefined ? t('wallet.detail') : <Title movement={movement} />}
        </h2>
        {transaction !== undefined && <DetailMenu transaction={transaction} />}
        <IconButton label={t('ui.close')} icon={X} onPress={onClose} />
      </div>
      <div className="tx-detail-body">
        <FailureBanner failure={failure} onRetry={retry} />
        {transaction === undefined ? (
          failure === undefined && <Skeleton height={200} />
        ) : (
          <Detail transaction={transaction} movement={movement} />
        )}
      </div>
    </aside>
  )
}

/** From what is kept, and asked for anew when it is opened: its records and its checkpoint are then as of now. */
function useShownTransaction(txId: string) {
  const sync = useWalletSync()
  const transaction = useWallet((state) => state.transactions.get(txId))
  const isReady = useWallet((state) => state.status === 'ready')
  const [failure, setFailure] = useState<Failure | undefined>()
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt asks again
  useEffect(() => {
    if (!isReady) return
    let isLatest = true
    setFailure(undefined)
    sync.show(txId).catch((error: unknown) => {
      if (isLatest) setFailure(failureOf(error))
    })
    return () => {
      isLatest = false
    }
  }, [sync, txId, isReady, attempt])
  return { transaction, failure, retry: () => setAttempt(attempt + 1) }
}
