import type { SecretPurpose } from '../../../node/api/contract/index.ts'
import type { MessageKey } from '../../i18n/index.ts'
import { BackupForm } from './backup-form.tsx'
import { ChangePasswordForm } from './change-password-form.tsx'
import { CreateForm } from './create-form.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { RestoreBackupForm } from './restore-backup-form.tsx'
import { RestoreForm } from './restore-form.tsx'
import { UnlockForm } from './unlock-form.tsx'

/** The heading of the window or dialog around the form. */
export const secretTitles = {
  create: 'secrets.create.title',
  restore: 'secrets.restore.title',
  'restore-backup': 'secrets.restoreBackup.title',
  unlock: 'secrets.unlock.title',
  'change-password': 'secrets.change.title',
  backup: 'secrets.backup.title',
} as const satisfies Record<SecretPurpose, MessageKey>

export interface SecretFormProps extends SecretFormPartProps {
  readonly purpose: SecretPurpose
}

/**
 * The form for a purpose, without a heading: `secretTitles` has it. Its holder shows it until `onDone`. A press beside it or
 * Escape must not take it away: create asks before it is left, since the words are shown once.
 */
export function SecretForm({ purpose, ...props }: SecretFormProps) {
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
  }
}
