import { ArrowLeft, Image, ImageDown, WalletMinimal } from 'lucide-react'
import { useState } from 'react'
import { contractLimits, formatPaymentLink } from '../../../../node/api/contract/index.ts'
import { navigate } from '../../../app/routes.ts'
import { parseAmount, useLocaleStore, useT } from '../../../i18n/index.ts'
import { failureOf, useSession } from '../../../rpc/index.ts'
import {
  Address,
  AmountField,
  Button,
  Card,
  CopyButton,
  EmptyState,
  Page,
  QrCode,
  qrSvg,
  RadioGroup,
  TextField,
  toast,
} from '../../../ui/index.ts'
import { AccountSelect } from '../components/account-select.tsx'
import { useNetwork, useWallet } from '../hooks/use-wallet.ts'
import { walletLimits as limits } from '../limits.ts'
import { memoBytes } from '../model/memo.ts'
import { useChosenAccount } from '../overview/chosen-account.ts'
import { FaucetButton } from '../overview/faucet-button.tsx'
import { qrPng } from './qr-file.ts'

type Content = 'link' | 'address'

/** Being paid: an address to copy or scan, and a request that says how much and what for. */
export function ReceiveView({ query }: { readonly query: Readonly<Record<string, string>> }) {
  const t = useT()
  const accounts = useWallet((state) => state.accounts)
  const isReady = useWallet((state) => state.status === 'ready')
  const [chosen] = useChosenAccount()
  const [picked, pick] = useState<string | undefined>()
  const address = [picked, query.account, chosen, accounts[0]?.address].find((candidate) =>
    accounts.some((account) => account.address === candidate),
  )
  const account = accounts.find((candidate) => candidate.address === address)
  return (
    <Page
      title={t('wallet.receive.title')}
      actions={
        <Button variant="quiet" icon={ArrowLeft} onPress={() => navigate('wallet')}>
          {t('wallet.backToWallet')}
        </Button>
      }
    >
      {account === undefined ? (
        isReady && (
          <EmptyState
            icon={WalletMinimal}
            title={t('wallet.empty.accounts')}
            text={t('wallet.empty.accountsText')}
            action={<Button onPress={() => navigate('wallet', ['accounts'])}>{t('wallet.nav.accounts')}</Button>}
          />
        )
      ) : (
        <Request address={account.address} isWatched={account.kind === 'watched'} onPick={pick} />
      )}
    </Page>
  )
}

function Request({
  address,
  isWatched,
  onPick,
}: {
  readonly address: string
  readonly isWatched: boolean
  readonly onPick: (address: string | undefined) => void
}) {
  const t = useT()
  const { platform } = useSession()
  const network = useNetwork()
  const tag = useLocaleStore((state) => state.tag)
  const [amountText, setAmountText] = useState('')
  const [label, setLabel] = useState('')
  const [message, setMessage] = useState('')
  const [content, setContent] = useState<Content>('link')
  const parsed = parseAmount(amountText, tag)
  const isAmountWrong = amountText.trim() !== '' && (!parsed.ok || parsed.microRuv === 0n)
  const isMessageLong = memoBytes(message) > limits.maxMemoBytes
  const link = formatPaymentLink({
    address,
    ...(parsed.ok && parsed.microRuv > 0n ? { amountMicroRuv: parsed.microRuv } : {}),
    ...(label.trim() === '' ? {} : { label: label.trim() }),
    ...(message.trim() === '' || isMessageLong ? {} : { message: message.trim() }),
  })
  const text = content === 'link' ? link : address
  const name = `qudag-${address.slice(-8)}`
  const save = (work: Promise<boolean>): void => {
    work.catch((error: unknown) => toast({ tone: 'bad', title: failureOf(error).message }))
  }
  return (
    <div className="receive-grid">
      <div className="stack">
        <AccountSelect label={t('wallet.receive.account')} value={address} onChange={onPick} />
        {isWatched && <p className="small muted">{t('wallet.receive.watched')}</p>}
        <AmountField
          label={t('wallet.receive.amount')}
          value={amountText}
          onChange={setAmountText}
          error={isAmountWrong ? t('wallet.receive.amountWrong') : undefined}
          description={t('wallet.receive.amountText')}
        />
        <TextField
          label={t('wallet.receive.label')}
          value={label}
          onChange={setLabel}
          maxLength={contractLimits.maxLabelCharacters}
          description={t('wallet.receive.labelText')}
        />
        <TextField
          label={t('wallet.receive.message')}
          value={message}
          onChange={setMessage}
          maxLength={contractLimits.maxMemoCharacters}
          description={t('wallet.receive.messageText')}
          error={isMessageLong ? t('wallet.send.memoTooLong', { most: limits.maxMemoBytes }) : undefined}
        />
        <RadioGroup<Content>
          label={t('wallet.receive.content')}
          value={content}
          onChange={setContent}
          items={[
            { id: 'link', label: t('wallet.receive.contentLink'), description: t('wallet.receive.contentLinkText') },
            {
              id: 'address',
              label: t('wallet.receive.contentAddress'),
              description: t('wallet.receive.contentAddressText'),
            },
          ]}
        />
      </div>
      <Card className="receive-card">
        <div className="stack">
          <QrCode
            text={text}
            label={content === 'link' ? t('wallet.receive.qrLink') : t('wallet.receive.qrAddress')}
            size={232}
          />
          <div className="receive-address">
            <Address value={address} />
          </div>
          <div className="row-wrap receive-buttons">
            <CopyButton text={address} label={t('wallet.receive.copyAddress')} isWordy copy={platform.copy} />
            <CopyButton text={link} label={t('wallet.receive.copyLink')} isWordy copy={platform.copy} />
          </div>
          <div className="row-wrap receive-buttons">
            <Button
              size="small"
              variant="quiet"
              icon={ImageDown}
              onPress={() => save(qrPng(text).then((bytes) => platform.saveFile(`${name}.png`, bytes)))}
            >
              {t('wallet.receive.savePng')}
            </Button>
            <Button
              size="small"
              variant="quiet"
              icon={Image}
              onPress={() => save(platform.saveFile(`${name}.svg`, new TextEncoder().encode(qrSvg(text))))}
            >
              {t('wallet.receive.saveSvg')}
            </Button>
          </div>
          {network === 'dev' && !isWatched && (
            <div className="row-wrap receive-buttons">
              <FaucetButton account={address} />
            </div>
          )}
        </div>
      </Card>
    </div>
  )
}
