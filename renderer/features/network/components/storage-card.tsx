import { ShieldCheck } from 'lucide-react'
import { useCallback } from 'react'
import { useNow } from '../../../app/use-now.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Address, Banner, Button, Card, Facts, ProgressBar, Skeleton } from '../../../ui/index.ts'
import { useNetworkStore } from '../store.ts'
import { type Asked, useAsked } from '../use-asked.ts'

type Verdict = Awaited<ReturnType<ReturnType<typeof useSession>['api']['storage']['verify']>>

/** What the node keeps on disk, and whether it still adds up. */
export function StorageCard() {
  const t = useT()
  const format = useFormat()
  const { api } = useSession()
  const storage = useNetworkStore((state) => state.storage)
  const { asked, run, cancel } = useAsked(
    useCallback((signal: AbortSignal) => api.storage.verify(undefined, { signal }), [api]),
  )
  return (
    <Card
      title={t('network.storage')}
      aside={
        asked.kind === 'pending' ? (
          <Button size="small" onPress={cancel}>
            {t('ui.cancel')}
          </Button>
        ) : (
          <Button size="small" icon={ShieldCheck} onPress={run}>
            {t('network.storage.verify')}
          </Button>
        )
      }
    >
      <div className="stack">
        {storage === null ? (
          <Skeleton height={60} />
        ) : (
          <Facts
            items={[
              { label: t('network.storage.size'), value: format.bytes(storage.bytes) },
              { label: t('network.storage.commits'), value: format.number(storage.commits) },
              { label: t('network.storage.transactions'), value: format.number(storage.transactions) },
              { label: t('network.storage.journal'), value: format.number(storage.journalRecords) },
              { label: t('network.storage.schema'), value: String(storage.schemaVersion) },
            ]}
          />
        )}
        <Answer asked={asked} />
      </div>
    </Card>
  )
}

const tickMs = 1_000

function Answer({ asked }: { readonly asked: Asked<Verdict> }) {
  const t = useT()
  const format = useFormat()
  switch (asked.kind) {
    case 'not-yet':
      return <p className="faint small">{t('network.storage.verifyWhat')}</p>
    case 'pending':
      return <Pending sinceMs={asked.sinceMs} />
    case 'failed':
      return (
        <Banner tone="bad" title={asked.failure.message}>
          {asked.failure.hint}
        </Banner>
      )
    case 'answered': {
      const { ok, commits, transactions, stateRoot, problems } = asked.value
      if (!ok) {
        return (
          <Banner tone="bad" title={t('network.storage.damaged')}>
            <p>{t('network.storage.damagedText')}</p>
            <ul className="problems">
              {problems.map((problem) => (
                <li key={problem}>
                  <code>{problem}</code>
                </li>
              ))}
            </ul>
          </Banner>
        )
      }
      return (
        <Banner tone="good" title={t('network.storage.intact', { time: format.clock(asked.at) })}>
          {t('network.storage.intactText', { commits, transactions })} <Address value={stateRoot} isElided />
        </Banner>
      )
    }
  }
}

function Pending({ sinceMs }: { readonly sinceMs: number }) {
  const t = useT()
  const format = useFormat()
  const nowMs = useNow(tickMs)
  return (
    <ProgressBar
      label={t('network.storage.verifying')}
      text={format.duration(Math.max(0, Math.round((nowMs - sinceMs) / tickMs) * tickMs))}
    />
  )
}
