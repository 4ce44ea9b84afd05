import { useEffect, useState } from 'react'
import type { KnownNetwork } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { type Failure, failureOf, useSession } from '../../rpc/index.ts'
import { Address, Badge, Button, CopyButton, Skeleton } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSessionStore } from '../session/store.ts'
import { KindBadge } from './kind-badge.tsx'
import { goOver, useNetworkChange } from './network-change.ts'
import { startCommand } from './start-command.ts'
import './networks.css'

/** Networks that have a data folder here: which one runs, and a way to each of the others. */
export function KnownNetworks() {
  const { api } = useSession()
  const running = useSessionStore(({ info }) => info?.chainId)
  const [items, setItems] = useState<readonly KnownNetwork[] | undefined>()
  const [failure, setFailure] = useState<Failure | undefined>()
  // Anew for each node: after a change another one answers.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chain that runs decides what is asked for
  useEffect(() => {
    let isOver = false
    api.network.known().then(
      (known) => {
        if (!isOver) setItems(known.items)
      },
      (error: unknown) => {
        if (!isOver) setFailure(failureOf(error))
      },
    )
    return () => {
      isOver = true
    }
  }, [api, running])
  if (failure !== undefined) return <FailureBanner failure={failure} />
  if (items === undefined) return <Skeleton height={80} />
  return (
    <ul className="known-networks">
      {items.map((network) => (
        <Row key={network.chainId} network={network} />
      ))}
    </ul>
  )
}

function Row({ network: { name, kind, chainId, dataDir, isCurrent } }: { readonly network: KnownNetwork }) {
  const t = useT()
  return (
    <li>
      <span className="known-network-words">
        <span className="row-wrap">
          <strong>{name}</strong>
          <KindBadge kind={kind} />
        </span>
        <Address value={chainId} isElided hasCopyButton copyLabel={t('network.chain.copy')} />
        <code className="network-path small">{dataDir}</code>
      </span>
      {isCurrent ? <Badge tone="good">{t('networks.known.running')}</Badge> : <GoOver name={name} dataDir={dataDir} />}
    </li>
  )
}

function GoOver({ name, dataDir }: { readonly name: string; readonly dataDir: string }) {
  const t = useT()
  const { desktop } = useSession().platform
  const before = useSessionStore(({ info }) => info?.dataDir)
  const isPending = useNetworkChange((state) => state.isPending)
  if (desktop === null) return <CopyButton text={startCommand(dataDir)} label={t('networks.command.copy')} />
  return (
    <Button
      size="small"
      isDisabled={isPending || before === undefined}
      aria-label={t('networks.known.goOverTo', { name })}
      onPress={() => before !== undefined && void goOver(desktop, dataDir, before)}
    >
      {isPending ? t('networks.known.starting') : t('networks.known.goOver')}
    </Button>
  )
}
