import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { AccountNonces } from '../../../../node/api/contract/index.ts'
import { navigate } from '../../../app/routes.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Button, Dialog, toast } from '../../../ui/index.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { useTask } from '../hooks/use-task.ts'
import { useNames, useWallet, useWalletSync } from '../hooks/use-wallet.ts'
import { emptyDraft } from '../model/draft.ts'
import { otherAddress } from '../model/watch-input.ts'
import { sendFlowOf, setDraft } from '../send/send-store.ts'

export interface NonceProblem {
  readonly account: string
  readonly nonce: number
  /** What holds the nonce, where something does: it is on its way, and not missing. */
  readonly txId?: string
  /** What waits behind it. */
  readonly waiting: AccountNonces['taken']
}

/** What can be done about a transaction that is missing, or does not come through: each with its price and what it does. */
export function StuckDialog({ problem, onClose }: { readonly problem: NonceProblem; readonly onClose: () => void }) {
  const t = useT()
  const format = useFormat()
  const session = useSession()
  const { api } = session
  const sync = useWalletSync()
  const { account, nonce, txId, waiting } = problem
  const sending = useTask()
  const cancelling = useTask()
  const fee = useCancelFee(problem)
  const key = useRef(`cancel-${crypto.randomUUID()}`)
  const canWrite = useWallet((state) =>
    state.accounts.some(({ address, kind }) => address === account && kind === 'vault'),
  )

  const rebroadcast = (): void =>
    sending.run(async () => {
      // The same bytes: whoever has them already takes them for the same transaction.
      for (const id of txId === undefined ? waiting.map((one) => one.txId) : [txId]) {
        const { signed } = await api.transactions.raw({ txId: id })
        sync.took(await api.transactions.create({ signed }))
      }
      toast({ tone: 'good', title: t('wallet.stuck.rebroadcast.done') })
      onClose()
    })
  const replace = (): void => {
    if (!sendFlowOf(session).back()) return
    setDraft({ ...emptyDraft(account), replaces: { nonce, ...(txId === undefined ? {} : { txId }) } })
    onClose()
    navigate('wallet', ['send'])
  }
  const cancel = (): void =>
    cancelling.run(async () => {
      const transaction = await api.transactions.cancel({
        account,
        nonce,
        idempotencyKey: key.current,
        ...(fee === undefined ? {} : { maxFee: fee }),
      })
      sync.took(transaction)
      toast({ tone: 'good', title: t('wallet.stuck.cancel.done') })
      onClose()
    })

  return (
    <Dialog title={t('wallet.stuck.dialog', { nonce })} isOpen onClose={onClose}>
      <div className="stack">
        <p>{txId === undefined ? t('wallet.stuck.explain', { nonce }) : t('wallet.stuck.explainSlow', { nonce })}</p>
        <Way
          title={t('wallet.stuck.rebroadcast')}
          text={txId === undefined ? t('wallet.stuck.rebroadcast.textWaiting') : t('wallet.stuck.rebroadcast.text')}
          price={t('wallet.stuck.free')}
          action={
            <Button size="small" onPress={rebroadcast} isPending={sending.isPending}>
              {t('wallet.stuck.rebroadcast')}
            </Button>
          }
        />
        <FailureBanner failure={sending.failure} />
        {canWrite && (
          <>
            <Way
              title={txId === undefined ? t('wallet.stuck.fill') : t('wallet.stuck.replace')}
              text={
                txId === undefined ? t('wallet.stuck.fill.text', { nonce }) : t('wallet.stuck.replace.text', { nonce })
              }
              price={t('wallet.stuck.replace.fee')}
              action={
                <Button size="small" onPress={replace}>
                  {txId === undefined ? t('wallet.stuck.fill') : t('wallet.stuck.replace')}
                </Button>
              }
            />
            <Way
              title={t('wallet.stuck.cancel')}
              text={
                txId === undefined
                  ? t('wallet.stuck.cancel.text', { nonce })
                  : t('wallet.stuck.cancel.textSlow', { nonce })
              }
              price={
                fee === undefined
                  ? t('wallet.stuck.cancel.feeUnknown')
                  : t('wallet.stuck.cancel.fee', { fee: format.amount(fee) })
              }
              action={
                <Button size="small" variant="danger" onPress={cancel} isPending={cancelling.isPending}>
                  {t('wallet.stuck.cancel')}
                </Button>
              }
            />
            <FailureBanner failure={cancelling.failure} />
          </>
        )}
      </div>
    </Dialog>
  )
}

function Way({
  title,
  text,
  price,
  action,
}: {
  readonly title: string
  readonly text: string
  readonly price: string
  readonly action: ReactNode
}) {
  return (
    <section className="stuck-way">
      <div>
        <h3>{title}</h3>
        <p className="small muted">{text}</p>
        <p className="tiny faint num">{price}</p>
      </div>
      {action}
    </section>
  )
}

/**
 * The most that cancelling may cost, µrUv: what the smallest payment in its place would, for it carries less. Undefined
 * where there is no telling.
 */
function useCancelFee({ account, nonce, waiting, txId }: NonceProblem): string | undefined {
  const { api } = useSession()
  const names = useNames()
  const transactions = useWallet((state) => state.transactions)
  const paid = useWallet((state) => state.paid)
  const [fee, setFee] = useState<string | undefined>()
  const ids = [...(txId === undefined ? [] : [txId]), ...waiting.map((one) => one.txId)]
  const to = otherAddress(
    account,
    ids.flatMap((id) => transactions.get(id) ?? []),
    [...paid, ...names.all.map(({ address }) => address)],
  )
  useEffect(() => {
    if (to === undefined) return
    let isLatest = true
    api.transactions.preview({ from: account, nonce, transfers: [{ to, amount: '1' }] }).then(
      (preview) => isLatest && setFee(preview.fee),
      // Without it the node takes what cancelling costs now, and says why where it cannot.
      () => undefined,
    )
    return () => {
      isLatest = false
    }
  }, [api, account, nonce, to])
  return fee
}
