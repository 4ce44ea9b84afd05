import { useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Banner, Button, TextField } from '../../ui/index.ts'
import { ofVault } from '../hardware-keys/signer-choice.tsx'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'
import { useSessionStore } from '../session/store.ts'
import { isAccountName, maxNameCharacters } from './account-name.ts'
import { StepFrame } from './step-frame.tsx'
import { TokenOffer } from './token-offer.tsx'
import { UnlockNote } from './unlock-note.tsx'

export interface NameStepProps {
  readonly phraseConfirmed: boolean
  readonly onNamed: (address: string) => void
  readonly onLater: () => void
}

/** The first account of a new vault. */
export function NameStep({ phraseConfirmed, onNamed, onLater }: NameStepProps) {
  const t = useT()
  const { api } = useSession()
  const isLocked = useSessionStore(({ vault }) => vault?.locked === true)
  const [name, setName] = useState(() => t('onboarding.name.suggestion'))
  const [signer, setSigner] = useState<string>(ofVault)
  const [isAsked, setAsked] = useState(false)
  // The same name and signer asked for again after a lost connection is the same account.
  const [idempotencyKey, setIdempotencyKey] = useState(() => crypto.randomUUID())
  const { isPending, failure, run } = useSubmission()
  const label = name.normalize('NFC').trim()

  const submit = async () => {
    setAsked(true)
    if (!isAccountName(label) || isLocked) return
    await run(async () => {
      const hardware = signer === ofVault ? {} : { hardware: signer }
      const { address } = await api.accounts.create({ label, ...hardware, idempotencyKey })
      onNamed(address)
    })
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <StepFrame
        title={t('onboarding.name.title')}
        text={t('onboarding.name.text')}
        actions={
          <>
            <Button variant="quiet" onPress={onLater}>
              {t('onboarding.name.later')}
            </Button>
            <Button type="submit" variant="primary" size="large" isPending={isPending} isDisabled={isLocked}>
              {t('onboarding.name.submit')}
            </Button>
          </>
        }
      >
        {!phraseConfirmed && (
          <Banner tone="warn" title={t('onboarding.unconfirmed.title')}>
            {t('onboarding.unconfirmed.text')}
          </Banner>
        )}
        <TextField
          label={t('onboarding.name.label')}
          autoFocus
          value={name}
          maxLength={2 * maxNameCharacters}
          onChange={(text) => {
            setName(text)
            setIdempotencyKey(crypto.randomUUID())
            setAsked(false)
          }}
          error={isAsked && !isAccountName(label) ? t('onboarding.name.invalid') : undefined}
        />
        <TokenOffer
          value={signer}
          onChange={(chosen) => {
            setSigner(chosen)
            setIdempotencyKey(crypto.randomUUID())
          }}
        />
        {isLocked && <UnlockNote />}
        <FailureBanner failure={failure} />
      </StepFrame>
    </form>
  )
}
