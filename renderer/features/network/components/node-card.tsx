import { Check, ShieldCheck } from 'lucide-react'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Address, Badge, Card, Facts, Skeleton, StateChip } from '../../../ui/index.ts'
import { useSessionStore } from '../../session/store.ts'
import { syncLook } from '../../session/sync-look.ts'

/** What this node is. */
export function NodeCard() {
  const t = useT()
  const format = useFormat()
  const { node, sync, info, connection, asOf } = useSessionStore()
  if (node === null) {
    return (
      <Card title={t('network.node')}>
        <Skeleton height={120} />
      </Card>
    )
  }
  const isLive = connection === 'open'
  const look = sync === null ? undefined : syncLook(sync)
  return (
    <Card
      title={t('network.node')}
      aside={
        isLive && look !== undefined ? (
          <StateChip tone={look.tone} icon={look.icon}>
            {t(look.text)}
          </StateChip>
        ) : (
          <StateChip tone="warn">{t('network.asOf', { time: asOf === null ? '–' : format.clock(asOf) })}</StateChip>
        )
      }
    >
      <Facts
        items={[
          {
            label: t('network.role'),
            value: (
              <Badge tone="good" icon={node.role === 'validator' ? ShieldCheck : Check}>
                {t(`network.role.${node.role}`)}
              </Badge>
            ),
          },
          { label: t('network.network'), value: node.network },
          {
            label: t('network.chain'),
            value: <Address value={node.chainId} isElided hasCopyButton copyLabel={t('network.chain.copy')} />,
          },
          { label: t('network.round'), value: format.number(node.round) },
          {
            label: t('network.stateRoot'),
            value: <Address value={node.stateRoot} isElided hasCopyButton copyLabel={t('network.stateRoot.copy')} />,
          },
          ...(info === null
            ? []
            : [
                { label: t('network.dataDir'), value: <code>{info.dataDir}</code> },
                {
                  label: t('network.api'),
                  value: info.apiUrl === null ? t('network.api.none') : <code>{info.apiUrl}</code>,
                },
                { label: t('network.process'), value: String(info.pid) },
              ]),
        ]}
      />
    </Card>
  )
}
