import { useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Button, ProgressBar, SecretField, TextField } from '../../ui/index.ts'
import { readAccountCount } from './account-count.ts'
import { Disclosure } from './disclosure.tsx'
import { FailureBanner } from './failure-banner.tsx'
import { FormFrame } from './form-frame.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { limits } from './limits.ts'
import { NewPassword, type NewPasswordHandle } from './new-password.tsx'
import { type PhraseStatus, phraseStatus, type TypedWord } from './phrase-check.ts'
import { PhraseStatusNote } from './phrase-status-note.tsx'
import { takeBytes, wipe } from './secret-text.ts'
import { StepTrail } from './step-trail.tsx'
import { useSubmission } from './use-submission.ts'
import { WordFieldList } from './word-field-list.tsx'
import type { WordFields } from './word-fields.ts'

const positions = Array.from({ length: limits.phraseWords }, (_, index) => index + 1)
const nothingTyped: PhraseStatus = { kind: 'incomplete', known: 0, unknownAt: [] }

/** The words stay in their fields until the node took them: who mistypes a password need not type 24 words again. */
export function RestoreForm({ api, onDone }: SecretFormPartProps) {
  const t = useT()
  const words = useRef<WordFields>(null)
  const password = useRef<NewPasswordHandle>(null)
  const passphrase = useRef<HTMLInputElement>(null)
  const { isPending, failure, run, clear } = useSubmission()
  const [step, setStep] = useState<'words' | 'password'>('words')
  const [status, setStatus] = useState(nothingTyped)
  const [isAsked, setAsked] = useState(false)
  const [hasTooMany, setTooMany] = useState(false)
  const [accounts, setAccounts] = useState('')
  const wanted = readAccountCount(accounts)

  const goOn = () => {
    if (status.kind !== 'complete') {
      setAsked(true)
      return
    }
    setStep('password')
    requestAnimationFrame(() => password.current?.focus())
  }
  const backToWords = () => {
    setStep('words')
    requestAnimationFrame(() => words.current?.focus(0))
  }
  const changed = (typed: readonly TypedWord[]) => {
    const now = phraseStatus(typed)
    setStatus((before) => (JSON.stringify(before) === JSON.stringify(now) ? before : now))
    setAsked(false)
    setTooMany(false)
    clear()
  }

  const restore = async () => {
    if (isPending || words.current === null || password.current === null || passphrase.current === null) return
    if (!wanted.ok || !password.current.check()) return
    const secrets = {
      phrase: words.current.readBytes(),
      password: password.current.take(),
      passphrase: passphrase.current.value === '' ? undefined : takeBytes(passphrase.current),
    }
    const isRestored = await run(async () => {
      try {
        await api.vault.restorePhrase({
          phrase: secrets.phrase,
          password: secrets.password,
          ...(secrets.passphrase === undefined ? {} : { passphrase: secrets.passphrase }),
          ...(wanted.accounts === undefined ? {} : { accounts: wanted.accounts }),
        })
      } finally {
        wipe(secrets.phrase, secrets.password, secrets.passphrase)
      }
    })
    if (!isRestored) {
      // Once the fields take it again.
      requestAnimationFrame(() => password.current?.focus())
      return
    }
    words.current?.clear()
    onDone(true)
  }

  const isAboutWords = failure?.code.startsWith('PHRASE_') === true
  const steps = [t('secrets.restore.step.words'), t('secrets.restore.step.password')]
  return (
    <>
      <StepTrail label={t('app.secret.restore')} steps={steps} current={step === 'words' ? 0 : 1} />
      <div className="secret-steps" hidden={step !== 'words'}>
        <FormFrame
          onSubmit={goOn}
          actions={
            <>
              <Button variant="quiet" onPress={() => onDone(false)}>
                {t('secrets.cancel')}
              </Button>
              <span className="grow" />
              <Button
                onPress={() => {
                  words.current?.clear()
                  words.current?.focus(0)
                }}
              >
                {t('secrets.restore.clear')}
              </Button>
              <Button type="submit" variant="primary">
                {t('secrets.continue')}
              </Button>
            </>
          }
        >
          <p className="muted">{t('secrets.restore.words.intro')}</p>
          <WordFieldList
            ref={words}
            positions={positions}
            label={t('secrets.restore.words.label')}
            onChange={changed}
            onFinished={goOn}
            onTooMany={() => setTooMany(true)}
          />
          <PhraseStatusNote status={status} isAsked={isAsked} hasTooMany={hasTooMany} />
          {isAboutWords && <FailureBanner failure={failure} />}
        </FormFrame>
      </div>
      <div className="secret-steps" hidden={step !== 'password'}>
        <FormFrame
          onSubmit={restore}
          actions={
            <>
              <Button variant="quiet" onPress={() => onDone(false)} isDisabled={isPending}>
                {t('secrets.cancel')}
              </Button>
              <span className="grow" />
              <Button onPress={backToWords} isDisabled={isPending}>
                {t('secrets.back')}
              </Button>
              <Button type="submit" variant="primary" isPending={isPending}>
                {t('secrets.restore.submit')}
              </Button>
            </>
          }
        >
          <p className="muted">{t('secrets.restore.password.intro')}</p>
          <NewPassword ref={password} label={t('secrets.password.new')} isDisabled={isPending} />
          <Disclosure label={t('secrets.advanced')}>
            <SecretField
              ref={passphrase}
              label={t('secrets.passphrase')}
              description={t('secrets.passphrase.restore')}
              isDisabled={isPending}
            />
            <TextField
              label={t('secrets.restore.accounts')}
              description={t('secrets.restore.accounts.help')}
              error={wanted.ok ? undefined : t('secrets.restore.accounts.range', { most: limits.maxRestoredAccounts })}
              value={accounts}
              onChange={setAccounts}
              inputMode="numeric"
              maxLength={4}
              isDisabled={isPending}
            />
          </Disclosure>
          {isPending && (
            <div className="stack-tight">
              <ProgressBar label={t('secrets.restore.pending')} />
              <p className="faint tiny">{t('secrets.restore.pending.note')}</p>
            </div>
          )}
          <FailureBanner failure={failure} />
        </FormFrame>
      </div>
    </>
  )
}
