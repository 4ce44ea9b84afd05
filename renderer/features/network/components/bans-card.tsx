import { useState } from 'react'
import type { PeerBan } from '../../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { failureOf, useSession } from '../../../rpc/index.ts'
import { Address, Button, Card, Skeleton, toast } from '../../../ui/index.ts'
import { useNetworkStore } from '../store.ts'

/** Who is kept off, why, until when; each ban can be lifted. */
export function BansCard() {
  const t = useT()
  const bans = useNetworkStore(({ peers }) => peers?.bans ?? null)
  if (bans === null) {
    return (
      <Card title={t('network.bans')}>
        <Skeleton height={60} />
      </Card>
    )
  }
  if (bans.length === 0) {
    return (
      <Card title={t('network.bans')}>
        <p className="muted">{t('network.bans.none')}</p>
        <p className="small muted">{t('network.bans.noneText')}</p>
      </Card>
    )
  }
  return (
    <Card title={t('network.bans')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1) */}
      <div className="peers-scroll" tabIndex={0}>
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">{t('network.ban.reason')}</th>
              <th scope="col">{t('network.ban.since')}</th>
              <th scope="col">{t('network.ban.until')}</th>
              <th scope="col">{t('network.ban.who')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('network.peer.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {bans.map((ban) => (
              <Row key={ban.id} ban={ban} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function Row({ ban: { id, address, reason, at, until } }: { readonly ban: PeerBan }) {
  const t = useT()
  const format = useFormat()
  const { api } = useSession()
  const [isPending, setPending] = useState(false)
  const lift = async (): Promise<void> => {
    setPending(true)
    try {
      await api.network.unbanPeer({ id })
      toast({ tone: 'good', title: t('network.ban.lifted') })
    } catch (error) {
      toast({ tone: 'bad', title: failureOf(error).message })
    } finally {
      setPending(false)
    }
  }
  return (
    <tr>
      <th scope="row">
        {reason === 'BY_HAND' ? t('network.ban.byHand') : t('network.ban.byRule')}
        {reason !== 'BY_HAND' && <code className="ban-code">{reason}</code>}
      </th>
      <td>{format.time(at)}</td>
      <td>{until === null ? t('network.ban.untilLifted') : format.time(until)}</td>
      <td>
        <span className="peer-name">
          {address !== null && <code className="multiaddr">{address}</code>}
          <Address value={id} isElided hasCopyButton copyLabel={t('network.peer.copy')} />
        </span>
      </td>
      <td className="right">
        <Button size="small" isPending={isPending} onPress={() => void lift()}>
          {t('network.ban.lift')}
        </Button>
      </td>
    </tr>
  )
}
