import { useEffect, useRef } from 'react'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Page } from '../../ui/index.ts'
import { AuditCard } from './components/audit-card.tsx'
import { CheckpointsCard } from './components/checkpoints-card.tsx'
import { FigureRow } from './components/figure-row.tsx'
import { NodeCard } from './components/node-card.tsx'
import { PeersCard } from './components/peers-card.tsx'
import { StorageCard } from './components/storage-card.tsx'
import './network.css'
import { followNetwork, type NetworkSync } from './network-sync.ts'

/** What this node is, what it has made final, whom it is connected to, what it keeps, and what it has recorded. */
export function NetworkView() {
  const t = useT()
  const session = useSession()
  const sync = useRef<NetworkSync>(null)
  useEffect(() => {
    sync.current = followNetwork(session)
    return () => sync.current?.stop()
  }, [session])
  return (
    <Page title={t('network.title')}>
      <FigureRow />
      <div className="network-columns">
        <NodeCard />
        <PeersCard />
      </div>
      <CheckpointsCard loadOlder={async () => sync.current?.loadOlder()} />
      <StorageCard />
      <AuditCard />
    </Page>
  )
}
