import { Trash2 } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { contractLimits } from '../../../../node/api/contract/index.ts'
import { editableAmount, type MessageKey, useLocaleStore, useT } from '../../../i18n/index.ts'
import { AmountField, Button, type Choice, ComboBox, IconButton, TextField } from '../../../ui/index.ts'
import { useNames, useNetwork } from '../hooks/use-wallet.ts'
import { walletLimits as limits } from '../limits.ts'
import { type AmountProblem, type DraftRow, type RowReading, rowOfLink } from '../model/draft.ts'
import { matching } from '../model/names.ts'
import { readRecipient } from '../model/recipient.ts'
import { RecipientNotes, useRecipientFault } from './recipient-notes.tsx'

const amountProblems: Readonly<Record<AmountProblem, MessageKey>> = {
  malformed: 'wallet.amount.malformed',
  ambiguous: 'wallet.amount.ambiguous',
  decimals: 'wallet.amount.decimals',
  range: 'wallet.amount.range',
  zero: 'wallet.amount.zero',
}

/** What is typed is not called wrong before nothing was typed for this long, ms. */
const typingMs = 900
/** Suggestions at a time: what a person reads. */
const maxSuggestions = 8

export interface RecipientRowProps {
  readonly row: DraftRow
  readonly reading: RowReading
  /** Which of how many, from 1. */
  readonly number: number
  readonly count: number
  readonly onChange: (change: Partial<Omit<DraftRow, 'id'>>) => void
  readonly onRemove: () => void
  /** A payment link was pasted: what it fills in, and what it calls the recipient. */
  readonly onLink: (change: Omit<DraftRow, 'id'>, label: string | undefined) => void
  /** Fills in the most there is; left out where there is no telling. */
  readonly onMax?: (() => void) | undefined
  readonly isMaxPending: boolean
  readonly amountError: string | undefined
}

export function RecipientRow({
  row,
  reading,
  number,
  count,
  onChange,
  onRemove,
  onLink,
  onMax,
  isMaxPending,
  amountError,
}: RecipientRowProps) {
  const t = useT()
  const tag = useLocaleStore((state) => state.tag)
  const names = useNames()
  const network = useNetwork()
  const recipientFault = useRecipientFault()
  const [isTyping, setTyping] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with each letter
  useEffect(() => {
    if (!isTyping) return
    const timer = setTimeout(() => setTyping(false), typingMs)
    return () => clearTimeout(timer)
  }, [isTyping, row.to])
  const isMany = count > 1
  const { recipient } = reading

  const suggestions = useMemo((): Choice[] => {
    const isWhole = recipient.kind === 'address'
    const found = isWhole ? [] : matching(names.all, row.to)
    return found
      .filter(({ kind }) => kind !== 'watched')
      .slice(0, maxSuggestions)
      .map(({ address, name }) => ({ id: address, label: name, description: address }))
  }, [names, row.to, recipient.kind])

  const change = (to: string): void => {
    setTyping(true)
    const pasted = readRecipient(to, names, network)
    // A link unfolds into the fields as soon as it is whole.
    if (pasted.kind !== 'link') onChange({ to })
    else
      onLink(
        rowOfLink(pasted.link, (microRuv) => editableAmount(microRuv, tag)),
        pasted.link.label,
      )
  }

  const named = recipient.kind === 'address' ? recipient.named : undefined
  const memoLeft = t('wallet.send.memoBytes', { used: reading.memoBytes, most: limits.maxMemoBytes })
  return (
    <fieldset
      className="recipient"
      aria-label={isMany ? t('wallet.send.recipientNumber', { number }) : t('wallet.send.recipient')}
    >
      {isMany && (
        <div className="section-head">
          <h3>{t('wallet.send.recipientNumber', { number })}</h3>
          <IconButton label={t('wallet.send.removeRecipient')} icon={Trash2} size="small" onPress={onRemove} />
        </div>
      )}
      <ComboBox
        label={t('wallet.send.to')}
        items={suggestions}
        inputValue={row.to}
        onInputChange={change}
        onSelect={(address) => {
          setTyping(false)
          onChange({ to: address })
        }}
        placeholder={t('wallet.send.toPlaceholder')}
        mono={recipient.kind === 'address' && recipient.address === row.to}
        error={recipientFault(recipient, reading.isSelf, isTyping)}
        description={named?.name}
      />
      {recipient.kind === 'ambiguous' && (
        <div className="stack-tight">
          {recipient.matches.map(({ address, name }) => (
            <Button key={address} size="small" onPress={() => onChange({ to: address })}>
              {t('wallet.recipient.choose', { name, end: address.slice(-8) })}
            </Button>
          ))}
        </div>
      )}
      {recipient.kind === 'address' && !reading.isSelf && <RecipientNotes address={recipient.address} />}
      <AmountField
        label={t('wallet.send.amount')}
        value={row.amount}
        onChange={(amount) => onChange({ amount })}
        error={reading.amountProblem === undefined ? amountError : t(amountProblems[reading.amountProblem])}
        action={
          onMax !== undefined && (
            <Button size="small" variant="quiet" onPress={onMax} isPending={isMaxPending}>
              {t('wallet.send.max')}
            </Button>
          )
        }
      />
      <TextField
        label={t('wallet.send.memo')}
        value={row.memo}
        onChange={(memo) => onChange({ memo })}
        maxLength={contractLimits.maxMemoCharacters}
        aside={reading.memoBytes > 0 ? memoLeft : undefined}
        description={t('wallet.send.memoText')}
        error={
          reading.memoProblem === 'too-long'
            ? t('wallet.send.memoTooLong', { most: limits.maxMemoBytes })
            : reading.memoProblem === 'invalid'
              ? t('wallet.send.memoInvalid')
              : undefined
        }
      />
    </fieldset>
  )
}
