import { ChevronDown, Milestone } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useT } from '../../../i18n/index.ts'
import { failureOf } from '../../../rpc/index.ts'
import { Address, Button, Card, EmptyState, toast } from '../../../ui/index.ts'
import { useNetworkStore } from '../store.ts'

/** States that the validators signed: from here on everything before is provable to people who trust no node. */
export function CheckpointsCard({ loadOlder }: { readonly loadOlder: () => Promise<void> }) {
  const t = useT()
  const format = useFormat()
  const checkpoints = useNetworkStore((state) => state.checkpoints)
  const [isPending, setPending] = useState(false)
  const more = (): void => {
    setPending(true)
    loadOlder()
      .catch((error: unknown) => toast({ tone: 'bad', title: failureOf(error).message }))
      .finally(() => setPending(false))
  }
  if (checkpoints.length === 0) {
    return (
      <Card title={t('network.checkpoints')}>
        <EmptyState icon={Milestone} title={t('network.checkpoints.none')} text={t('network.checkpoints.noneText')} />
      </Card>
    )
  }
  const hasOlder = (checkpoints.at(-1)?.seq ?? 1) > 1
  return (
    <Card title={t('network.checkpoints')} aside={<span className="faint small">{t('network.checkpoints.what')}</span>}>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col" className="right">
              {t('network.checkpoint.seq')}
            </th>
            <th scope="col">{t('network.checkpoint.time')}</th>
            <th scope="col" className="right">
              {t('network.checkpoint.commit')}
            </th>
            <th scope="col" className="right">
              {t('network.checkpoint.signatures')}
            </th>
            <th scope="col">{t('network.checkpoint.hash')}</th>
          </tr>
        </thead>
        <tbody>
          {checkpoints.map(({ seq, commitTime, commitIndex, certificate, hash }) => (
            <tr key={seq}>
              <th scope="row" className="right">
                {format.number(seq)}
              </th>
              <td>{format.time(commitTime)}</td>
              <td className="right">{format.number(commitIndex)}</td>
              <td className="right">{format.number(certificate.length)}</td>
              <td>
                <Address value={hash} isElided hasCopyButton copyLabel={t('network.checkpoint.copy', { seq })} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasOlder && (
        <div className="card-foot">
          <Button variant="quiet" size="small" icon={ChevronDown} isPending={isPending} onPress={more}>
            {t('network.checkpoints.older')}
          </Button>
        </div>
      )}
    </Card>
  )
}
