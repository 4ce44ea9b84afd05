import { BookPlus, List, Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { routeTo } from '../../../app/routes.ts'
import { useT } from '../../../i18n/index.ts'
import { Button, Skeleton } from '../../../ui/index.ts'
import { EntryDialog } from '../address-book/entry-dialog.tsx'
import { Detail } from '../history/detail.tsx'
import { useMine, useNames, useTransaction } from '../hooks/use-wallet.ts'
import { effectOf, movementOf } from '../model/movement.ts'
import type { Reviewed } from '../model/send-flow.ts'

/** The payment on its way, until it is final. */
export function Sent({
  txId,
  reviewed,
  onAgain,
}: {
  readonly txId: string
  readonly reviewed: Reviewed
  readonly onAgain: () => void
}) {
  const t = useT()
  const names = useNames()
  const mine = useMine()
  const heading = useRef<HTMLHeadingElement>(null)
  const [naming, setNaming] = useState<string | undefined>()
  const transaction = useTransaction(txId)
  useEffect(() => heading.current?.focus(), [])
  const unnamed = reviewed.preview.to.find((address) => names.of(address) === undefined)
  const effect = transaction === undefined ? 'pending' : effectOf(transaction)
  const title = {
    pending: t('wallet.sent.pending'),
    done: t('wallet.sent.done'),
    failed: t('wallet.sent.failed'),
    rejected: t('wallet.sent.rejected'),
  }[effect]
  return (
    <section className="sent stack" aria-labelledby="sent-heading">
      <h2 id="sent-heading" ref={heading} tabIndex={-1} aria-live="polite">
        {title}
      </h2>
      {transaction === undefined ? (
        <Skeleton height={240} />
      ) : (
        <Detail transaction={transaction} movement={movementOf(transaction, mine)} />
      )}
      <div className="row-wrap">
        <Button variant="primary" icon={Plus} onPress={onAgain}>
          {t('wallet.sent.again')}
        </Button>
        {unnamed !== undefined && effect !== 'rejected' && (
          <Button icon={BookPlus} onPress={() => setNaming(unnamed)}>
            {t('wallet.sent.name')}
          </Button>
        )}
        <a className="wallet-link" href={routeTo('wallet', ['transaction', txId])}>
          <List size={16} aria-hidden /> {t('wallet.sent.history')}
        </a>
      </div>
      {naming !== undefined && <EntryDialog entry={{ address: naming }} onClose={() => setNaming(undefined)} />}
    </section>
  )
}
