import { type LucideIcon, ShieldCheck, ShieldOff } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { HardwareKey } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { Banner, Checkbox, Facts } from '../../ui/index.ts'
import { FormFrame } from './form-frame.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { PasswordActions, PasswordField, PasswordOutcome, usePasswordEntry } from './password-entry.tsx'

export interface SealFormProps extends SecretFormPartProps {
  /** Id of the key that is to seal; its token is unlocked. */
  readonly pairing: string | undefined
}

/** From here on the wallet opens with the password and a token together: what that is good for, and what it costs. */
export function SealForm({ api, pairing = '', onDone }: SealFormProps) {
  const t = useT()
  const [key, setKey] = useState<HardwareKey | undefined>()
  const [hasPhrase, setHasPhrase] = useState(false)
  const [isAsked, setAsked] = useState(false)
  useEffect(() => {
    let isHere = true
    api.hsm.list().then(
      (keys) => isHere && setKey(keys.find(({ id }) => id === pairing)),
      // Sealing itself says what is wrong.
      () => undefined,
    )
    return () => {
      isHere = false
    }
  }, [api, pairing])
  const mayGoOn = (): boolean => {
    setAsked(!hasPhrase)
    return hasPhrase
  }
  return (
    <PasswordForm
      words={{ submit: t('secrets.seal.submit'), pending: t('secrets.seal.pending') }}
      icon={ShieldCheck}
      mayGoOn={mayGoOn}
      work={(password) => api.vault.seal({ password, hardware: pairing })}
      onDone={onDone}
    >
      <p>{t('secrets.seal.intro')}</p>
      {key !== undefined && (
        <Facts
          items={[
            { label: t('secrets.seal.key'), value: <bdi>{key.label}</bdi> },
            {
              label: t('secrets.seal.token'),
              value: (
                <>
                  <bdi>{key.token.label}</bdi>, <span className="num">{key.token.serial}</span>
                </>
              ),
            },
          ]}
        />
      )}
      <ul className="secret-points">
        <li>{t('secrets.seal.protects')}</li>
        <li>{t('secrets.seal.open')}</li>
        <li>{t('secrets.seal.backups')}</li>
      </ul>
      <Banner tone="warn" title={t('secrets.seal.lost')}>
        <div className="stack-tight">
          <span>{t('secrets.seal.lost.text')}</span>
          <Checkbox
            isSelected={hasPhrase}
            onChange={(selected) => {
              setHasPhrase(selected)
              setAsked(false)
            }}
          >
            {t('secrets.seal.phrase')}
          </Checkbox>
          <span role="alert" className="secret-error">
            {isAsked && t('secrets.seal.phrase.missing')}
          </span>
        </div>
      </Banner>
    </PasswordForm>
  )
}

/** The password alone opens the wallet again. */
export function UnsealForm({ api, onDone }: SecretFormPartProps) {
  const t = useT()
  return (
    <PasswordForm
      words={{ submit: t('secrets.unseal.submit'), pending: t('secrets.unseal.pending') }}
      icon={ShieldOff}
      work={(password) => api.vault.unseal({ password })}
      onDone={onDone}
    >
      <p>{t('secrets.unseal.intro')}</p>
      <p className="muted">{t('secrets.unseal.backups')}</p>
    </PasswordForm>
  )
}

interface PasswordFormProps {
  readonly words: { readonly submit: string; readonly pending: string }
  readonly icon: LucideIcon
  /** What has to be read before. */
  readonly children: ReactNode
  /** Asked before the password is taken. */
  readonly mayGoOn?: () => boolean
  /** The password is overwritten after it. */
  readonly work: (password: Uint8Array) => Promise<unknown>
  readonly onDone: (done: boolean) => void
}

function PasswordForm({ words, icon, children, mayGoOn = () => true, work, onDone }: PasswordFormProps) {
  const entry = usePasswordEntry()

  const submit = async () => {
    if (entry.isBlocked || !mayGoOn()) return
    if (!entry.isTyped()) return entry.input.current?.focus()
    if (await entry.run(work)) onDone(true)
    else entry.input.current?.focus()
  }

  return (
    <FormFrame
      onSubmit={submit}
      actions={<PasswordActions entry={entry} words={words} icon={icon} onCancel={() => onDone(false)} />}
    >
      {children}
      <PasswordField entry={entry} autoFocus />
      <PasswordOutcome entry={entry} />
    </FormFrame>
  )
}
