import { useState } from 'react'
import { contractLimits } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Address, Banner, Button, Dialog, TextField, toast } from '../../../ui/index.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { Party } from '../components/party.tsx'
import { useTask } from '../hooks/use-task.ts'
import { useLookAlikes, useNames, useNetwork } from '../hooks/use-wallet.ts'
import { noNames } from '../model/names.ts'
import { readRecipient } from '../model/recipient.ts'
import { useRecipientFault } from '../send/recipient-notes.tsx'
import { reloadLabels } from './reload-labels.ts'

const formId = 'wallet-book-entry'

export interface EntryDialogProps {
  /** With a name, an entry that is changed: its address stays. */
  readonly entry: { readonly address?: string; readonly name?: string }
  readonly onClose: () => void
}

/** A name for an address. */
export function EntryDialog({ entry, onClose }: EntryDialogProps) {
  const t = useT()
  const { api } = useSession()
  const network = useNetwork()
  const names = useNames()
  const lookAlikes = useLookAlikes()
  const recipientFault = useRecipientFault()
  const [text, setText] = useState(entry.address ?? '')
  const [isTyping, setTyping] = useState(false)
  const [name, setName] = useState(entry.name ?? '')
  const task = useTask()
  const isFixed = entry.address !== undefined
  // A name is no address here: the entry would point to itself.
  const reading = readRecipient(text, noNames, network)
  const address =
    reading.kind === 'address' ? reading.address : reading.kind === 'link' ? reading.link.address : undefined
  const owner = address === undefined ? undefined : names.of(address)
  const isOwn = owner !== undefined && owner.kind !== 'book'
  const twin = names.called(name).find((other) => other.address !== address)
  const like = address === undefined ? undefined : lookAlikes.of(address)[0]
  const isReady = address !== undefined && name.trim() !== '' && !isOwn
  const save = (): void =>
    task.run(async () => {
      if (address === undefined) return
      await api.labels.put({ type: 'address', ref: address, label: name.trim() })
      await reloadLabels(api)
      toast({ tone: 'good', title: t('wallet.book.saved') })
      onClose()
    })
  return (
    <Dialog
      title={entry.name === undefined ? t('wallet.book.add') : t('wallet.book.edit')}
      isOpen
      onClose={onClose}
      keepsOnOutsidePress
      actions={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} isPending={task.isPending} isDisabled={!isReady}>
            {t('wallet.save')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) save()
        }}
      >
        {isFixed ? (
          <Address value={entry.address ?? ''} />
        ) : (
          <TextField
            label={t('wallet.book.address')}
            value={text}
            onChange={(value) => {
              setTyping(true)
              setText(value)
            }}
            onBlur={() => setTyping(false)}
            mono
            autoFocus
            error={
              isOwn
                ? t('wallet.book.own', { name: owner.name })
                : reading.kind === 'unknown' && !isTyping
                  ? t('wallet.book.noAddress')
                  : recipientFault(reading, false, isTyping)
            }
          />
        )}
        {like !== undefined && (
          <Banner tone="warn" title={t('wallet.lookAlike.title')}>
            <p>{t('wallet.lookAlike.bookText')}</p>
            <p>
              <Party address={like} /> <Address value={like} />
            </p>
          </Banner>
        )}
        <TextField
          label={t('wallet.book.name')}
          value={name}
          onChange={setName}
          maxLength={contractLimits.maxLabelCharacters}
          autoFocus={isFixed}
          description={twin === undefined ? undefined : t('wallet.book.twin')}
        />
        <FailureBanner failure={task.failure} />
      </form>
    </Dialog>
  )
}
