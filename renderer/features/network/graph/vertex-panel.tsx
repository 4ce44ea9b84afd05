import { ArrowRight, Crown, TriangleAlert, X } from 'lucide-react'
import { type Ref, useEffect, useState } from 'react'
import type { GraphVertex, Validator, VertexDetail } from '../../../../node/api/contract/index.ts'
import { routeTo } from '../../../app/routes.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { type Failure, failureOf, useSession } from '../../../rpc/index.ts'
import { Address, Badge, Banner, Button, Facts, IconButton, Skeleton, StateChip } from '../../../ui/index.ts'
import type { GraphState } from './graph-state.ts'
import { supportText, validatorName, vertexWords } from './graph-words.ts'
import { graphLimits as limits } from './limits.ts'

export interface VertexPanelProps {
  readonly vertex: GraphVertex
  readonly graph: GraphState
  readonly validators: readonly Validator[]
  readonly onSelect: (hash: string) => void
  readonly onClose: () => void
  readonly headingRef: Ref<HTMLHeadingElement>
}

/** One vertex with all that is known of it. */
export function VertexPanel({ vertex, graph, validators, onSelect, onClose, headingRef }: VertexPanelProps) {
  const t = useT()
  const format = useFormat()
  const { detail, failure } = useDetail(vertex)
  const { text, meaning, tone, icon } = vertexWords[vertex.state]
  const { support, supporters, round, hash, timestamp, commitIndex } = vertex
  const figures = { stake: BigInt(support), totalStake: graph.totalStake, supporters, validators: graph.validators }
  return (
    <aside className="vertex-panel" aria-label={t('network.vertex')}>
      <div className="vertex-panel-head">
        <h3 ref={headingRef} tabIndex={-1}>
          {t('network.vertex.title', { name: validatorName(validators, vertex.author, t), round })}
        </h3>
        <IconButton label={t('ui.close')} icon={X} size="small" onPress={onClose} />
      </div>
      <div className="vertex-panel-body">
        <div className="row-wrap">
          <StateChip tone={tone} icon={icon}>
            {t(text)}
          </StateChip>
          {vertex.isLeader && (
            <Badge tone={vertex.isAnchor ? 'good' : 'neutral'} icon={Crown}>
              {t(vertex.isAnchor ? 'network.graph.anchor' : 'network.graph.leader')}
            </Badge>
          )}
          {vertex.isTwin && (
            <Badge tone="bad" icon={TriangleAlert}>
              {t('network.graph.twin')}
            </Badge>
          )}
        </div>
        <p className="small muted">{t(meaning)}</p>
        <Facts
          items={[
            { label: t('network.vertex.support'), value: supportText(figures, t, format) },
            { label: t('network.vertex.time'), value: format.time(timestamp) },
            ...(commitIndex === null ? [] : [{ label: t('network.vertex.commit'), value: format.number(commitIndex) }]),
            {
              label: t('network.vertex.hash'),
              value: <Address value={hash} isElided hasCopyButton copyLabel={t('network.vertex.copy')} />,
            },
          ]}
        />
        <Times detail={detail} />
        <Contents vertex={vertex} detail={detail} />
        <Parents vertex={vertex} graph={graph} validators={validators} onSelect={onSelect} />
        {failure !== undefined && detail === undefined && <Banner tone="info">{failure.message}</Banner>}
      </div>
    </aside>
  )
}

/** Asked for again with each state it reaches. */
function useDetail({ hash, state }: GraphVertex): { detail: VertexDetail | undefined; failure: Failure | undefined } {
  const { api } = useSession()
  const [answer, setAnswer] = useState<{ readonly hash: string; readonly value: VertexDetail | Failure }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: with a new state there are new times
  useEffect(() => {
    let isLatest = true
    api.network.vertex({ hash }).then(
      (value) => isLatest && setAnswer({ hash, value }),
      // What was there stays: a vertex that is not kept any more has nothing new to tell.
      (error: unknown) =>
        isLatest && setAnswer((known) => (known?.hash === hash ? known : { hash, value: failureOf(error) })),
    )
    return () => {
      isLatest = false
    }
  }, [api, hash, state])
  if (answer?.hash !== hash) return { detail: undefined, failure: undefined }
  return 'hash' in answer.value
    ? { detail: answer.value, failure: undefined }
    : { detail: undefined, failure: answer.value }
}

/** When it reached each state, from when it was stored. */
function Times({ detail }: { readonly detail: VertexDetail | undefined }) {
  const t = useT()
  const format = useFormat()
  const times = detail?.times ?? []
  const [first] = times
  if (first === undefined || times.length < 2) return null
  return (
    <section className="stack-tight">
      <h4>{t('network.vertex.times')}</h4>
      <ol className="vertex-times">
        {times.map(({ state, at }) => (
          <li key={state}>
            <span>{t(vertexWords[state].text)}</span>
            <time dateTime={at} title={format.time(at)} className="num">
              {at === first.at && state === first.state
                ? format.clock(at)
                : `+${format.duration(Date.parse(at) - Date.parse(first.at))}`}
            </time>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Contents({ vertex, detail }: { readonly vertex: GraphVertex; readonly detail: VertexDetail | undefined }) {
  const t = useT()
  const format = useFormat()
  const contents = detail?.contents
  const listed = contents?.slice(0, limits.maxListedTransactions) ?? []
  const left = (contents?.length ?? 0) - listed.length
  return (
    <section className="stack-tight">
      <h4>{t('network.vertex.transactions', { count: vertex.transactions })}</h4>
      {vertex.transactions === 0 ? (
        <p className="small faint">{t('network.vertex.empty')}</p>
      ) : detail === undefined ? (
        <Skeleton height={24} />
      ) : contents === null ? (
        <p className="small faint">{t('network.vertex.contentsGone')}</p>
      ) : (
        <ul className="vertex-list">
          {listed.map(({ txId, account }) => (
            <li key={txId}>
              <a
                href={routeTo('wallet', ['transaction', txId])}
                aria-label={t('network.vertex.openTransaction', { id: txId.slice(0, 8) })}
              >
                <code>{`${txId.slice(0, 4)} ${txId.slice(4, 8)} …`}</code>
                <ArrowRight size={13} aria-hidden />
              </a>
              <Address value={account} isElided />
            </li>
          ))}
        </ul>
      )}
      {left > 0 && (
        <p className="small faint">{t('network.vertex.more', { count: left, number: format.number(left) })}</p>
      )}
    </section>
  )
}

function Parents({
  vertex,
  graph,
  validators,
  onSelect,
}: Pick<VertexPanelProps, 'vertex' | 'graph' | 'validators' | 'onSelect'>) {
  const t = useT()
  const format = useFormat()
  const [isWhole, setWhole] = useState(false)
  if (vertex.parents.length === 0) return null
  const shown = isWhole ? vertex.parents : vertex.parents.slice(0, limits.maxListedParents)
  const left = vertex.parents.length - shown.length
  return (
    <section className="stack-tight">
      <h4>{t('network.vertex.parents', { count: vertex.parents.length })}</h4>
      <ul className="vertex-list">
        {shown.map((hash) => {
          const parent = graph.vertices.get(hash)
          return (
            <li key={hash}>
              {parent === undefined ? (
                <span className="faint">{t('network.vertex.parentGone', { id: hash.slice(0, 8) })}</span>
              ) : (
                <button type="button" className="link-button" onClick={() => onSelect(hash)}>
                  {t('network.vertex.parent', {
                    name: validatorName(validators, parent.author, t),
                    round: format.number(parent.round),
                  })}
                </button>
              )}
              {parent !== undefined && parent.round < vertex.round - 1 && (
                <span className="faint">{t('network.vertex.weak')}</span>
              )}
            </li>
          )
        })}
      </ul>
      {left > 0 && (
        <Button variant="quiet" size="small" onPress={() => setWhole(true)}>
          {t('network.vertex.allParents', { count: left })}
        </Button>
      )}
    </section>
  )
}
