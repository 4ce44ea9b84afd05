import { Code, Download, X } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { Transaction } from '../../../../node/api/contract/index.ts'
import { useNow } from '../../../app/use-now.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { type Failure, failureOf, failureOfCode, useSession } from '../../../rpc/index.ts'
import {
  Address,
  Banner,
  Button,
  CopyButton,
  type Fact,
  Facts,
  IconButton,
  Menu,
  Skeleton,
  toast,
} from '../../../ui/index.ts'
import { Amount } from '../components/amount.tsx'
import { FailureBanner } from '../components/failure-banner.tsx'
import { Party } from '../components/party.tsx'
import { TransactionState } from '../components/transaction-state.tsx'
import { useLookAlikes, useMine, useNames, useWallet, useWalletSync } from '../hooks/use-wallet.ts'
import { walletLimits as limits } from '../limits.ts'
import { exportRecord } from '../model/history-export.ts'
import { durationMs } from '../model/lifecycle.ts'
import { firstSeenAt, hasEnded, type Movement, movementOf } from '../model/movement.ts'
import { selectNotes } from '../store/selectors.ts'
import { StuckDialog } from '../stuck/stuck-dialog.tsx'
import { Lifecycle } from './lifecycle.tsx'
import { NoteField } from './note-field.tsx'
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

export function Detail({
  transaction,
  movement,
}: {
  readonly transaction: Transaction
  readonly movement: Movement | undefined
}) {
  const t = useT()
  return (
    <div className="stack">
      <div>
        <div className="tx-detail-sum num">
          <Headline movement={movement} />
        </div>
        <TransactionState transaction={transaction} />
      </div>
      <Outcome transaction={transaction} />
      <SlowNotice transaction={transaction} />
      <SenderWarning movement={movement} />
      <section aria-label={t('wallet.lifecycle')}>
        <Lifecycle transaction={transaction} />
        <Duration transaction={transaction} />
      </section>
      <section className="stack-tight">
        <h3>{t('wallet.note')}</h3>
        <NoteField key={transaction.txId} txId={transaction.txId} />
      </section>
      <Facts items={useFacts(transaction, movement)} />
      <Proof transaction={transaction} />
    </div>
  )
}

function Headline({ movement }: { readonly movement: Movement | undefined }) {
  if (movement === undefined) return null
  if (movement.kind === 'cancel') return <Amount value={0n} hasUnit />
  return movement.kind === 'internal' ? (
    <Amount value={movement.movedMicroRuv} hasUnit />
  ) : (
    <Amount value={movement.changeMicroRuv} sign="always" hasUnit />
  )
}

/** What a failure means for the money. */
function Outcome({ transaction }: { readonly transaction: Transaction }) {
  const t = useT()
  const format = useFormat()
  const { state, outcome, code, fee } = transaction
  if (state !== 'Rejected' && outcome !== 'failed') return null
  const failure = code === undefined ? undefined : failureOfCode(code)
  const paid = BigInt(fee)
  return (
    <Banner tone="bad" title={state === 'Rejected' ? t('wallet.outcome.rejected') : t('wallet.outcome.failed')}>
      {failure !== undefined && <p>{failure.message}</p>}
      <p>
        {paid > 0n && (outcome === 'failed' || transaction.states.some(({ record }) => record.startsWith('commit:')))
          ? t('wallet.outcome.feeOnly', { fee: format.amount(paid) })
          : t('wallet.outcome.nothing')}
      </p>
      {code === 'SIBLING_WON' && <p>{t('wallet.outcome.sibling')}</p>}
    </Banner>
  )
}

function SlowNotice({ transaction }: { readonly transaction: Transaction }) {
  const t = useT()
  const [isOpen, setOpen] = useState(false)
  const isOwn = useMine().has(transaction.account)
  const { account, nonce, txId } = transaction
  const nowMs = useNow(5_000)
  const seenAt = firstSeenAt(transaction)
  if (hasEnded(transaction) || seenAt === undefined || nowMs - Date.parse(seenAt) < limits.slowTransactionMs)
    return null
  return (
    <>
      <Banner
        tone="warn"
        title={t('wallet.slow')}
        actions={
          isOwn && (
            <Button size="small" onPress={() => setOpen(true)}>
              {t('wallet.stuck.solve')}
            </Button>
          )
        }
      >
        {t('wallet.slow.text')}
      </Banner>
      {isOpen && <StuckDialog problem={{ account, nonce, txId, waiting: [] }} onClose={() => setOpen(false)} />}
    </>
  )
}

/** A payment from an address made to look like one that is known. */
function SenderWarning({ movement }: { readonly movement: Movement | undefined }) {
  const t = useT()
  const lookAlikes = useLookAlikes()
  const [sender] = movement?.counterparties ?? []
  const like = movement?.kind === 'received' && sender !== undefined ? lookAlikes.of(sender)[0] : undefined
  if (like === undefined) return null
  return (
    <Banner tone="warn" title={t('wallet.lookAlike.sender')}>
      <p>{t('wallet.lookAlike.senderText')}</p>
      <p>
        <Party address={like} /> <Address value={like} />
      </p>
    </Banner>
  )
}

function Duration({ transaction }: { readonly transaction: Transaction }) {
  const t = useT()
  const format = useFormat()
  const ms = durationMs(transaction)
  return ms === undefined || transaction.state === 'Rejected' ? null : (
    <p className="tiny faint num">{t('wallet.detail.took', { duration: format.duration(ms) })}</p>
  )
}

function useFacts(transaction: Transaction, movement: Movement | undefined): readonly Fact[] {
  const t = useT()
  const format = useFormat()
  const names = useNames()
  const whole = (address: string): ReactNode => {
    const name = names.of(address)?.name
    return (
      <span className="stack-tight">
        {name !== undefined && <bdi>{name}</bdi>}
        <Address value={address} hasCopyButton />
      </span>
    )
  }
  const { operations } = transaction
  const seenAt = firstSeenAt(transaction)
  return [
    ...(seenAt === undefined ? [] : [{ label: t('wallet.detail.time'), value: format.time(seenAt) }]),
    { label: t('wallet.detail.from'), value: whole(transaction.account) },
    ...operations.flatMap(({ to, amount, memo }, index) => {
      const many = operations.length > 1
      const of = { number: index + 1 }
      return [
        ...(to === undefined
          ? []
          : [
              { label: many ? t('wallet.detail.toMany', of) : t('wallet.detail.to'), value: whole(to) },
              ...(many ? [{ label: t('wallet.detail.amountMany', of), value: <Amount value={amount} hasUnit /> }] : []),
            ]),
        ...(memo === undefined || memo === ''
          ? []
          : [
              {
                label: many ? t('wallet.detail.memoMany', of) : t('wallet.detail.memo'),
                value: <span dir="auto">{memo}</span>,
              },
            ]),
      ]
    }),
    {
      label: t('wallet.detail.fee'),
      value: (
        <>
          <Amount value={transaction.fee} hasUnit />
          {movement?.kind === 'received' && <span className="muted"> {t('wallet.detail.feeByOther')}</span>}
        </>
      ),
    },
    { label: t('wallet.detail.nonce'), value: String(transaction.nonce) },
    { label: t('wallet.detail.id'), value: <Address value={transaction.txId} hasCopyButton /> },
    { label: t('wallet.detail.size'), value: t('wallet.detail.bytes', { count: transaction.size }) },
    ...(hasEnded(transaction)
      ? []
      : [{ label: t('wallet.detail.validUntil'), value: format.time(transaction.validUntil) }]),
  ]
}

function Proof({ transaction: { state, outcome, checkpoint } }: { readonly transaction: Transaction }) {
  const t = useT()
  if (state !== 'Finalized') return null
  return (
    <section className="stack-tight">
      <h3>{t('wallet.proof')}</h3>
      <p className="small muted">
        {checkpoint === undefined
          ? t('wallet.proof.waiting')
          : outcome === 'failed'
            ? t('wallet.proof.failed', { seq: checkpoint.seq })
            : t('wallet.proof.there', { seq: checkpoint.seq })}
      </p>
      {checkpoint !== undefined && (
        <span className="row">
          <Address value={checkpoint.hash} isElided />
          <CopyButton text={checkpoint.hash} label={t('wallet.proof.copy')} />
        </span>
      )}
    </section>
  )
}

function DetailMenu({ transaction }: { readonly transaction: Transaction }) {
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
