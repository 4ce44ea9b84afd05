import type { NetworkOfferShape } from '../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../i18n/index.ts'
import { Address, Facts } from '../../ui/index.ts'
import { KindBadge } from './kind-badge.tsx'
import './networks.css'

/** What the genesis of a network says of it. The chain id is whole: it is what people compare. */
export function OfferFacts({ offer }: { readonly offer: NetworkOfferShape }) {
  const t = useT()
  const format = useFormat()
  return (
    <section className="network-offer" aria-label={t('networks.offer')}>
      <Facts
        items={[
          {
            label: t('networks.offer.name'),
            value: (
              <span className="row-wrap">
                <strong>{offer.name}</strong>
                <KindBadge kind={offer.kind} />
              </span>
            ),
          },
          {
            label: t('networks.offer.chain'),
            value: <Address value={offer.chainId} hasCopyButton copyLabel={t('network.chain.copy')} />,
          },
          { label: t('networks.offer.validators'), value: format.number(offer.validators) },
          { label: t('networks.offer.startedAt'), value: format.time(offer.startedAt) },
          {
            label: t('networks.offer.supply'),
            value: t('networks.offer.ruv', { amount: format.amount(offer.supply) }),
          },
          ...(offer.peers.length === 0
            ? []
            : [{ label: t('networks.offer.peers'), value: <PeerAddresses peers={offer.peers} /> }]),
          { label: t('networks.offer.dataDir'), value: <code>{offer.dataDir}</code> },
        ]}
      />
    </section>
  )
}

function PeerAddresses({ peers }: { readonly peers: readonly string[] }) {
  return (
    <ul>
      {peers.map((peer) => (
        <li key={peer}>
          <code>{peer}</code>
        </li>
      ))}
    </ul>
  )
}
