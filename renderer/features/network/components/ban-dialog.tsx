import { useState } from 'react'
import type { Peer } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { failureOf, useSession } from '../../../rpc/index.ts'
import { Address, AlertDialog, Banner, Select, toast } from '../../../ui/index.ts'
import { type BanTime, banTimes, hoursOf, validatorNumber } from '../peer-words.ts'

/** Asks before a peer is cut off, and for how long. */
export function BanDialog({ peer, onClose }: { readonly peer: Peer | undefined; readonly onClose: () => void }) {
  const t = useT()
  const { api } = useSession()
  const [time, setTime] = useState<BanTime>('day')
  const [isPending, setPending] = useState(false)
  const ban = async (id: string): Promise<void> => {
    setPending(true)
    try {
      await api.network.banPeer({ id, hours: hoursOf(time) })
      toast({ tone: 'good', title: t('network.ban.done') })
    } catch (error) {
      const { message, hint } = failureOf(error)
      toast({ tone: 'bad', title: message, ...(hint === undefined ? {} : { text: hint }) })
    } finally {
      setPending(false)
      onClose()
    }
  }
  const number = peer === undefined ? undefined : validatorNumber(peer)
  return (
    <AlertDialog
      title={t('network.ban.title')}
      isOpen={peer !== undefined}
      confirmLabel={t('network.ban.confirm')}
      isDangerous
      isPending={isPending}
      onConfirm={() => peer !== undefined && void ban(peer.id)}
      onCancel={onClose}
    >
      {peer !== undefined && (
        <div className="stack">
          <p>{t('network.ban.text')}</p>
          <Address value={peer.id} isElided />
          {number !== undefined && (
            <Banner tone="warn" title={t('network.ban.validator', { number })}>
              {t('network.ban.validatorText')}
            </Banner>
          )}
          <Select
            label={t('network.ban.time')}
            items={banTimes.map((id) => ({ id, label: t(`network.ban.time.${id}`) }))}
            value={time}
            onChange={setTime}
          />
        </div>
      )}
    </AlertDialog>
  )
}
