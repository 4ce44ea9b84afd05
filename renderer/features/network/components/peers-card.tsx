import { Users } from 'lucide-react'
import { useT } from '../../../i18n/index.ts'
import { Address, Card, EmptyState, Skeleton } from '../../../ui/index.ts'
import { useSessionStore } from '../../session/store.ts'
import { useNetworkStore } from '../store.ts'

/** Whom this node is connected to. A network of one validator has nobody else, and says so. */
export function PeersCard() {
  const t = useT()
  const peers = useNetworkStore((state) => state.peers)
  const validators = useSessionStore(({ node }) => node?.validators)
  return (
    <Card title={t('network.peers')}>
      {peers === null ? (
        <Skeleton height={120} />
      ) : peers.length === 0 ? (
        <EmptyState
          icon={Users}
          title={validators === 1 ? t('network.peers.alone') : t('network.peers.none')}
          text={validators === 1 ? t('network.peers.aloneText') : t('network.peers.noneText')}
        />
      ) : (
        <ul className="peers">
          {peers.map(({ id, address }) => (
            <li key={id}>
              <Address value={id} isElided hasCopyButton copyLabel={t('network.peer.copy')} />
              <code className="muted">{address}</code>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
