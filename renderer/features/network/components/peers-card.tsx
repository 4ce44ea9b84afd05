import { ArrowDownLeft, ArrowUpRight, Ban, Plus, Users } from 'lucide-react'
import { useState } from 'react'
import type { Peer } from '../../../../node/api/contract/index.ts'
import { useNow } from '../../../app/use-now.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Address, Badge, Button, Card, EmptyState, IconButton, Skeleton, StateChip } from '../../../ui/index.ts'
import { useSessionStore } from '../../session/store.ts'
import { channelWord, pathWord, validatorNumber } from '../peer-words.ts'
import { useNetworkStore } from '../store.ts'
import { AddPeerDialog } from './add-peer-dialog.tsx'
import { BanDialog } from './ban-dialog.tsx'

const tickMs = 10_000

/** Whom this node is connected to, how, and what is done about them. A network of one validator has nobody else, and says so. */
export function PeersCard() {
  const t = useT()
  const peers = useNetworkStore((state) => state.peers)
  const [isAdding, setAdding] = useState(false)
  const [banned, setBanned] = useState<Peer | undefined>()
  const add = (
    <Button size="small" icon={Plus} onPress={() => setAdding(true)}>
      {t('network.peer.add')}
    </Button>
  )
  return (
    <Card title={t('network.peers')} aside={peers?.self == null ? undefined : add}>
      {peers === null ? (
        <Skeleton height={160} />
      ) : peers.items.length === 0 ? (
        <Nobody hasNetwork={peers.self !== null} />
      ) : (
        <PeersTable items={peers.items} onBan={peers.self === null ? undefined : setBanned} />
      )}
      <AddPeerDialog isOpen={isAdding} onClose={() => setAdding(false)} />
      <BanDialog peer={banned} onClose={() => setBanned(undefined)} />
    </Card>
  )
}

/** @param hasNetwork the node looks for others; otherwise its network is all here */
function Nobody({ hasNetwork }: { readonly hasNetwork: boolean }) {
  const t = useT()
  const validators = useSessionStore(({ node }) => node?.validators)
  const isAlone = validators === 1 && !hasNetwork
  return (
    <EmptyState
      icon={Users}
      title={isAlone ? t('network.peers.alone') : t('network.peers.none')}
      text={isAlone ? t('network.peers.aloneText') : t('network.peers.noneText')}
    />
  )
}

function PeersTable({
  items,
  onBan,
}: {
  readonly items: readonly Peer[]
  readonly onBan: ((peer: Peer) => void) | undefined
}) {
  const t = useT()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
    <div className="peers-scroll" tabIndex={0}>
      <table className="data-table peers">
        <thead>
          <tr>
            <th scope="col">{t('network.peer')}</th>
            <th scope="col">{t('network.peer.path')}</th>
            <th scope="col">{t('network.peer.channel')}</th>
            <th scope="col" className="right">
              {t('network.peer.latency')}
            </th>
            <th scope="col" className="right">
              {t('network.peer.traffic')}
            </th>
            <th scope="col" className="right">
              {t('network.peer.since')}
            </th>
            <th scope="col">{t('network.peer.address')}</th>
            {onBan !== undefined && (
              <th scope="col">
                <span className="visually-hidden">{t('network.peer.actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {items.map((peer) => (
            <Row key={peer.id} peer={peer} onBan={onBan} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** People and roles first; the id is for who needs it. */
function Row({ peer, onBan }: { readonly peer: Peer; readonly onBan: ((peer: Peer) => void) | undefined }) {
  const t = useT()
  const format = useFormat()
  const nowMs = useNow(tickMs)
  const number = validatorNumber(peer)
  const path = pathWord(peer)
  const channel = channelWord(peer)
  const Direction = peer.direction === 'inbound' ? ArrowDownLeft : ArrowUpRight
  const name = number === undefined ? t(`network.peer.role.${peer.role}`) : t('network.validator.name', { number })
  return (
    <tr>
      <th scope="row">
        <span className="peer-name">
          <span className="row">
            {name}
            {peer.validator !== null && number === undefined && (
              <Badge tone="neutral">{t('network.peer.formerValidator')}</Badge>
            )}
          </span>
          <span className="small muted">{peer.agent ?? t('network.peer.agentUnknown')}</span>
        </span>
      </th>
      <td>
        <StateChip tone={path.tone} icon={path.icon}>
          {t(path.text)}
        </StateChip>
      </td>
      <td>
        <StateChip tone={channel.tone} icon={channel.icon}>
          {t(channel.text)}
        </StateChip>
      </td>
      <td className="right">{peer.latencyMs === null ? '–' : format.duration(peer.latencyMs)}</td>
      <td className="right">
        {t('network.peer.trafficOf', {
          received: format.bytes(peer.receivedBytes),
          sent: format.bytes(peer.sentBytes),
        })}
      </td>
      <td className="right">{format.duration(Math.max(0, nowMs - Date.parse(peer.connectedAt)))}</td>
      <td>
        <span className="peer-name">
          <span className="row">
            <Direction size={14} aria-label={t(`network.peer.${peer.direction}`)} role="img" />
            <code className="multiaddr">{peer.address}</code>
          </span>
          <Address value={peer.id} isElided hasCopyButton copyLabel={t('network.peer.copy')} />
        </span>
      </td>
      {onBan !== undefined && (
        <td className="right">
          <IconButton label={t('network.peer.ban', { name })} icon={Ban} size="small" onPress={() => onBan(peer)} />
        </td>
      )}
    </tr>
  )
}
