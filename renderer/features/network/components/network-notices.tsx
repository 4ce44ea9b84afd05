import { useNow } from '../../../app/use-now.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Banner } from '../../../ui/index.ts'
import { useNetworkStore } from '../store.ts'

const tickMs = 1_000

/** What somebody should know before they rely on this network: that it stands still, or that nobody in it may fail. */
export function NetworkNotices() {
  const t = useT()
  const status = useNetworkStore((state) => state.status)
  const sync = useNetworkStore((state) => state.sync)
  if (status === null) return null
  const { standstill, toleratedFaults, committee } = status
  const isStalled = standstill === null && sync?.phase === 'stalled'
  const equivocators = committee.filter(({ isEquivocator }) => isEquivocator).map(({ index }) => index + 1)
  return (
    <>
      {standstill !== null && <Standstill reason={standstill.reason} since={standstill.since} />}
      {isStalled && (
        <Banner tone="bad" title={t('network.standstill')}>
          {t('network.standstill.noWord')}
        </Banner>
      )}
      {equivocators.length > 0 && (
        <Banner tone="warn" title={t('network.equivocators', { count: equivocators.length })}>
          {t('network.equivocatorsText', { count: equivocators.length, numbers: equivocators.join(', ') })}
        </Banner>
      )}
      {toleratedFaults === 0 && (
        <Banner tone="info" title={t('network.noFaults', { count: committee.length })}>
          {t('network.noFaultsText', { count: committee.length })}
        </Banner>
      )}
    </>
  )
}

function Standstill({ reason, since }: { readonly reason: 'no-quorum' | 'no-commit'; readonly since: string }) {
  const t = useT()
  const format = useFormat()
  const forMs = Math.max(0, useNow(tickMs) - Date.parse(since))
  return (
    <Banner tone="bad" title={t('network.standstill')}>
      <p>{t(reason === 'no-quorum' ? 'network.standstill.noQuorum' : 'network.standstill.noCommit')}</p>
      {/* Read out once, and not again each second. */}
      <p className="num" aria-live="off">
        {t('network.standstill.since', { time: format.clock(since), duration: format.duration(forMs) })}
      </p>
    </Banner>
  )
}
