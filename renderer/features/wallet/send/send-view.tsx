import { ArrowLeft, WalletMinimal } from 'lucide-react'
import { useEffect, useState } from 'react'
import { type PaymentLink, parsePaymentLink } from '../../../../node/api/contract/index.ts'
import { navigate } from '../../../app/routes.ts'
import { editableAmount, useLocaleStore, useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { AlertDialog, Banner, Button, EmptyState, Page } from '../../../ui/index.ts'
import { useNetwork, useWallet, useWalletSync } from '../hooks/use-wallet.ts'
import { type Draft, emptyDraft, isBlank, rowOfLink, withChange } from '../model/draft.ts'
import { useChosenAccount } from '../overview/chosen-account.ts'
import { payingAccounts } from '../store/selectors.ts'
import { useLinkFault } from './recipient-notes.tsx'
import { Review } from './review.tsx'
import { SendForm } from './send-form.tsx'
import { sendFlowOf, setDraft, useSendStore } from './send-store.ts'
import { Sent } from './sent.tsx'

/** Paying: the form, its review, and what became of it. */
export function SendView({ query }: { readonly query: Readonly<Record<string, string>> }) {
  const t = useT()
  const session = useSession()
  const sync = useWalletSync()
  const flow = sendFlowOf(session)
  const { draft, phase } = useSendStore()
  const accounts = useWallet((state) => state.accounts)
  const isReady = useWallet((state) => state.status === 'ready')
  const [chosen] = useChosenAccount()
  const paying = payingAccounts(accounts)
  useStartingPoint(
    paying.map(({ address }) => address),
    query,
    chosen,
  )

  useEffect(() => {
    // From here on the payment is followed like any other.
    if (phase.kind === 'sent') sync.ensure([phase.txId])
  }, [sync, phase])

  useEffect(
    () => () => {
      // Whoever comes back comes for another payment; the one that was sent stands in the history.
      const left = useSendStore.getState()
      if (left.phase.kind === 'sent' && flow.back()) setDraft(emptyDraft(left.draft.from))
    },
    [flow],
  )

  const again = (): void => {
    if (flow.back()) setDraft(emptyDraft(draft.from))
  }
  return (
    <Page
      title={t('wallet.send.title')}
      actions={
        <Button variant="quiet" icon={ArrowLeft} onPress={() => navigate('wallet')}>
          {t('wallet.backToWallet')}
        </Button>
      }
    >
      {isReady && paying.length === 0 ? (
        <EmptyState
          icon={WalletMinimal}
          title={t('wallet.send.noAccount')}
          text={t('wallet.send.noAccountText')}
          action={<Button onPress={() => navigate('wallet', ['accounts'])}>{t('wallet.nav.accounts')}</Button>}
        />
      ) : phase.kind === 'editing' ? (
        <>
          <WaitingLink draft={draft} />
          <SendForm draft={draft} onDraft={setDraft} onReview={flow.review} />
        </>
      ) : phase.kind === 'sent' ? (
        <Sent txId={phase.txId} reviewed={phase.reviewed} onAgain={again} />
      ) : (
        <Review phase={phase} onSend={() => void flow.send()} onBack={() => flow.back()} />
      )}
    </Page>
  )
}

/** The paying account: the one asked for, else the one that is looked at, else the first. And a recipient that was asked for. */
function useStartingPoint(
  paying: readonly string[],
  query: Readonly<Record<string, string>>,
  chosen: string | undefined,
): void {
  const { draft, phase } = useSendStore()
  const asked = query.account
  const to = query.to
  const first = [asked, draft.from, chosen, ...paying].find(
    (address) => address !== undefined && paying.includes(address),
  )
  const isEditing = phase.kind === 'editing'
  const isKnown = draft.from !== undefined && paying.includes(draft.from)
  useEffect(() => {
    if (isEditing && !isKnown && first !== undefined) setDraft({ ...useSendStore.getState().draft, from: first })
  }, [isEditing, isKnown, first])
  useEffect(() => {
    const now = useSendStore.getState()
    if (now.phase.kind === 'sent' && (to !== undefined || asked !== undefined)) return
    if (asked !== undefined && isBlank(now.draft)) setDraft({ ...now.draft, from: asked })
  }, [asked, to])
  useEffect(() => {
    const { draft: now } = useSendStore.getState()
    const row = now.rows[0]
    if (to === undefined || row === undefined) return
    if (isBlank(now)) setDraft(withChange(now, row.id, { to }))
    // Said once: coming back to the form must not write over what was typed.
    navigate('wallet', ['send'], { replace: true })
  }, [to])
}

/** A link from outside: fills in an empty form, asks before it writes over one, and tells what is wrong with a faulty one. */
function WaitingLink({ draft }: { readonly draft: Draft }) {
  const t = useT()
  const network = useNetwork()
  const tag = useLocaleStore((state) => state.tag)
  const linkFault = useLinkFault()
  const text = useSendStore((state) => state.waitingLink)
  const [asking, setAsking] = useState<PaymentLink | undefined>()
  const [fault, setFault] = useState<string | undefined>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link is read once, when it comes
  useEffect(() => {
    if (text === undefined || network === undefined) return
    useSendStore.setState({ waitingLink: undefined })
    const parsed = parsePaymentLink(text, network)
    setFault(parsed.ok ? undefined : parsed.error.code)
    if (!parsed.ok) return
    if (isBlank(draft)) fillIn(parsed.value)
    else setAsking(parsed.value)
  }, [text, network])

  const fillIn = ({ ...link }: PaymentLink): void => {
    const blank = emptyDraft(useSendStore.getState().draft.from)
    const row = rowOfLink(link, (microRuv) => editableAmount(microRuv, tag))
    setDraft({ ...withChange(blank, 1, row), link: link.label === undefined ? {} : { label: link.label } })
    setAsking(undefined)
  }
  return (
    <>
      {fault !== undefined && (
        <Banner tone="bad" title={t('wallet.link.faulty')} onDismiss={() => setFault(undefined)}>
          {linkFault(fault)}
        </Banner>
      )}
      <AlertDialog
        title={t('wallet.link.overwrite')}
        isOpen={asking !== undefined}
        confirmLabel={t('wallet.link.overwriteYes')}
        cancelLabel={t('wallet.link.overwriteNo')}
        onConfirm={() => asking !== undefined && fillIn(asking)}
        onCancel={() => setAsking(undefined)}
      >
        {t('wallet.link.overwriteText')}
      </AlertDialog>
    </>
  )
}
