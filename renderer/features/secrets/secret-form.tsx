import type { SecretPurpose } from '../../../node/api/contract/index.ts'
import { BackupForm } from './backup-form.tsx'
import { ChangePasswordForm } from './change-password-form.tsx'
import { CreateForm } from './create-form.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { RestoreBackupForm } from './restore-backup-form.tsx'
import { RestoreForm } from './restore-form.tsx'
import { SealForm, UnsealForm } from './seal-form.tsx'
import { UnlockForm } from './unlock-form.tsx'

export interface SecretFormProps extends SecretFormPartProps {
  readonly purpose: SecretPurpose
  /** Id of the hardware key that it is about: of `seal` alone. */
  readonly pairing?: string | undefined
}

/**
 * The form for a purpose, without a heading. Its holder shows it until `onDone`; before taking it away for another reason
 * (Escape, the cross of a dialog) it asks `mayLeaveSecretForm()`, because the words of a new wallet are shown once.
 */
export function SecretForm({ purpose, pairing, ...props }: SecretFormProps) {
  switch (purpose) {
    case 'create':
      return <CreateForm {...props} />
    case 'restore':
      return <RestoreForm {...props} />
    case 'restore-backup':
      return <RestoreBackupForm {...props} />
    case 'unlock':
      return <UnlockForm api={props.api} onDone={props.onDone} onCancel={() => props.onDone(false)} />
    case 'change-password':
      return <ChangePasswordForm {...props} />
    case 'backup':
      return <BackupForm {...props} />
    case 'seal':
      return <SealForm pairing={pairing} {...props} />
    case 'unseal':
      return <UnsealForm {...props} />
  }
}
