import { ArrowRight, Link2, Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { editableAmount, parseAmount, useFormat, useLocaleStore, useT } from '../../../i18n/index.ts'
import { failureOf, useSession } from '../../../rpc/index.ts'
import { Banner, Button, Card, type Fact, Facts, Skeleton, toast } from '../../../ui/index.ts'
import { AccountSelect } from '../components/account-select.tsx'
import { FailureBanner } from '../components/failure-banner.tsx'
import { useNames, useNetwork, useWallet } from '../hooks/use-wallet.ts'
import { walletLimits as limits } from '../limits.ts'
import { type Draft, emptyDraft, readDraft, withChange, withoutRow, withRow } from '../model/draft.ts'
import { maxAmount } from '../model/max-amount.ts'
import type { Preview, Reviewed } from '../model/send-flow.ts'
import { otherAddress } from '../model/watch-input.ts'
import { RecipientRow } from './recipient-row.tsx'
import { type PreviewState, usePreview } from './use-preview.ts'

/** Failures of a preview that the amount is to blame for: they stand at its field. */
const amountCodes: ReadonlySet<string> = new Set(['INSUFFICIENT_BALANCE', 'INSUFFICIENT_FEE', 'AMOUNT_OUT_OF_RANGE'])

export interface SendFormProps {
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  readonly onReview: (intent: Reviewed['intent'], preview: Preview) => void
}

export function SendForm({ draft, onDraft, onReview }: SendFormProps) {
  const t = useT()
  const { api } = useSession()
  const names = useNames()
  const network = useNetwork()
  const format = useFormat()
  const tag = useLocaleStore((state) => state.tag)
  const [isMaxPending, setMaxPending] = useState(false)
  const reading = useMemo(
    () => readDraft(draft, { names, network, readAmount: (text) => parseAmount(text, tag) }),
    [draft, names, network, tag],
  )
  const preview = usePreview(reading.intent, true)
  const amountError =
    preview.kind === 'failed' && amountCodes.has(preview.failure.code) ? preview.failure.message : undefined
  const held = useWallet((state) => state.accounts.find(({ address }) => address === draft.from)?.balance.available)
  const paid = useWallet((state) => state.paid)
  const only = reading.rows.length === 1 ? reading.rows[0] : undefined
  // All addresses take the same room: before there is a recipient, any other tells what the fee will be.
  const onlyTo =
    only === undefined || draft.from === undefined
      ? undefined
      : only.recipient.kind === 'address' && !only.isSelf
        ? only.recipient.address
        : otherAddress(draft.from, [], [...paid, ...names.all.map(({ address }) => address)])

  const fillMax = async (to: string): Promise<void> => {
    const { from, replaces } = draft
    const row = draft.rows[0]
    if (from === undefined || row === undefined) return
    setMaxPending(true)
    try {
      const most = await maxAmount(async (amount) => {
        try {
          const memo = row.memo === '' ? {} : { memo: row.memo }
          const nonce = replaces === undefined ? {} : { nonce: replaces.nonce }
          const answer = await api.transactions.preview({
            from,
            transfers: [{ to, amount: amount.toString(), ...memo }],
            ...nonce,
          })
          return {
            feeMicroRuv: BigInt(answer.fee),
            totalMicroRuv: BigInt(answer.total),
            remainingMicroRuv: BigInt(answer.remaining),
          }
        } catch (error) {
          if (amountCodes.has(failureOf(error).code)) return undefined
          throw error
        }
      })
      if (most === undefined) toast({ tone: 'warn', title: t('wallet.send.maxNone') })
      else onDraft(withChange(draft, row.id, { amount: editableAmount(most, tag) }))
    } catch (error) {
      toast({ tone: 'bad', title: failureOf(error).message })
    } finally {
      setMaxPending(false)
    }
  }

  const submit = (): void => {
    if (preview.kind === 'ready') onReview(preview.intent, preview.preview)
  }

  return (
    <form
      className="send-grid"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="stack">
        <LinkNotice draft={draft} onDraft={onDraft} />
        {draft.replaces !== undefined && (
          <Banner
            tone="warn"
            title={
              draft.replaces.txId === undefined
                ? t('wallet.send.fills', { nonce: draft.replaces.nonce })
                : t('wallet.send.replaces', { nonce: draft.replaces.nonce })
            }
            actions={
              <Button size="small" onPress={() => onDraft({ ...draft, replaces: undefined })}>
                {t('wallet.send.replacesNot')}
              </Button>
            }
          >
            {draft.replaces.txId === undefined ? t('wallet.send.fillsText') : t('wallet.send.replacesText')}
          </Banner>
        )}
        <AccountSelect
          label={t('wallet.send.from')}
          isPaying
          value={draft.from}
          onChange={(from) => onDraft({ ...draft, from })}
          description={held === undefined ? undefined : t('wallet.account.has', { amount: format.amount(held) })}
          isDisabled={draft.replaces !== undefined}
        />
        {draft.rows.map((row, index) => {
          const rowReading = reading.rows[index]
          if (rowReading === undefined) return null
          return (
            <RecipientRow
              key={row.id}
              row={row}
              reading={rowReading}
              number={index + 1}
              count={draft.rows.length}
              onChange={(change) => onDraft(withChange(draft, row.id, change))}
              onRemove={() => onDraft(withoutRow(draft, row.id))}
              onLink={(change, label) =>
                onDraft({ ...withChange(draft, row.id, change), link: label === undefined ? {} : { label } })
              }
              onMax={onlyTo === undefined || draft.from === undefined ? undefined : () => void fillMax(onlyTo)}
              isMaxPending={isMaxPending}
              amountError={index === draft.rows.length - 1 ? amountError : undefined}
            />
          )
        })}
        <div className="row-wrap">
          <Button
            variant="quiet"
            icon={Plus}
            onPress={() => onDraft(withRow(draft))}
            isDisabled={draft.rows.length >= limits.maxRecipients}
          >
            {t('wallet.send.addRecipient')}
          </Button>
        </div>
      </div>
      <Summary preview={preview} isAmountError={amountError !== undefined} />
    </form>
  )
}

function LinkNotice({ draft, onDraft }: Pick<SendFormProps, 'draft' | 'onDraft'>) {
  const t = useT()
  if (draft.link === undefined) return null
  const { label } = draft.link
  return (
    <Banner
      tone="info"
      title={t('wallet.link.filled')}
      onDismiss={() => onDraft({ ...draft, link: undefined })}
      actions={
        <Button size="small" icon={Link2} onPress={() => onDraft(emptyDraft(draft.from))}>
          {t('wallet.link.clear')}
        </Button>
      }
    >
      {label === undefined ? t('wallet.link.filledText') : t('wallet.link.filledAs', { label })}
    </Banner>
  )
}

/** What it comes to, and the way on. */
function Summary({ preview, isAmountError }: { readonly preview: PreviewState; readonly isAmountError: boolean }) {
  const t = useT()
  const format = useFormat()
  const figure = (pick: (ready: Preview) => string) =>
    preview.kind === 'ready' ? (
      <span className="num">
        {format.amount(pick(preview.preview))} <span className="muted">{t('ui.unit')}</span>
      </span>
    ) : preview.kind === 'asking' ? (
      <Skeleton width={96} />
    ) : (
      <span className="faint">—</span>
    )
  const facts: Fact[] = [
    { label: t('wallet.send.amount'), value: figure(({ amount }) => amount) },
    { label: t('wallet.send.fee'), value: figure(({ fee }) => fee) },
    { label: t('wallet.send.total'), value: <strong>{figure(({ total }) => total)}</strong> },
    { label: t('wallet.send.remaining'), value: figure(({ remaining }) => remaining) },
  ]
  return (
    <aside className="send-summary stack" aria-label={t('wallet.send.summary')}>
      <Card title={t('wallet.send.summary')}>
        <Facts items={facts} />
      </Card>
      {preview.kind === 'failed' && !isAmountError && <FailureBanner failure={preview.failure} />}
      <Button
        type="submit"
        variant="primary"
        size="large"
        isWide
        icon={ArrowRight}
        isDisabled={preview.kind !== 'ready'}
      >
        {t('wallet.send.review')}
      </Button>
      <p className="tiny faint">{t('wallet.send.reviewText')}</p>
    </aside>
  )
}
