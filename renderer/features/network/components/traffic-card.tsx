import { Signpost } from 'lucide-react'
import { routeTo } from '../../../app/routes.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Card, CopyButton, EmptyState, Skeleton } from '../../../ui/index.ts'
import { useNetworkStore } from '../store.ts'

/** What crosses the line, the caps on it, and where the node asks for others at its start; both are options of the node. */
export function TrafficCard() {
  const t = useT()
  const format = useFormat()
  const traffic = useNetworkStore((state) => state.traffic)
  if (traffic === null) {
    return (
      <Card title={t('network.traffic')}>
        <Skeleton height={120} />
      </Card>
    )
  }
  const rate = (bytes: number): string => t('network.traffic.rate', { bytes: format.bytes(bytes) })
  const cap = (bytes: number | null): string => (bytes === null ? t('network.traffic.noCap') : rate(bytes))
  return (
    <Card title={t('network.traffic')} aside={<OptionsLink text={t('network.traffic.options')} />}>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t('network.traffic.direction')}</th>
            <th scope="col" className="right">
              {t('network.traffic.now')}
            </th>
            <th scope="col" className="right">
              {t('network.traffic.cap')}
            </th>
            <th scope="col" className="right">
              {t('network.traffic.total')}
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('network.traffic.received')}</th>
            <td className="right">{rate(traffic.receivedBytesPerSecond)}</td>
            <td className="right">{cap(traffic.maxReceivedBytesPerSecond)}</td>
            <td className="right">{format.bytes(traffic.receivedBytes)}</td>
          </tr>
          <tr>
            <th scope="row">{t('network.traffic.sent')}</th>
            <td className="right">{rate(traffic.sentBytesPerSecond)}</td>
            <td className="right">{cap(traffic.maxSentBytesPerSecond)}</td>
            <td className="right">{format.bytes(traffic.sentBytes)}</td>
          </tr>
        </tbody>
      </table>
    </Card>
  )
}

/** Addresses that the node asks for others at its start. */
export function BootstrapCard() {
  const t = useT()
  const bootstrap = useNetworkStore((state) => state.bootstrap)
  if (bootstrap === null) {
    return (
      <Card title={t('network.bootstrap')}>
        <Skeleton height={60} />
      </Card>
    )
  }
  return (
    <Card title={t('network.bootstrap')} aside={<OptionsLink text={t('network.bootstrap.options')} />}>
      {bootstrap.length === 0 ? (
        <EmptyState icon={Signpost} title={t('network.bootstrap.none')} text={t('network.bootstrap.noneText')} />
      ) : (
        <ul className="plain-list">
          {bootstrap.map((address) => (
            <li key={address} className="row">
              <code className="multiaddr">{address}</code>
              <CopyButton text={address} size="small" label={t('network.address.copy')} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function OptionsLink({ text }: { readonly text: string }) {
  return (
    <a className="small" href={routeTo('settings', ['node'])}>
      {text}
    </a>
  )
}
