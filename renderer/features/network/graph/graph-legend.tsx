import { vertexState } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { vertexWords } from './graph-words.ts'
import { leaderRing, twinMark, type VertexLook, vertexLooks } from './shapes.ts'

/** What the shapes mean. */
export function GraphLegend() {
  const t = useT()
  return (
    <ul className="graph-legend" aria-label={t('network.graph.legend')}>
      {vertexState.options.map((state) => (
        <li key={state} title={t(vertexWords[state].meaning)}>
          <Shape look={vertexLooks[state]} />
          {t(vertexWords[state].text)}
        </li>
      ))}
      <li title={t('network.graph.leaderWhat')}>
        <svg viewBox="-16 -16 32 32" width={18} height={18} aria-hidden>
          <path d={leaderRing} fill="none" stroke="var(--ink-3)" strokeWidth={2} />
        </svg>
        {t('network.graph.leader')}
      </li>
      <li title={t('network.graph.twinWhat')}>
        <svg viewBox="-8 -8 16 16" width={16} height={16} aria-hidden>
          <circle r={7} fill="var(--bad)" />
          <path d={twinMark} stroke="var(--bad-ink)" strokeWidth={2} />
        </svg>
        {t('network.graph.twin')}
      </li>
    </ul>
  )
}

function Shape({ look: { outline, mark, line, fill } }: { readonly look: VertexLook }) {
  return (
    <svg viewBox="-12 -12 24 24" width={18} height={18} aria-hidden>
      <path d={outline} fill={`var(${fill})`} stroke={`var(${line})`} strokeWidth={2.2} />
      {mark !== undefined && <path d={mark} fill={`var(${line})`} />}
    </svg>
  )
}
