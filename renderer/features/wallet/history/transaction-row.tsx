import { TriangleAlert } from 'lucide-react'
import { type KeyboardEvent, memo } from 'react'
import { routeTo } from '../../../app/routes.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Badge, Skeleton } from '../../../ui/index.ts'
import { Amount } from '../components/amount.tsx'
import { Party } from '../components/party.tsx'
import { TransactionState } from '../components/transaction-state.tsx'
import { movementIcons } from '../components/transaction-words.ts'
import { useLookAlikes, useTransaction, useWallet } from '../hooks/use-wallet.ts'
import { firstSeenAt, type Movement, memosOf, movementOf } from '../model/movement.ts'
import { selectNotes } from '../store/selectors.ts'

/** Pixels: a list of any length knows where every row is. */
export const rowHeight = 58

export interface TransactionRowProps {
  readonly txId: string
  /** Whose history it is. */
  readonly mine: ReadonlySet<string>
  readonly isSelected: boolean
  /** The one of the list that Tab reaches. */
  readonly isReachable: boolean
  readonly onKeyDown?: (event: KeyboardEvent<HTMLAnchorElement>) => void
}

export const TransactionRow = memo(function TransactionRow({
  txId,
  mine,
  isSelected,
  isReachable,
  onKeyDown,
}: TransactionRowProps) {
  const t = useT()
  const format = useFormat()
  const lookAlikes = useLookAlikes()
  const note = useWallet((state) => selectNotes(state).get(txId))
  const transaction = useTransaction(txId)
  const movement = transaction === undefined ? undefined : movementOf(transaction, mine)
  if (transaction === undefined || movement === undefined) {
    return (
      <div className="tx-row" data-empty>
        <Skeleton width={28} height={28} />
        <Skeleton width="40%" />
        <span />
        <Skeleton width={80} />
      </div>
    )
  }
  const Icon = movementIcons[movement.kind]
  const seenAt = firstSeenAt(transaction)
  const [sender] = movement.counterparties
  const isSuspicious = movement.kind === 'received' && sender !== undefined && lookAlikes.of(sender).length > 0
  const detail = note ?? memosOf(transaction).join(' · ')
  const isVoid = movement.effect === 'failed' || movement.effect === 'rejected'
  const isIn = movement.changeMicroRuv > 0n && movement.effect === 'done'
  return (
    <a
      className="tx-row"
      href={routeTo('wallet', ['transaction', txId])}
      data-tx={txId}
      aria-current={isSelected ? 'true' : undefined}
      tabIndex={isReachable ? 0 : -1}
      onKeyDown={onKeyDown}
    >
      <span className="tx-icon" data-kind={movement.kind} data-void={isVoid ? '' : undefined}>
        <Icon size={16} aria-hidden />
      </span>
      <span className="tx-what">
        <span className="tx-who truncate">
          <Title movement={movement} />
          {isSuspicious && (
            <Badge tone="warn" icon={TriangleAlert}>
              {t('wallet.lookAlike.badge')}
            </Badge>
          )}
        </span>
        {detail !== '' && (
          <span className="tx-detail truncate" dir="auto">
            {detail}
          </span>
        )}
      </span>
      <TransactionState transaction={transaction} />
      <span className="tx-sum">
        <span className="tx-amount num" data-in={isIn ? '' : undefined} data-void={isVoid ? '' : undefined}>
          {movement.kind === 'internal' || movement.kind === 'unbond' ? (
            <Amount value={movement.movedMicroRuv} />
          ) : ['cancel', 'evidence', 'policy'].includes(movement.kind) ? (
            <Amount value={-movement.feeMicroRuv} />
          ) : (
            <Amount value={movement.changeMicroRuv} sign="always" />
          )}
        </span>
        {seenAt !== undefined && (
          <time className="tx-time num" dateTime={seenAt} title={format.time(seenAt)}>
            {shortTime(seenAt, format)}
          </time>
        )}
      </span>
    </a>
  )
})

/** Today the time of day, else the day: what tells rows apart. */
function shortTime(iso: string, format: ReturnType<typeof useFormat>): string {
  return new Date(iso).toDateString() === new Date().toDateString() ? format.clock(iso) : format.day(iso)
}

/** What it is, in words: to whom, from whom. */
export function Title({ movement: { kind, counterparties, change } }: { readonly movement: Movement }) {
  const t = useT()
  const [first] = counterparties
  const more = counterparties.length - 1
  if (kind === 'faucet') return <span>{t('wallet.kind.faucet')}</span>
  if (kind === 'bond') return <span>{t('wallet.kind.bond')}</span>
  if (kind === 'unbond') return <span>{t('wallet.kind.unbond')}</span>
  if (kind === 'policy' && change !== undefined) return <span>{t(`wallet.policy.${change}`)}</span>
  if (kind === 'evidence') return <span>{t('wallet.kind.evidence')}</span>
  if (kind === 'cancel' || first === undefined) return <span>{t('wallet.kind.cancel')}</span>
  return (
    <span className="tx-title">
      <span>
        {kind === 'received'
          ? t('wallet.kind.from')
          : kind === 'internal'
            ? t('wallet.kind.internal')
            : t('wallet.kind.to')}
      </span>{' '}
      <Party address={first} />
      {more > 0 && <span className="muted">{t('wallet.kind.more', { count: more })}</span>}
    </span>
  )
}
