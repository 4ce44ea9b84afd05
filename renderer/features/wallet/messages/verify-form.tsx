import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { contractLimits } from '../../../../node/api/contract/index.ts'
import { type MessageKey, useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Address, Banner, Button, RadioGroup, TextField } from '../../../ui/index.ts'
import { Answer } from '../components/answer.tsx'
import { FailureBanner } from '../components/failure-banner.tsx'
import { TextBox } from '../components/text-box.tsx'
import { useTask } from '../hooks/use-task.ts'
import { useNames } from '../hooks/use-wallet.ts'
import { isHex, type MessageParts, readDocument } from '../model/signed-document.ts'

type Form = 'document' | 'parts'

const reasons: Readonly<Record<string, MessageKey>> = {
  SIGNATURE_INVALID: 'wallet.verify.SIGNATURE_INVALID',
  SIGNATURE_LENGTH: 'wallet.verify.SIGNATURE_LENGTH',
  PUBLIC_KEY_MISMATCH: 'wallet.verify.PUBLIC_KEY_MISMATCH',
  PUBLIC_KEY_REQUIRED: 'wallet.verify.PUBLIC_KEY_REQUIRED',
  PUBLIC_KEY_LENGTH: 'wallet.verify.PUBLIC_KEY_LENGTH',
}

interface Verdict {
  readonly parts: MessageParts
  readonly isValid: boolean
  readonly reason: string | undefined
}

export function VerifyForm() {
  const t = useT()
  const { api } = useSession()
  const names = useNames()
  const [form, setForm] = useState<Form>('document')
  const [document_, setDocument] = useState('')
  const [address, setAddress] = useState('')
  const [message, setMessage] = useState('')
  const [signature, setSignature] = useState('')
  const [verdict, setVerdict] = useState<Verdict | undefined>()
  const task = useTask()
  const hex = signature.replaceAll(/\s+/g, '')
  const typed = { address: address.trim(), message, signature: hex }
  const isWhole = typed.address !== '' && hex !== '' && isHex(hex)
  const parts: MessageParts | undefined = form === 'document' ? readDocument(document_) : isWhole ? typed : undefined
  /** An answer is about what was asked: what is typed afterwards takes it away. */
  const change =
    (set: (value: string) => void) =>
    (value: string): void => {
      set(value)
      setVerdict(undefined)
    }
  const verify = (): void =>
    task.run(async () => {
      if (parts === undefined) return
      const { valid, reason } = await api.messages.verify(parts)
      setVerdict({ parts, isValid: valid, reason })
    })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        verify()
      }}
    >
      <p className="muted">{t('wallet.verify.text')}</p>
      <RadioGroup<Form>
        label={t('wallet.verify.form')}
        value={form}
        onChange={(next) => {
          setForm(next)
          setVerdict(undefined)
        }}
        items={[
          { id: 'document', label: t('wallet.verify.document') },
          { id: 'parts', label: t('wallet.verify.parts') },
        ]}
      />
      {form === 'document' ? (
        <TextField
          label={t('wallet.verify.document')}
          value={document_}
          onChange={change(setDocument)}
          multiline
          mono
          rows={8}
          error={document_.trim() !== '' && parts === undefined ? t('wallet.verify.noDocument') : undefined}
        />
      ) : (
        <>
          <TextField label={t('wallet.verify.address')} value={address} onChange={change(setAddress)} mono />
          <TextField
            label={t('wallet.sign.message')}
            value={message}
            onChange={change(setMessage)}
            multiline
            rows={5}
            maxLength={contractLimits.maxMessageCharacters}
          />
          <TextField
            label={t('wallet.verify.signature')}
            value={signature}
            onChange={change(setSignature)}
            multiline
            mono
            rows={4}
            error={hex !== '' && !isHex(hex) ? t('wallet.verify.noHex') : undefined}
          />
        </>
      )}
      <FailureBanner failure={task.failure} />
      <div className="row-wrap">
        <Button
          type="submit"
          variant="primary"
          icon={ShieldCheck}
          isPending={task.isPending}
          isDisabled={parts === undefined}
        >
          {t('wallet.verify.check')}
        </Button>
      </div>
      {verdict !== undefined && (
        <Answer of={verdict}>
          {verdict.isValid ? (
            <Banner tone="good" title={t('wallet.verify.valid')}>
              <div className="stack-tight">
                <p>
                  {t('wallet.verify.validText', {
                    name: names.of(verdict.parts.address)?.name ?? t('wallet.verify.thisAddress'),
                  })}
                </p>
                <Address value={verdict.parts.address} />
                <TextBox label={t('wallet.sign.message')} text={verdict.parts.message} />
              </div>
            </Banner>
          ) : (
            <Banner tone="bad" title={t('wallet.verify.invalid')}>
              {t(reasons[verdict.reason ?? ''] ?? 'wallet.verify.SIGNATURE_INVALID')}
            </Banner>
          )}
        </Answer>
      )}
    </form>
  )
}
