import type { SyncState } from '../../../../node/api/contract/index.ts'
import { type Format, useFormat, useT } from '../../../i18n/index.ts'
import { Address, Card, ProgressBar, Skeleton, StateChip, type Step, Stepper } from '../../../ui/index.ts'
import { syncFraction, syncLook } from '../../session/sync-look.ts'
import { useNetworkStore } from '../store.ts'
import { stepsOf } from '../sync-steps.ts'

/** How far this node has come to the head of its network: each phase apart, with what is done of it and about how long it takes. */
export function SyncCard() {
  const t = useT()
  const sync = useNetworkStore((state) => state.sync)
  if (sync === null) {
    return (
      <Card title={t('network.sync')}>
        <Skeleton height={160} />
      </Card>
    )
  }
  const { text, tone, icon } = syncLook(sync)
  return (
    <Card
      title={t('network.sync')}
      aside={
        <StateChip tone={tone} icon={icon}>
          {t(text)}
        </StateChip>
      }
    >
      <div className="stack">
        <Phases sync={sync} />
        <Progress sync={sync} />
        {sync.phase === 'stalled' && <p className="small">{t('network.sync.stalled.text')}</p>}
        <Dropped dropped={sync.dropped} />
        <Anchor anchor={sync.anchor} />
      </div>
    </Card>
  )
}

function Phases({ sync }: { readonly sync: SyncState }) {
  const t = useT()
  const format = useFormat()
  const steps = stepsOf(sync.phase).map(
    ({ phase, state }): Step => ({
      id: phase,
      label: t(`network.sync.${phase}`),
      state,
      ...(state === 'current' && phase === 'connecting' ? { detail: t('network.sync.connecting.text') } : {}),
      ...(state === 'current' || state === 'failed' ? { time: format.clock(sync.phaseStartedAt) } : {}),
    }),
  )
  return <Stepper label={t('network.sync.phases')} steps={steps} />
}

/** What is done, of how much, and about how long the rest takes. */
function Progress({ sync }: { readonly sync: SyncState }) {
  const t = useT()
  const format = useFormat()
  const { phase } = sync
  if (phase === 'connecting' || phase === 'live' || phase === 'stalled') return null
  const fraction = syncFraction(sync)
  const done = amountOf(sync, format)
  const left =
    sync.remainingMs === null ? undefined : t('network.sync.left', { duration: format.duration(sync.remainingMs) })
  const text = [done === undefined ? undefined : t(`network.sync.unit.${done.unit}`, done), left]
    .filter((part) => part !== undefined)
    .join(' · ')
  return (
    <ProgressBar
      label={t(`network.sync.${phase}`)}
      {...(fraction === undefined ? {} : { value: fraction })}
      text={text}
    />
  )
}

function amountOf({ done, total, unit }: SyncState, format: Format) {
  if (unit === null) return undefined
  const show = unit === 'bytes' ? format.bytes : format.number
  return { unit, done: show(done), total: total === null ? '?' : show(total) } as const
}

function Dropped({ dropped }: { readonly dropped: SyncState['dropped'] }) {
  const t = useT()
  if (dropped.length === 0) return null
  return (
    <div className="small">
      <p className="muted">{t('network.sync.dropped', { count: dropped.length })}</p>
      <ul className="plain-list">
        {dropped.map(({ peer, code }) => (
          <li key={`${peer} ${code}`}>
            <Address value={peer} isElided hasCopyButton copyLabel={t('network.peer.copy')} />
            <code className="sync-code">{code}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What the node began from, and of when that is. */
function Anchor({ anchor }: { readonly anchor: SyncState['anchor'] }) {
  const t = useT()
  const format = useFormat()
  if (anchor === null) return null
  return (
    <p className="small muted">
      {t(`network.sync.anchor.${anchor.kind}`, { time: format.time(anchor.at) })}{' '}
      <Address value={anchor.hash} isElided hasCopyButton copyLabel={t('network.sync.anchor.copy')} />
    </p>
  )
}
