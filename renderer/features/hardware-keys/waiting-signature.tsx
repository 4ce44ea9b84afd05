import { useEffect, useState } from 'react'
import type { PinRequest, UnsignedTransaction } from '../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Address, Banner, Card, type Fact, Facts, Spinner } from '../../ui/index.ts'

type Pin = NonNullable<PinRequest['pin']>

/** What the token is going to sign with this PIN, read from the very bytes that it signs. */
export function WaitingSignature({ pin }: { readonly pin: Pin }) {
  const t = useT()
  if (pin.purpose === 'login') return null
  if (pin.text !== null) {
    return (
      <Card title={t('hsm.waits.message')}>
        <q className="hsm-message" dir="auto">
          {pin.text}
        </q>
      </Card>
    )
  }
  if (pin.unsigned === null) return <Banner tone="warn">{t('hsm.waits.unknown')}</Banner>
  return <WaitingTransaction unsigned={pin.unsigned} />
}

function WaitingTransaction({ unsigned }: { readonly unsigned: string }) {
  const t = useT()
  const format = useFormat()
  const { api } = useSession()
  const [shown, setShown] = useState<UnsignedTransaction | 'unreadable' | undefined>()
  useEffect(() => {
    let isHere = true
    api.transactions.inspect({ unsigned }).then(
      (found) => isHere && setShown(found),
      () => isHere && setShown('unreadable'),
    )
    return () => {
      isHere = false
    }
  }, [api, unsigned])
  if (shown === undefined) return <Spinner label={t('app.starting.view')} />
  if (shown === 'unreadable') return <Banner tone="warn">{t('hsm.waits.unknown')}</Banner>
  const money = (value: string) => `${format.amount(value)} ${t('ui.unit')}`
  const facts: Fact[] = [
    ...shown.operations.flatMap(({ kind, to, amount, memo }, index): Fact[] => {
      const nth = shown.operations.length > 1 ? ` ${index + 1}` : ''
      return [
        { label: `${t('hsm.waits.does')}${nth}`, value: `${t(`hsm.operation.${kind}`)} ${money(amount)}` },
        ...(to === undefined ? [] : [{ label: `${t('hsm.waits.to')}${nth}`, value: <Address value={to} /> }]),
        ...(memo === undefined ? [] : [{ label: `${t('hsm.waits.memo')}${nth}`, value: <q dir="auto">{memo}</q> }]),
      ]
    }),
    { label: t('hsm.waits.from'), value: <Address value={shown.account} /> },
    { label: t('hsm.waits.fee'), value: money(shown.maxFee) },
    { label: t('hsm.waits.id'), value: <span className="num hsm-hash">{shown.txId}</span> },
  ]
  return (
    <Card title={t('hsm.waits.transaction')}>
      <Facts items={facts} />
    </Card>
  )
}
