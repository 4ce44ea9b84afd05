import { useVirtualizer } from '@tanstack/react-virtual'
import { Crown, Search, TriangleAlert } from 'lucide-react'
import { useMemo, useRef } from 'react'
import type { GraphVertex, Validator } from '../../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { IconButton, StateChip } from '../../../ui/index.ts'
import type { GraphState } from './graph-state.ts'
import { supportText, validatorName, vertexWords } from './graph-words.ts'
import { graphLimits as limits } from './limits.ts'

const rowHeight = 36
/** Rows kept beyond what is seen, each way. */
const overscan = 8
const columns = ['round', 'author', 'state', 'support', 'transactions', 'time', 'inspect'] as const

export interface GraphTableProps {
  readonly graph: GraphState
  readonly validators: readonly Validator[]
  readonly selected: string | null
  readonly onOpen: (hash: string) => void
}

/** The same vertices in words, newest first: for who does not see the picture, and for who wants to read. */
export function GraphTable({ graph, validators, selected, onOpen }: GraphTableProps) {
  const t = useT()
  const scroller = useRef<HTMLDivElement>(null)
  const vertices = useMemo(() => [...graph.byRound].sort(([a], [b]) => b - a).flatMap(([, at]) => at), [graph])
  const virtualizer = useVirtualizer({
    count: vertices.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => vertices[index]?.hash ?? index,
    overscan,
  })
  const rows = virtualizer.getVirtualItems()
  const above = rows[0]?.start ?? 0
  const below = virtualizer.getTotalSize() - (rows.at(-1)?.end ?? 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
    <div ref={scroller} className="graph-table" style={{ height: limits.height }} tabIndex={0}>
      <table aria-label={t('network.graph.table')} aria-rowcount={vertices.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column} scope="col" className={`graph-cell-${column}`}>
                {t(`network.graph.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space height={above} />
          {rows.map(({ key, index }) => (
            <Row
              key={key}
              vertex={vertices[index] as GraphVertex}
              rowIndex={index + 2}
              graph={graph}
              validators={validators}
              isSelected={vertices[index]?.hash === selected}
              onOpen={onOpen}
            />
          ))}
          <Space height={below} />
        </tbody>
      </table>
    </div>
  )
}

/** In the place of rows that are not in the page. */
function Space({ height }: { readonly height: number }) {
  return height <= 0 ? null : (
    <tr aria-hidden>
      <td colSpan={columns.length} style={{ height, padding: 0 }} />
    </tr>
  )
}

interface RowProps {
  readonly vertex: GraphVertex
  readonly rowIndex: number
  readonly graph: GraphState
  readonly validators: readonly Validator[]
  readonly isSelected: boolean
  readonly onOpen: (hash: string) => void
}

function Row({ vertex, rowIndex, graph, validators, isSelected, onOpen }: RowProps) {
  const t = useT()
  const format = useFormat()
  const { round, author, state, support, supporters, transactions, timestamp, isLeader, isTwin, hash } = vertex
  const { text, tone, icon } = vertexWords[state]
  const figures = { stake: BigInt(support), totalStake: graph.totalStake, supporters, validators: graph.validators }
  const name = validatorName(validators, author, t)
  return (
    <tr aria-rowindex={rowIndex} data-selected={isSelected ? '' : undefined} style={{ height: rowHeight }}>
      <th scope="row" className="graph-cell-round">
        {format.number(round)}
      </th>
      <td>
        <span className="graph-author">
          {name}
          {isLeader && (
            <span className="graph-note">
              <Crown size={13} aria-hidden />
              {t('network.graph.leader')}
            </span>
          )}
          {isTwin && (
            <span className="graph-note" data-tone="bad">
              <TriangleAlert size={13} aria-hidden />
              {t('network.graph.twin')}
            </span>
          )}
        </span>
      </td>
      <td>
        <StateChip tone={tone} icon={icon}>
          {t(text)}
        </StateChip>
      </td>
      <td>{supportText(figures, t, format)}</td>
      <td className="graph-cell-transactions">{format.number(transactions)}</td>
      <td className="graph-cell-time">
        <time dateTime={timestamp}>{format.clock(timestamp)}</time>
      </td>
      <td className="graph-cell-inspect">
        <IconButton
          size="small"
          icon={Search}
          label={t('network.graph.inspect', { name, round })}
          onPress={() => onOpen(hash)}
        />
      </td>
    </tr>
  )
}
