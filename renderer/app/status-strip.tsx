import { CircleDot, Gauge, Lock, LockOpen, type LucideIcon, PlugZap, Users } from 'lucide-react'
import { Button } from 'react-aria-components'
import type { SyncState } from '../../node/api/contract/index.ts'
import { useSessionStore } from '../features/session/store.ts'
import { syncFraction, syncLook } from '../features/session/sync-look.ts'
import { useFormat, useT } from '../i18n/index.ts'
import { useSession } from '../rpc/index.ts'
import { Tooltip } from '../ui/index.ts'
import { limits } from './limits.ts'
import { NetworkChip } from './network-chip.tsx'
import { useNow } from './use-now.ts'
import { lockVault, unlockVault } from './vault-actions.ts'

/** How the node and the vault are, at the bottom of every view. */
export function StatusStrip() {
  const t = useT()
  const format = useFormat()
  const { node, sync, connection, asOf } = useSessionStore()
  const isLive = connection === 'open'
  return (
    <footer className="strip">
      <h2 className="visually-hidden">{t('app.strip')}</h2>
      {node !== null && (
        <>
          <NetworkChip network={node.network} />
          <div className="strip-items">
            {isLive ? (
              sync !== null && <SyncItem sync={sync} commitIndex={node.commitIndex} />
            ) : (
              <Item
                icon={PlugZap}
                tone="warn"
                text={t('app.strip.asOf', { time: asOf === null ? '' : format.clock(asOf) })}
              />
            )}
            {node.finalityMs === null ? (
              <Item icon={Gauge} text={t('app.strip.noFinality')} />
            ) : (
              <Item icon={Gauge} text={t('app.strip.finality', { time: format.duration(node.finalityMs.p50) })} />
            )}
            <Item icon={Users} text={t('app.strip.peers', { count: node.peers })} />
            {node.mempool > 0 && <Item icon={CircleDot} text={t('app.strip.waiting', { count: node.mempool })} />}
          </div>
        </>
      )}
      <LockState />
    </footer>
  )
}

/** "In sync" is never said of a chain that stands still, however well the node keeps up with it. */
function SyncItem({ sync, commitIndex }: { readonly sync: SyncState; readonly commitIndex: number }) {
  const t = useT()
  const format = useFormat()
  const { text, tone, icon } = syncLook(sync)
  const commit = format.number(commitIndex)
  const fraction = syncFraction(sync)
  const words =
    sync.phase === 'live'
      ? t('app.strip.inSync', { commit })
      : fraction === undefined
        ? t('app.strip.atCommit', { state: t(text), commit })
        : t('app.strip.underWay', { state: t(text), share: format.percent(fraction) })
  return <Item icon={icon} tone={tone} text={words} />
}

function Item({
  icon: Icon,
  text,
  tone,
}: {
  readonly icon: LucideIcon
  readonly text: string
  readonly tone?: string
}) {
  return (
    <span className="strip-item" data-tone={tone}>
      <Icon size={13} aria-hidden />
      <span>{text}</span>
    </span>
  )
}

const minuteMs = 60_000

/** Begun minutes count down to the last one: a promise of more time than there is would be the wrong way round. */
function wholeMinutes(ms: number): number {
  return Math.max(1, Math.floor(ms / minuteMs)) * minuteMs
}

function LockState() {
  const t = useT()
  const format = useFormat()
  const session = useSession()
  const vault = useSessionStore((state) => state.vault)
  const nowMs = useNow(limits.clockMs)
  if (vault === null) return null
  if (!vault.exists) return <Item icon={Lock} text={t('app.lock.noVault')} />
  if (vault.locked) {
    return (
      <Tooltip text={t('app.lock.unlock')}>
        <Button className="strip-button" onPress={() => void unlockVault(session)}>
          <Lock size={13} aria-hidden />
          {t('app.lock.locked')}
        </Button>
      </Tooltip>
    )
  }
  const leftMs = vault.autoLockAt === null ? undefined : Math.max(0, new Date(vault.autoLockAt).getTime() - nowMs)
  return (
    <Tooltip text={t('app.lock.now')}>
      <Button className="strip-button" onPress={() => void lockVault(session)}>
        <LockOpen size={13} aria-hidden />
        {leftMs === undefined
          ? t('app.lock.open')
          : t('app.lock.openFor', { time: format.duration(wholeMinutes(leftMs)) })}
      </Button>
    </Tooltip>
  )
}
