import { Suspense } from 'react'
import { mayLeaveSecretForm } from '../features/secrets/leave-guard.ts'
import { useT } from '../i18n/index.ts'
import { useSession } from '../rpc/index.ts'
import { answerSecretRequest, useSecretRequest } from '../rpc/secret-requests.ts'
import { Dialog, Spinner } from '../ui/index.ts'
import { SecretForm } from './views.ts'

/** In a browser: the form for a password or phrase, as a dialog of this page. What is typed in it stays in it. */
export function SecretDialog() {
  const t = useT()
  const { api, platform } = useSession()
  const { purpose, pairing } = useSecretRequest()
  return (
    <Dialog
      title={purpose === null ? '' : t(`app.secret.${purpose}`)}
      isOpen={purpose !== null}
      onClose={() => {
        if (mayLeaveSecretForm()) answerSecretRequest(false)
      }}
      keepsOnOutsidePress
      size={purpose === 'create' || purpose === 'restore' ? 'large' : 'medium'}
    >
      {purpose !== null && (
        <Suspense fallback={<Spinner label={t('app.starting.connecting')} />}>
          <SecretForm purpose={purpose} pairing={pairing} api={api} platform={platform} onDone={answerSecretRequest} />
        </Suspense>
      )}
    </Dialog>
  )
}
