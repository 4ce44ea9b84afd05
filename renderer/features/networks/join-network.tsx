import { FileUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { contractLimits, type NetworkOfferShape, type NetworkSource } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Banner, Button, CopyButton, TextField } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'
import { useSessionStore } from '../session/store.ts'
import { goOver, useNetworkChange } from './network-change.ts'
import { OfferFacts } from './offer-facts.tsx'
import { startCommand } from './start-command.ts'
import { useWaitingLink } from './waiting-link.ts'
import './networks.css'

interface Shown {
  readonly source: NetworkSource
  readonly offer: NetworkOfferShape
}

/** Takes a genesis file or a link, shows what network it is, and joins it once somebody has said yes. */
export function JoinNetwork() {
  const t = useT()
  const { api, platform } = useSession()
  const before = useSessionStore(({ info }) => info?.dataDir)
  const [link, setLink] = useState('')
  const [shown, setShown] = useState<Shown | undefined>()
  const [joined, setJoined] = useState<string | undefined>()
  const [isTooLong, setTooLong] = useState(false)
  const looking = useSubmission()
  const joining = useSubmission()
  const change = useNetworkChange()
  const picker = useRef<HTMLInputElement>(null)
  const [isFromOutside, setFromOutside] = useState(false)
  const [isOver, setOver] = useState(false)
  const waiting = useWaitingLink((state) => state.link)
  useEffect(() => {
    if (waiting === undefined) return
    useWaitingLink.setState({ link: undefined })
    setLink(waiting.slice(0, contractLimits.maxNetworkLinkCharacters))
    setFromOutside(true)
    // What was looked at is not what is named now.
    setShown(undefined)
    setJoined(undefined)
  }, [waiting])
  const isBusy = looking.isPending || joining.isPending || change.isPending

  const look = (source: NetworkSource): Promise<boolean> => {
    setShown(undefined)
    setJoined(undefined)
    return looking.run(async () => setShown({ source, offer: await api.network.inspect({ source }) }))
  }
  const choose = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    // Before it is read: what is longer is no genesis.
    setTooLong(file.size > contractLimits.maxGenesisCharacters)
    if (file.size > contractLimits.maxGenesisCharacters) return
    await look({ genesis: await file.text() })
  }
  const join = async ({ source, offer }: Shown): Promise<void> => {
    let dataDir = ''
    const isDone = await joining.run(async () => {
      ;({ dataDir } = await api.network.join({ source, chainId: offer.chainId }))
    })
    if (!isDone) return
    if (platform.desktop === null) setJoined(dataDir)
    else if (before !== undefined) await goOver(platform.desktop, dataDir, before)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a file may be dropped on the form; the button beside it takes one, too
    <div
      className="stack join-network"
      data-over={isOver ? '' : undefined}
      onDragOver={(event) => {
        if (isBusy || !event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (!isBusy) void choose(event.dataTransfer.files[0])
      }}
    >
      <p className="muted small">{t('networks.join.text')}</p>
      <div className="row-wrap">
        <Button icon={FileUp} isDisabled={isBusy} onPress={() => picker.current?.click()}>
          {t('networks.join.file')}
        </Button>
        <span className="muted small">{t('networks.join.drop')}</span>
        <input
          ref={picker}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={t('networks.join.file')}
          onChange={(event) => {
            void choose(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }}
        />
      </div>
      <form
        className="stack-tight"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (link.trim() !== '') void look({ link: link.trim() })
        }}
      >
        <TextField
          label={t('networks.join.link')}
          mono
          value={link}
          onChange={(text) => {
            setLink(text)
            setFromOutside(false)
          }}
          maxLength={contractLimits.maxNetworkLinkCharacters}
          placeholder="qudag-network:?genesis=…"
          isDisabled={isBusy}
        />
        <div>
          <Button type="submit" isPending={looking.isPending} isDisabled={isBusy || link.trim() === ''}>
            {t('networks.join.look')}
          </Button>
        </div>
      </form>
      {isFromOutside && !isBusy && shown === undefined && (
        <Banner tone="info" title={t('networks.join.fromOutside')}>
          {t('networks.join.fromOutsideText')}
        </Banner>
      )}
      {isTooLong && <Banner tone="bad" title={t('networks.join.tooLong')} />}
      <FailureBanner failure={looking.failure} />
      {shown !== undefined && (
        <>
          <OfferFacts offer={shown.offer} />
          {shown.offer.isCurrent ? (
            <Banner tone="info" title={t('networks.join.isCurrent')} />
          ) : (
            <>
              <Banner tone="warn" title={t('networks.join.compare')}>
                {t('networks.join.compareText')}
              </Banner>
              <div className="row-wrap">
                <Button
                  variant="primary"
                  isPending={joining.isPending || change.isPending}
                  onPress={() => void join(shown)}
                >
                  {platform.desktop === null ? t('networks.join.submit') : t('networks.join.submitStart')}
                </Button>
                <Button variant="quiet" isDisabled={isBusy} onPress={() => setShown(undefined)}>
                  {t('ui.cancel')}
                </Button>
              </div>
            </>
          )}
          <FailureBanner failure={joining.failure} />
        </>
      )}
      {joined !== undefined && <StartByHand dataDir={joined} />}
      <ChangeNotes />
    </div>
  )
}

/** A browser ends no node and starts none: the command for it. */
function StartByHand({ dataDir }: { readonly dataDir: string }) {
  const t = useT()
  const command = startCommand(dataDir)
  return (
    <Banner tone="good" title={t('networks.join.ready')}>
      <div className="stack-tight">
        <span>{t('networks.join.readyText')}</span>
        <span className="row">
          <code className="network-path">{command}</code>
          <CopyButton text={command} label={t('networks.command.copy')} />
        </span>
      </div>
    </Banner>
  )
}

/** What became of the last change. */
export function ChangeNotes() {
  const t = useT()
  const { failure, isAttached } = useNetworkChange()
  if (failure !== undefined) {
    return (
      <Banner tone="bad" title={t('networks.change.failed')}>
        {failure.message} {failure.hint}
      </Banner>
    )
  }
  if (!isAttached) return null
  return (
    <Banner tone="warn" title={t('networks.change.attached')}>
      {t('networks.change.attachedText')}
    </Banner>
  )
}
