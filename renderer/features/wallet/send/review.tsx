import { ArrowLeft, RotateCw, Send } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { navigate } from '../../../app/routes.ts'
import { isMessageKey, type Translate, useFormat, useT } from '../../../i18n/index.ts'
import { Address, Banner, Button, Card, type Fact, Facts } from '../../../ui/index.ts'
import { keyOf, useHardwareKeys } from '../../hardware-keys/store.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { useNames, useWallet } from '../hooks/use-wallet.ts'
import type { Reviewed, SendPhase } from '../model/send-flow.ts'
import { RecipientNotes } from './recipient-notes.tsx'

export interface ReviewProps {
  readonly phase: Extract<SendPhase, { readonly reviewed: Reviewed }>
  readonly onSend: () => void
  readonly onBack: () => void
}

/** Everything about the payment, in full, before it is sent; and what became of the attempt. */
export function Review({ phase, onSend, onBack }: ReviewProps) {
  const t = useT()
  const format = useFormat()
  const names = useNames()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const { intent, preview } = phase.reviewed
  const isSending = phase.kind === 'sending'
  const isUncertain = phase.kind === 'uncertain'
  const money = (value: string) => (
    <span className="num">
      {format.amount(value)} <span className="muted">{t('ui.unit')}</span>
    </span>
  )
  const facts: Fact[] = [
    {
      label: t('wallet.send.from'),
      value: (
        <span className="stack-tight">
          <bdi>{names.of(preview.from)?.name}</bdi>
          <Address value={preview.from} />
        </span>
      ),
    },
    { label: t('wallet.send.fee'), value: money(preview.fee) },
    { label: t('wallet.send.total'), value: <strong>{money(preview.total)}</strong> },
    { label: t('wallet.send.remaining'), value: money(preview.remaining) },
    { label: t('hsm.review.signer'), value: <SignerWords address={preview.from} /> },
    { label: t('wallet.send.nonce'), value: String(preview.nonce) },
  ]
  return (
    <section className="review stack" aria-labelledby="review-heading">
      <h2 id="review-heading" ref={heading} tabIndex={-1}>
        {t('wallet.review.title', { count: intent.transfers.length })}
      </h2>
      {intent.transfers.map(({ to, amount, memo }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what is reviewed does not change, and a recipient may stand there twice
        <Card key={index} className="review-transfer">
          <div className="review-amount num">
            {format.amount(amount)} <span className="muted">{t('ui.unit')}</span>
          </div>
          <div className="stack-tight">
            <span>
              {t('wallet.review.to')} <strong dir="auto">{names.of(to)?.name ?? t('wallet.review.unnamed')}</strong>
            </span>
            <Address value={preview.to[index] ?? to} />
            {memo !== undefined && memo !== '' && (
              <span className="review-memo">
                {t('wallet.review.memo')} <q dir="auto">{memo}</q>
              </span>
            )}
          </div>
          <RecipientNotes address={to} />
        </Card>
      ))}
      <Card>
        <Facts items={facts} />
      </Card>
      {intent.nonce !== undefined && <Banner tone="warn">{t('wallet.review.nonce', { nonce: intent.nonce })}</Banner>}
      {isUncertain ? (
        <Banner
          tone="warn"
          title={t('wallet.uncertain.title')}
          actions={
            <>
              <Button variant="primary" icon={RotateCw} onPress={onSend}>
                {t('wallet.uncertain.ask')}
              </Button>
              <Button onPress={() => navigate('wallet', ['history'])}>{t('wallet.uncertain.history')}</Button>
            </>
          }
        >
          <p>{t('wallet.uncertain.text')}</p>
          <p className="muted">{phase.failure.message}</p>
        </Banner>
      ) : (
        <>
          {phase.kind === 'reviewing' && <FailureBanner failure={phase.failure} />}
          {phase.kind === 'reviewing' && phase.failure !== undefined && (
            <p className="small">{t('wallet.review.nothingSent')}</p>
          )}
          <div className="review-actions">
            <Button icon={ArrowLeft} onPress={onBack} isDisabled={isSending}>
              {t('wallet.review.back')}
            </Button>
            <span className="review-total small" aria-hidden>
              <span className="muted">{t('wallet.send.total')}</span> <strong>{money(preview.total)}</strong>
            </span>
            <Button variant="primary" size="large" icon={Send} onPress={onSend} isPending={isSending}>
              {sendLabel(phase, t, () => `${format.amount(preview.amount)} ${t('ui.unit')}`)}
            </Button>
          </div>
        </>
      )}
      <span role="status" className="visually-hidden">
        {isSending ? sendingWords(t, phase.waitsFor) : ''}
      </span>
    </section>
  )
}

/** Whose key signs it: of the wallet, or of a token, in whichever way. */
function SignerWords({ address }: { readonly address: string }) {
  const t = useT()
  const account = useWallet(({ accounts }) => accounts.find((one) => one.address === address))
  const key = useHardwareKeys((state) => keyOf(state, account?.pairing))
  if (account?.pairing === undefined) return t('hsm.review.vault')
  const name = key?.label ?? account.pairing
  const known = `hsm.review.${account.signer}`
  return (
    <span className="stack-tight">
      <span>{t(isMessageKey(known) ? known : 'hsm.review.other', { name })}</span>
      <span className="muted small">{t('hsm.review.screen')}</span>
    </span>
  )
}

function sendLabel(phase: ReviewProps['phase'], t: Translate, amount: () => string): string {
  if (phase.kind !== 'sending') return t('wallet.review.send', { amount: amount() })
  return sendingWords(t, phase.waitsFor)
}

function sendingWords(t: Translate, waitsFor: 'password' | 'token' | null): string {
  if (waitsFor === null) return t('wallet.review.sending')
  return waitsFor === 'token' ? t('wallet.review.unlockingToken') : t('wallet.review.unlocking')
}
