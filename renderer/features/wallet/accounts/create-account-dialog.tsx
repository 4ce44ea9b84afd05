import { useRef, useState } from 'react'
import { contractLimits } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Button, Dialog, TextField, toast } from '../../../ui/index.ts'
import { ofVault, SignerChoice } from '../../hardware-keys/signer-choice.tsx'
import { FailureBanner } from '../components/failure-banner.tsx'
import { useTask } from '../hooks/use-task.ts'
import { reloadAccounts } from './reload-accounts.ts'

const formId = 'wallet-create-account'

/** Another account of the open vault, under a name. */
export function CreateAccountDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const t = useT()
  const { api } = useSession()
  const [name, setName] = useState('')
  const task = useTask()
  const [signer, setSigner] = useState<string>(ofVault)
  /** Of this name and signer: asked again after a lost connection, it is the same account and not a second one. */
  const key = useRef<{ readonly name: string; readonly key: string } | undefined>(undefined)
  const close = (): void => {
    setName('')
    setSigner(ofVault)
    key.current = undefined
    task.clear()
    onClose()
  }
  const create = (): void =>
    task.run(async () => {
      const label = name.trim()
      const asked = `${signer} ${label}`
      if (key.current?.name !== asked) key.current = { name: asked, key: `account-${crypto.randomUUID()}` }
      const account = await api.accounts.create({
        ...(label === '' ? {} : { label }),
        ...(signer === ofVault ? {} : { hardware: signer }),
        idempotencyKey: key.current.key,
      })
      await reloadAccounts(api)
      toast({ tone: 'good', title: t('wallet.accounts.created', { name: account.label ?? account.address }) })
      close()
    })
  return (
    <Dialog
      title={t('wallet.accounts.createTitle')}
      isOpen={isOpen}
      onClose={close}
      size="small"
      actions={
        <>
          <Button onPress={close}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} isPending={task.isPending}>
            {t('wallet.accounts.create')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          create()
        }}
      >
        <TextField
          label={t('wallet.accounts.name')}
          value={name}
          onChange={setName}
          maxLength={contractLimits.maxLabelCharacters}
          description={t('wallet.accounts.createText')}
          autoFocus
        />
        <SignerChoice value={signer} onChange={setSigner} />
        <FailureBanner failure={task.failure} />
      </form>
    </Dialog>
  )
}
