import { useEffect, useRef } from 'react'
import type { Validator } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Page } from '../../ui/index.ts'
import { AuditCard } from './components/audit-card.tsx'
import { BansCard } from './components/bans-card.tsx'
import { CheckpointsCard } from './components/checkpoints-card.tsx'
import { FigureRow } from './components/figure-row.tsx'
import { InviteCard } from './components/invite-card.tsx'
import { NetworkNotices } from './components/network-notices.tsx'
import { NodeCard } from './components/node-card.tsx'
import { PeersCard } from './components/peers-card.tsx'
import { ReachabilityCard } from './components/reachability-card.tsx'
import { StorageCard } from './components/storage-card.tsx'
import { SyncCard } from './components/sync-card.tsx'
import { BootstrapCard, TrafficCard } from './components/traffic-card.tsx'
import { ValidatorsCard } from './components/validators-card.tsx'
import { GraphCard } from './graph/graph-card.tsx'
import './network.css'
import { followNetwork, type NetworkSync } from './network-sync.ts'
import { useNetworkStore } from './store.ts'

/** Before they are known. */
const nobody: readonly Validator[] = []

/** How the network does and who orders, what this node is, whom it is connected to, how it is found and how far it has come, what it has made final, what it keeps, and what it has recorded. */
export function NetworkView() {
  const t = useT()
  const session = useSession()
  const validators = useNetworkStore(({ status }) => status?.committee ?? nobody)
  const sync = useRef<NetworkSync>(null)
  useEffect(() => {
    sync.current = followNetwork(session)
    return () => sync.current?.stop()
  }, [session])
  return (
    <Page title={t('network.title')}>
      <NetworkNotices />
      <FigureRow />
      <ValidatorsCard />
      <GraphCard validators={validators} />
      <PeersCard />
      <BansCard />
      <div className="network-columns">
        <NodeCard />
        <SyncCard />
      </div>
      <div className="network-columns">
        <div className="network-column">
          <ReachabilityCard />
          <InviteCard />
        </div>
        <div className="network-column">
          <TrafficCard />
          <BootstrapCard />
        </div>
      </div>
      <CheckpointsCard loadOlder={async () => sync.current?.loadOlder()} />
      <StorageCard />
      <AuditCard />
    </Page>
  )
}
