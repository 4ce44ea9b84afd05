import { useState } from 'react'
import { contractLimits } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Button, Dialog, TextField, toast } from '../../../ui/index.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { useTask } from '../hooks/use-task.ts'
import { useNetwork } from '../hooks/use-wallet.ts'
import { readWatched, type WatchReading } from '../model/watch-input.ts'
import { reloadAccounts } from './reload-accounts.ts'

const formId = 'wallet-watch-account'

/** An account whose key is elsewhere: its balance and history are followed here. */
export function WatchDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const t = useT()
  const { api } = useSession()
  const network = useNetwork()
  const [text, setText] = useState('')
  const [name, setName] = useState('')
  const task = useTask()
  const reading = readWatched(text, network)
  const fault = useFault(reading)
  const isReady = reading.kind === 'address' || reading.kind === 'key'
  const close = (): void => {
    setText('')
    setName('')
    task.clear()
    onClose()
  }
  const watch = (): void =>
    task.run(async () => {
      const label = name.trim() === '' ? {} : { label: name.trim() }
      if (reading.kind === 'address') await api.accounts.create({ address: reading.address, ...label })
      else if (reading.kind === 'key') {
        await api.accounts.create({ publicKey: reading.publicKey, suite: reading.suite, ...label })
      } else return
      await reloadAccounts(api)
      toast({ tone: 'good', title: t('wallet.watch.done') })
      close()
    })
  return (
    <Dialog
      title={t('wallet.accounts.watch')}
      isOpen={isOpen}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} isPending={task.isPending} isDisabled={!isReady}>
            {t('wallet.watch.start')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) watch()
        }}
      >
        <p className="muted">{t('wallet.watch.text')}</p>
        <TextField
          label={t('wallet.watch.what')}
          value={text}
          onChange={setText}
          multiline
          mono
          rows={3}
          error={fault}
          description={reading.kind === 'key' ? t('wallet.watch.isKey', { suite: reading.suite }) : undefined}
          autoFocus
        />
        <TextField
          label={t('wallet.accounts.name')}
          value={name}
          onChange={setName}
          maxLength={contractLimits.maxLabelCharacters}
        />
        <FailureBanner failure={task.failure} />
      </form>
    </Dialog>
  )
}

function useFault(reading: WatchReading): string | undefined {
  const t = useT()
  switch (reading.kind) {
    case 'bad':
      return t('wallet.watch.bad')
    case 'bad-key':
      return t('wallet.watch.badKey', { count: reading.bytes })
    case 'wrong-network':
      return t('wallet.watch.wrongNetwork')
    default:
      return undefined
  }
}
