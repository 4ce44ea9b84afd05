import { useState } from 'react'
import { contractLimits, type HardwareKey } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button, Dialog, TextField } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'

const formId = 'hardware-key-rename'

export interface RenameKeyDialogProps {
  readonly hardwareKey: HardwareKey
  readonly onClose: () => void
}

export function RenameKeyDialog({ hardwareKey: { id, label }, onClose }: RenameKeyDialogProps) {
  const t = useT()
  const { api } = useSession()
  const [name, setName] = useState(label)
  const { isPending, failure, run } = useSubmission()
  const rename = async (): Promise<void> => {
    if (name.trim() === '') return
    if (await run(async () => void (await api.hsm.rename({ pairing: id, label: name.trim() })))) onClose()
  }
  return (
    <Dialog
      title={t('hsm.rename')}
      isOpen
      onClose={onClose}
      size="small"
      actions={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} isPending={isPending} isDisabled={name.trim() === ''}>
            {t('hsm.rename')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void rename()
        }}
      >
        <TextField
          label={t('hsm.pair.name')}
          value={name}
          onChange={setName}
          maxLength={contractLimits.maxPairingLabelCharacters}
          autoFocus
        />
        <FailureBanner failure={failure} />
      </form>
    </Dialog>
  )
}
