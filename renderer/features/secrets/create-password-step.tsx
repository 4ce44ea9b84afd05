import { useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import type { NodeClient } from '../../rpc/index.ts'
import { Banner, Button, Checkbox } from '../../ui/index.ts'
import { Disclosure } from './disclosure.tsx'
import { FailureBanner } from './failure-banner.tsx'
import { FormFrame } from './form-frame.tsx'
import { NewPassphrase, type NewPassphraseHandle } from './new-passphrase.tsx'
import { NewPassword, type NewPasswordHandle } from './new-password.tsx'
import { wipe } from './secret-text.ts'
import { useSubmission } from './use-submission.ts'

export interface CreatePasswordStepProps {
  readonly api: NodeClient
  /** The vault exists; the phrase is the receiver's to overwrite. */
  onMade(phrase: Uint8Array): void
  onCancel(): void
}

export function CreatePasswordStep({ api, onMade, onCancel }: CreatePasswordStepProps) {
  const t = useT()
  const password = useRef<NewPasswordHandle>(null)
  const passphrase = useRef<NewPassphraseHandle>(null)
  const { isPending, failure, run } = useSubmission()
  const [isReady, setReady] = useState(false)
  const [isAsked, setAsked] = useState(false)

  const submit = async () => {
    if (isPending || password.current === null || passphrase.current === null) return
    if (!password.current.check() || !passphrase.current.check()) return
    if (!isReady) {
      setAsked(true)
      return
    }
    const secrets = { password: password.current.take(), passphrase: passphrase.current.take() }
    await run(async () => {
      try {
        const { phrase } = await api.vault.init({
          password: secrets.password,
          ...(secrets.passphrase === undefined ? {} : { passphrase: secrets.passphrase }),
        })
        onMade(phrase)
      } finally {
        wipe(secrets.password, secrets.passphrase)
      }
    })
  }

  return (
    <FormFrame
      onSubmit={submit}
      actions={
        <>
          <Button variant="quiet" onPress={onCancel}>
            {t('secrets.cancel')}
          </Button>
          <Button type="submit" variant="primary" isPending={isPending}>
            {isPending ? t('secrets.create.pending') : t('secrets.create.submit')}
          </Button>
        </>
      }
    >
      <p className="muted">{t('secrets.create.password.intro')}</p>
      <NewPassword ref={password} label={t('secrets.password')} autoFocus isDisabled={isPending} />
      <Disclosure label={t('secrets.advanced')}>
        <NewPassphrase ref={passphrase} isDisabled={isPending} />
      </Disclosure>
      <Banner tone="warn" title={t('secrets.create.ready.title')}>
        <div className="stack-tight">
          <span>{t('secrets.create.ready.text')}</span>
          <Checkbox
            isSelected={isReady}
            isDisabled={isPending}
            onChange={(selected) => {
              setReady(selected)
              setAsked(false)
            }}
          >
            {t('secrets.create.ready.confirm')}
          </Checkbox>
          <span role="alert" className="secret-error">
            {isAsked && t('secrets.create.ready.missing')}
          </span>
        </div>
      </Banner>
      <FailureBanner failure={failure} />
    </FormFrame>
  )
}
