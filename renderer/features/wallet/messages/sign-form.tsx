import { Download, PenLine } from 'lucide-react'
import { useState } from 'react'
import { contractLimits, type SignedMessage } from '../../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { failureOf, useSession } from '../../../rpc/index.ts'
import { AlertDialog, Banner, Button, CopyButton, TextField, toast } from '../../../ui/index.ts'
import { AccountSelect } from '../components/account-select.tsx'
import { Answer } from '../components/answer.tsx'
import { FailureBanner } from '../components/failure-banner.tsx'
import { TextBox } from '../components/text-box.tsx'
import { useTask } from '../hooks/use-task.ts'
import { useNames, useWallet } from '../hooks/use-wallet.ts'
import { documentOf } from '../model/signed-document.ts'
import { payingAccounts } from '../store/selectors.ts'

export function SignForm() {
  const t = useT()
  const format = useFormat()
  const { api, platform } = useSession()
  const names = useNames()
  const first = useWallet((state) => payingAccounts(state.accounts)[0]?.address)
  const [picked, pick] = useState<string | undefined>()
  const [message, setMessage] = useState('')
  const [isAsking, setAsking] = useState(false)
  const [signed, setSigned] = useState<SignedMessage | undefined>()
  const task = useTask()
  const account = picked ?? first
  const sign = (): void => {
    setAsking(false)
    task.run(async () => {
      if (account !== undefined) setSigned(await api.messages.sign({ account, message }))
    })
  }
  const text = signed === undefined ? '' : documentOf(signed)
  const save = (): void => {
    const name = `qudag-signed-message-${signed?.address.slice(-8) ?? ''}.json`
    platform
      .saveFile(name, new TextEncoder().encode(text))
      .catch((error: unknown) => toast({ tone: 'bad', title: failureOf(error).message }))
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (message !== '' && account !== undefined) setAsking(true)
      }}
    >
      <p className="muted">{t('wallet.sign.text')}</p>
      <AccountSelect label={t('wallet.account')} isPaying value={account} onChange={pick} />
      <TextField
        label={t('wallet.sign.message')}
        value={message}
        onChange={(value) => {
          setMessage(value)
          setSigned(undefined)
        }}
        multiline
        rows={6}
        maxLength={contractLimits.maxMessageCharacters}
        aside={message === '' ? undefined : t('wallet.sign.characters', { count: message.length })}
      />
      <FailureBanner failure={task.failure} />
      <div className="row-wrap">
        <Button
          type="submit"
          variant="primary"
          icon={PenLine}
          isPending={task.isPending}
          isDisabled={message === '' || account === undefined}
        >
          {t('wallet.sign.sign')}
        </Button>
      </div>
      <AlertDialog
        title={t('wallet.sign.ask', { name: (account === undefined ? undefined : names.of(account)?.name) ?? '' })}
        isOpen={isAsking}
        confirmLabel={t('wallet.sign.sign')}
        onConfirm={sign}
        onCancel={() => setAsking(false)}
      >
        <div className="stack-tight">
          <p>{t('wallet.sign.askText', { count: format.number(message.length) })}</p>
          <TextBox label={t('wallet.sign.message')} text={message} />
        </div>
      </AlertDialog>
      {signed !== undefined && (
        <Answer of={signed}>
          <Banner
            tone="good"
            title={t('wallet.sign.done')}
            actions={
              <>
                <CopyButton text={text} label={t('wallet.sign.copy')} isWordy copy={platform.copy} />
                <Button size="small" icon={Download} onPress={save}>
                  {t('wallet.sign.save')}
                </Button>
              </>
            }
          >
            {t('wallet.sign.doneText')}
          </Banner>
          <TextBox label={t('wallet.sign.document')} text={text} isCode />
        </Answer>
      )}
    </form>
  )
}
