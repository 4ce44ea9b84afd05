import type { ReactNode } from 'react'
import type { Transaction } from '../../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Address, type Fact } from '../../../ui/index.ts'
import { Amount } from '../components/amount.tsx'
import { useNames } from '../hooks/use-wallet.ts'
import { firstSeenAt, hasEnded, type Movement } from '../model/movement.ts'

/** Names and values of a transaction, with whole addresses. */
export function useFacts(transaction: Transaction, movement: Movement | undefined): readonly Fact[] {
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
    ...operations.flatMap(({ to, validator, amount, memo }, index) => {
      const many = operations.length > 1
      const of = { number: index + 1 }
      return [
        ...(to === undefined
          ? []
          : [
              { label: many ? t('wallet.detail.toMany', of) : t('wallet.detail.to'), value: whole(to) },
              ...(many ? [{ label: t('wallet.detail.amountMany', of), value: <Amount value={amount} hasUnit /> }] : []),
            ]),
        ...(validator === undefined
          ? []
          : [
              { label: t('wallet.detail.validator'), value: <Address value={validator} hasCopyButton /> },
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
