import type { Transaction } from '../../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Address, CopyButton, Facts } from '../../../ui/index.ts'
import { Amount } from '../components/amount.tsx'
import { TransactionState } from '../components/transaction-state.tsx'
import { durationMs } from '../model/lifecycle.ts'
import type { Movement } from '../model/movement.ts'
import { useFacts } from './detail-facts.tsx'
import { ContestedNotice, Outcome, SenderWarning, SlowNotice } from './detail-notices.tsx'
import { Lifecycle } from './lifecycle.tsx'
import { NoteField } from './note-field.tsx'

/** All that is known of a transaction: what it is, how far it has got, and what that means. */
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
      <ContestedNotice transaction={transaction} />
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
  if (['cancel', 'evidence', 'policy'].includes(movement.kind)) return <Amount value={0n} hasUnit />
  return movement.kind === 'internal' || movement.kind === 'unbond' ? (
    <Amount value={movement.movedMicroRuv} hasUnit />
  ) : (
    <Amount value={movement.changeMicroRuv} sign="always" hasUnit />
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
