import { useT } from '../../i18n/index.ts'
import { Card } from '../../ui/index.ts'
import { JoinNetwork } from '../networks/join-network.tsx'
import { KnownNetworks } from '../networks/known-networks.tsx'

/** Which network this node takes part in, the others that have a data folder here, and a way to join one more. */
export function NetworkSettings() {
  const t = useT()
  return (
    <div className="stack">
      <Card title={t('networks.known')}>
        <div className="stack-tight">
          <p className="muted small">{t('networks.known.text')}</p>
          <KnownNetworks />
        </div>
      </Card>
      <Card title={t('networks.join')}>
        <JoinNetwork />
      </Card>
    </div>
  )
}
