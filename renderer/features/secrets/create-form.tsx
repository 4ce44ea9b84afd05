import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { AlertDialog } from '../../ui/index.ts'
import { CheckStep } from './check-step.tsx'
import { CreatePasswordStep } from './create-password-step.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { holdSecretForm } from './leave-guard.ts'
import { holdPhrase, type PhraseHolder } from './phrase-holder.ts'
import { StepTrail } from './step-trail.tsx'
import { WriteStep } from './write-step.tsx'

type Step = 'password' | 'write' | 'check'
const order: readonly Step[] = ['password', 'write', 'check']

/**
 * A new vault: password, the words once, and some of them typed back. From the moment the vault exists until the words were
 * checked, leaving asks: the words are shown here and never again.
 */
export function CreateForm({ api, onDone }: SecretFormPartProps) {
  const t = useT()
  const [step, setStep] = useState<Step>('password')
  const [isLeaving, setLeaving] = useState(false)
  const phrase = useRef<PhraseHolder>(undefined)
  const forget = useCallback(() => {
    phrase.current?.wipe()
    phrase.current = undefined
  }, [])
  useEffect(() => forget, [forget])

  const mayLeave = step === 'password'
  useEffect(() => {
    if (mayLeave) return
    const ask = () => setLeaving(true)
    const askOnUnload = (event: BeforeUnloadEvent) => {
      event.preventDefault()
      ask()
    }
    window.addEventListener('beforeunload', askOnUnload)
    const release = holdSecretForm(ask)
    return () => {
      window.removeEventListener('beforeunload', askOnUnload)
      release()
    }
  }, [mayLeave])

  const end = (done: boolean) => {
    forget()
    // Nothing is left to ask about: the window may close.
    setStep('password')
    onDone(done)
  }
  const made = (bytes: Uint8Array) => {
    phrase.current = holdPhrase(bytes)
    setStep('write')
  }
  const steps = [t('secrets.create.step.password'), t('secrets.create.step.write'), t('secrets.create.step.check')]
  const askOnEscape = (event: KeyboardEvent) => {
    if (mayLeave || event.key !== 'Escape') return
    event.stopPropagation()
    setLeaving(true)
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape goes up to here from whatever has the focus; nothing here is pressed */}
      <div className="secret-steps" onKeyDown={askOnEscape}>
        <StepTrail label={t('app.secret.create')} steps={steps} current={order.indexOf(step)} />
        {step === 'password' && <CreatePasswordStep api={api} onMade={made} onCancel={() => onDone(false)} />}
        {step === 'write' && phrase.current !== undefined && (
          <WriteStep phrase={phrase.current} onWritten={() => setStep('check')} onLeave={() => setLeaving(true)} />
        )}
        {step === 'check' && phrase.current !== undefined && (
          <CheckStep
            phrase={phrase.current}
            onBack={() => setStep('write')}
            onChecked={() => end(true)}
            onLeave={() => setLeaving(true)}
          />
        )}
      </div>
      <AlertDialog
        title={t('secrets.create.leave.title')}
        isOpen={isLeaving}
        isDangerous
        confirmLabel={t('secrets.create.leave.go')}
        cancelLabel={t('secrets.create.leave.stay')}
        onConfirm={() => end(false)}
        onCancel={() => setLeaving(false)}
      >
        <p>{t('secrets.create.leave.text')}</p>
      </AlertDialog>
    </>
  )
}
