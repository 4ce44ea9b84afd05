import { useFormat, useT } from '../../../i18n/index.ts'
import { useSessionStore } from '../../session/store.ts'
import { useNetworkStore } from '../store.ts'

/** The figures that move. */
export function FigureRow() {
  const t = useT()
  const format = useFormat()
  const node = useSessionStore((state) => state.node)
  const { stats, status } = useNetworkStore()
  const finality = node?.finalityMs ?? null
  const figures = [
    { id: 'round', value: status === null ? undefined : format.number(status.round) },
    { id: 'commits', value: node === null ? undefined : format.number(node.commitIndex) },
    { id: 'skips', value: status === null ? undefined : format.number(status.skips) },
    { id: 'transactions', value: stats === null ? undefined : format.number(stats.transactions) },
    { id: 'p50', value: finality === null ? undefined : format.duration(finality.p50) },
    { id: 'p95', value: finality === null ? undefined : format.duration(finality.p95) },
    { id: 'mempool', value: node === null ? undefined : format.number(node.mempool) },
    {
      id: 'lastCommit',
      value: status === null ? undefined : status.lastCommitAt === null ? undefined : format.clock(status.lastCommitAt),
    },
  ] as const
  return (
    <dl className="figures" aria-label={t('network.figures')}>
      {figures.map(({ id, value }) => (
        <div key={id}>
          <dt>{t(`network.figure.${id}`)}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  )
}
