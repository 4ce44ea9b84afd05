import { ScrollText, ShieldCheck } from 'lucide-react'
import { useCallback } from 'react'
import type { AuditEntry, AuditVerdict } from '../../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Address, Banner, Button, Card, EmptyState, Skeleton } from '../../../ui/index.ts'
import { useNetworkStore } from '../store.ts'
import { type Asked, useAsked } from '../use-asked.ts'

/** What this node has recorded of what was done with it: a chain of hashes, so that nobody changes it unseen. */
export function AuditCard() {
  const t = useT()
  const { api } = useSession()
  const audit = useNetworkStore((state) => state.audit)
  const { asked, run } = useAsked(useCallback((signal: AbortSignal) => api.audit.verify(undefined, { signal }), [api]))
  return (
    <Card
      title={t('network.audit')}
      aside={
        <Button size="small" icon={ShieldCheck} isPending={asked.kind === 'pending'} onPress={run}>
          {t('network.audit.verify')}
        </Button>
      }
    >
      <div className="stack">
        <AuditAnswer asked={asked} />
        {audit === null ? (
          <Skeleton height={160} />
        ) : audit.length === 0 ? (
          <EmptyState icon={ScrollText} title={t('network.audit.none')} />
        ) : (
          <AuditTable entries={audit} />
        )}
      </div>
    </Card>
  )
}

function AuditAnswer({ asked }: { readonly asked: Asked<AuditVerdict> }) {
  const t = useT()
  const format = useFormat()
  if (asked.kind === 'failed') {
    return (
      <Banner tone="bad" title={asked.failure.message}>
        {asked.failure.hint}
      </Banner>
    )
  }
  if (asked.kind !== 'answered') return null
  const { ok, entries, problem } = asked.value
  if (ok) return <Banner tone="good">{t('network.audit.intact', { entries, time: format.clock(asked.at) })}</Banner>
  return (
    <Banner tone="bad" title={t('network.audit.broken')}>
      {problem !== undefined && t('network.audit.problem', { file: problem.file, line: problem.line })}{' '}
      {problem !== undefined && <code>{problem.reason}</code>}
    </Banner>
  )
}

/** Characters from which on a value without spaces is an address, id or hash: shown by its ends. */
const identifierCharacters = 40

function Detail({ text }: { readonly text: string }) {
  return text.length >= identifierCharacters && /^[0-9a-z]+$/.test(text) ? <Address value={text} isElided /> : text
}

function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  const t = useT()
  const format = useFormat()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
    <div className="audit-scroll" tabIndex={0}>
      <table className="data-table" aria-label={t('network.audit')}>
        <thead>
          <tr>
            <th scope="col" className="right">
              {t('network.audit.seq')}
            </th>
            <th scope="col">{t('network.audit.time')}</th>
            <th scope="col">{t('network.audit.action')}</th>
            <th scope="col">{t('network.audit.details')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ seq, at, action, details }) => (
            <tr key={seq}>
              <th scope="row" className="right">
                {format.number(seq)}
              </th>
              <td>{format.time(at)}</td>
              <td>
                <code>{action}</code>
              </td>
              <td className="audit-details">
                {Object.entries(details).map(([name, value]) => (
                  <span key={name}>
                    <span className="faint">{name}</span> <Detail text={String(value)} />
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
