import { useState } from 'react'
import type { Transaction } from '../../../../node/api/contract/index.ts'
import { useNow } from '../../../app/use-now.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { failureOfCode } from '../../../rpc/index.ts'
import { Address, Banner, Button } from '../../../ui/index.ts'
import { Party } from '../components/party.tsx'
import { useLookAlikes, useMine, useWallet } from '../hooks/use-wallet.ts'
import { walletLimits as limits } from '../limits.ts'
import { firstSeenAt, hasEnded, type Movement } from '../model/movement.ts'
import { StuckDialog } from '../stuck/stuck-dialog.tsx'

/** What a failure means for the money. */
export function Outcome({ transaction }: { readonly transaction: Transaction }) {
  const t = useT()
  const format = useFormat()
  const { state, outcome, code, fee } = transaction
  if (state !== 'Rejected' && outcome !== 'failed') return null
  const failure = code === undefined ? undefined : failureOfCode(code)
  // Of what has ended, the fee is what it paid.
  const paid = BigInt(fee)
  return (
    <Banner tone="bad" title={state === 'Rejected' ? t('wallet.outcome.rejected') : t('wallet.outcome.failed')}>
      {failure !== undefined && <p>{failure.message}</p>}
      <p>{paid > 0n ? t('wallet.outcome.feeOnly', { fee: format.amount(paid) }) : t('wallet.outcome.nothing')}</p>
      {code === 'SIBLING_WON' && <p>{t('wallet.outcome.sibling')}</p>}
    </Banner>
  )
}

/** Another transaction takes the same nonce. Once it has ended, that has no meaning any more. */
export function ContestedNotice({ transaction }: { readonly transaction: Transaction }) {
  const t = useT()
  const { contested, nonce } = transaction
  if (contested === undefined || hasEnded(transaction)) return null
  return (
    <Banner tone="warn" title={t('wallet.contested')}>
      <p>{t('wallet.contested.text', { nonce })}</p>
      {contested.preferred !== null && (
        <p>{t(contested.preferred ? 'wallet.contested.preferred' : 'wallet.contested.other')}</p>
      )}
    </Banner>
  )
}

/** Why it has not ended, where that is not as it should be, and what can be done. */
export function SlowNotice({ transaction }: { readonly transaction: Transaction }) {
  const t = useT()
  const [isOpen, setOpen] = useState(false)
  const isOwn = useMine().has(transaction.account)
  const { account, nonce, txId } = transaction
  const nonces = useWallet((state) => state.nonces.get(account))
  const nowMs = useNow(5_000)
  const seenAt = firstSeenAt(transaction)
  const missing = nonces?.missing.find((number) => number < nonce)
  const isSlow = seenAt !== undefined && nowMs - Date.parse(seenAt) >= limits.slowTransactionMs
  if (hasEnded(transaction) || (missing === undefined && !isSlow)) return null
  const waiting = nonces?.taken.filter((taken) => missing !== undefined && taken.nonce > missing) ?? []
  const problem = missing === undefined ? { account, nonce, txId, waiting: [] } : { account, nonce: missing, waiting }
  return (
    <>
      <Banner
        tone="warn"
        title={missing === undefined ? t('wallet.slow') : t('wallet.slow.waits', { nonce: missing })}
        {...(isOwn
          ? {
              actions: (
                <Button size="small" onPress={() => setOpen(true)}>
                  {t('wallet.stuck.solve')}
                </Button>
              ),
            }
          : {})}
      >
        {missing === undefined ? t('wallet.slow.text') : t('wallet.stuck.text', { nonce: missing })}
      </Banner>
      {isOpen && <StuckDialog problem={problem} onClose={() => setOpen(false)} />}
    </>
  )
}

/** A payment from an address made to look like one that is known. */
export function SenderWarning({ movement }: { readonly movement: Movement | undefined }) {
  const t = useT()
  const lookAlikes = useLookAlikes()
  const [sender] = movement?.counterparties ?? []
  const like = movement?.kind === 'received' && sender !== undefined ? lookAlikes.of(sender)[0] : undefined
  if (like === undefined) return null
  return (
    <Banner tone="warn" title={t('wallet.lookAlike.sender')}>
      <p>{t('wallet.lookAlike.senderText')}</p>
      <p>
        <Party address={like} /> <Address value={like} />
      </p>
    </Banner>
  )
}
