import { useState } from 'react'
import { type Account, contractLimits } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Button, Dialog, TextField } from '../../../ui/index.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { useTask } from '../hooks/use-task.ts'
import { reloadAccounts } from './reload-accounts.ts'

const formId = 'wallet-rename-account'

export function RenameDialog({ account, onClose }: { readonly account: Account; readonly onClose: () => void }) {
  const t = useT()
  const { api } = useSession()
  const [name, setName] = useState(account.label ?? '')
  const task = useTask()
  const rename = (): void =>
    task.run(async () => {
      await api.accounts.rename({ account: account.address, label: name.trim() })
      await reloadAccounts(api)
      onClose()
    })
  return (
    <Dialog
      title={t('wallet.accounts.rename')}
      isOpen
      onClose={onClose}
      size="small"
      actions={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            isPending={task.isPending}
            isDisabled={name.trim() === ''}
          >
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
          if (name.trim() !== '') rename()
        }}
      >
        <TextField
          label={t('wallet.accounts.name')}
          value={name}
          onChange={setName}
          maxLength={contractLimits.maxLabelCharacters}
          autoFocus
        />
        <FailureBanner failure={task.failure} />
      </form>
    </Dialog>
  )
}
