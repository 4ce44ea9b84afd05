import type { Reachability } from '../../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Card, CopyButton, Facts, Skeleton, StateChip } from '../../../ui/index.ts'
import { useSessionStore } from '../../session/store.ts'
import { reachabilityWords } from '../reachability-words.ts'
import { useNetworkStore } from '../store.ts'

/** Whether others find this node, how that is known, and what to do about it. */
export function ReachabilityCard() {
  const t = useT()
  const format = useFormat()
  const reachability = useNetworkStore((state) => state.reachability)
  const validators = useSessionStore(({ node }) => node?.validators)
  if (reachability === null) {
    return (
      <Card title={t('network.reach')}>
        <Skeleton height={120} />
      </Card>
    )
  }
  const words = reachabilityWords(reachability, validators === 1)
  const { listening, announced, relays, portMapped, missing, asOf } = reachability
  return (
    <Card
      title={t('network.reach')}
      aside={
        <StateChip tone={words.tone} icon={words.icon}>
          {t(words.state)}
        </StateChip>
      }
    >
      <div className="stack">
        <p>
          {words.reason === undefined
            ? t('network.reach.reason.other', { code: reachability.reason })
            : t(words.reason)}
        </p>
        {words.advice !== undefined && <p className="muted">{t(words.advice)}</p>}
        <Facts
          items={[
            { label: t('network.reach.listening'), value: <Addresses addresses={listening} /> },
            { label: t('network.reach.announced'), value: <Addresses addresses={announced} /> },
            ...(relays.length === 0
              ? []
              : [{ label: t('network.reach.relays'), value: <Addresses addresses={relays} /> }]),
            {
              label: t('network.reach.port'),
              value: portMapped ? t('network.reach.port.yes') : t('network.reach.port.no'),
            },
            ...(missing.length === 0
              ? []
              : [{ label: t('network.reach.missing'), value: <Missing parts={missing} /> }]),
            { label: t('network.reach.asOf'), value: format.time(asOf) },
          ]}
        />
      </div>
    </Card>
  )
}

/** What could not start on this machine; the reason is the system's. */
function Missing({ parts }: { readonly parts: Reachability['missing'] }) {
  const t = useT()
  return (
    <ul className="plain-list">
      {parts.map(({ part, reason }) => (
        <li key={`${part} ${reason}`}>
          {t(`network.reach.missing.${part}`)}: <code className="multiaddr">{reason}</code>
        </li>
      ))}
    </ul>
  )
}

function Addresses({ addresses }: { readonly addresses: readonly string[] }) {
  const t = useT()
  if (addresses.length === 0) return t('network.reach.none')
  return (
    <ul className="plain-list">
      {addresses.map((address) => (
        <li key={address} className="row">
          <code className="multiaddr">{address}</code>
          <CopyButton text={address} size="small" label={t('network.address.copy')} />
        </li>
      ))}
    </ul>
  )
}
