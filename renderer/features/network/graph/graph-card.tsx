import { ChartNetwork, CircleDot, LocateFixed, Maximize2, Minus, Pause, Play, Plus, Table } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { GraphVertex, Validator } from '../../../../node/api/contract/index.ts'
import { useThemeName } from '../../../app/use-theme-name.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Card, EmptyState, IconButton, Skeleton } from '../../../ui/index.ts'
import type { GraphCanvasHandle } from './graph-canvas.tsx'
import { GraphLegend } from './graph-legend.tsx'
import type { GraphState } from './graph-state.ts'
import { select, setPaused, shownGraph, useGraphStore } from './graph-store.ts'
import { followGraph } from './graph-sync.ts'
import { GraphTable } from './graph-table.tsx'
import { supportText, validatorName, vertexWords } from './graph-words.ts'
import './graph.css'
import { graphLimits as limits } from './limits.ts'
import { VertexPanel } from './vertex-panel.tsx'

const GraphCanvas = lazy(() => import('./graph-canvas.tsx'))

function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}

/** The vertex graph as it grows: as a picture or as a table. */
export function GraphCard({ validators }: { readonly validators: readonly Validator[] }) {
  const t = useT()
  const session = useSession()
  const theme = useThemeName()
  const graph = useGraphStore(shownGraph)
  const isPaused = useGraphStore(({ frozen }) => frozen !== null)
  const { selected, isLoaded } = useGraphStore()
  const [isTable, setTable] = useState(false)
  const [isFollowing, setFollowing] = useState(true)
  const [hovered, setHovered] = useState<string | null>(null)
  const canvas = useRef<GraphCanvasHandle>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => followGraph({ session, after }), [session])
  const vertex = useKept(selected, graph)
  const self = validators.findIndex(({ isSelf }) => isSelf)
  const open = (hash: string): void => {
    select(hash)
    // It is there with the next frame.
    requestAnimationFrame(() => heading.current?.focus())
  }
  const pause = (): void => {
    setPaused(!isPaused)
    // Who goes on wants to see what has come.
    if (isPaused) setFollowing(true)
  }
  const isEmpty = isLoaded && graph.highestRound === 0
  return (
    <Card
      title={t('network.graph')}
      aside={
        <div className="row graph-tools">
          <MissedSince />
          {!isTable && !isEmpty && (
            <>
              <IconButton
                size="small"
                icon={LocateFixed}
                label={t('network.graph.follow')}
                aria-pressed={isFollowing}
                onPress={() => setFollowing(!isFollowing)}
              />
              <IconButton
                size="small"
                icon={Minus}
                label={t('network.graph.zoomOut')}
                onPress={() => canvas.current?.zoom(1 / limits.zoomStep)}
              />
              <IconButton
                size="small"
                icon={Plus}
                label={t('network.graph.zoomIn')}
                onPress={() => canvas.current?.zoom(limits.zoomStep)}
              />
              <IconButton
                size="small"
                icon={Maximize2}
                label={t('network.graph.fit')}
                onPress={() => canvas.current?.fit()}
              />
            </>
          )}
          <IconButton
            size="small"
            icon={isPaused ? Play : Pause}
            label={t(isPaused ? 'network.graph.resume' : 'network.graph.pause')}
            onPress={pause}
          />
          <IconButton
            size="small"
            icon={isTable ? ChartNetwork : Table}
            label={t(isTable ? 'network.graph.asPicture' : 'network.graph.asTable')}
            onPress={() => setTable(!isTable)}
          />
        </div>
      }
    >
      {!isLoaded ? (
        <Skeleton height={limits.height} />
      ) : isEmpty ? (
        <EmptyState icon={CircleDot} title={t('network.graph.none')} text={t('network.graph.noneText')} />
      ) : (
        <>
          <div className="graph-columns" data-open={vertex === undefined ? undefined : ''}>
            {isTable ? (
              <GraphTable graph={graph} validators={validators} selected={selected} onOpen={open} />
            ) : (
              <div className="graph-picture">
                <Suspense fallback={<Skeleton height={limits.height} />}>
                  <GraphCanvas
                    ref={canvas}
                    graph={graph}
                    selected={selected}
                    self={self < 0 ? undefined : self}
                    isFollowing={isFollowing}
                    theme={theme}
                    onFollow={setFollowing}
                    onSelect={select}
                    onHover={setHovered}
                    onOpen={() => heading.current?.focus()}
                    onPause={pause}
                  />
                </Suspense>
                <Reading hash={hovered} validators={validators} />
              </div>
            )}
            {vertex !== undefined && (
              <VertexPanel
                key={vertex.hash}
                vertex={vertex}
                graph={graph}
                validators={validators}
                onSelect={open}
                onClose={() => select(null)}
                headingRef={heading}
              />
            )}
          </div>
          {!isTable && <GraphLegend />}
          <p id="graph-keys" className="tiny faint">
            {t(isTable ? 'network.graph.tableWhat' : 'network.graph.keys')}
          </p>
          <Said validators={validators} />
        </>
      )}
    </Card>
  )
}

/** The vertex that is looked at, as it was last known: it stays open when the graph has gone on without it. */
function useKept(hash: string | null, graph: GraphState): GraphVertex | undefined {
  const [last, setLast] = useState<GraphVertex>()
  const found = hash === null ? undefined : graph.vertices.get(hash)
  useEffect(() => {
    if (found !== undefined) setLast(found)
  }, [found])
  return found ?? (last?.hash === hash ? last : undefined)
}

/** How many rounds have come since it was paused. */
function MissedSince() {
  const t = useT()
  const rounds = useGraphStore(({ live, frozen }) =>
    frozen === null || frozen.epoch !== live.epoch ? 0 : live.highestRound - frozen.highestRound,
  )
  const isPaused = useGraphStore(({ frozen }) => frozen !== null)
  if (!isPaused) return null
  return <span className="small muted num">{t('network.graph.paused', { count: rounds })}</span>
}

function useWords(hash: string | null, validators: readonly Validator[]): string {
  const t = useT()
  const format = useFormat()
  const graph = useGraphStore(shownGraph)
  const vertex = hash === null ? undefined : graph.vertices.get(hash)
  if (vertex === undefined) return ''
  const { author, round, state, support, supporters, transactions } = vertex
  const figures = { stake: BigInt(support), totalStake: graph.totalStake, supporters, validators: graph.validators }
  return t('network.graph.said', {
    name: validatorName(validators, author, t),
    round,
    state: t(vertexWords[state].text),
    support: supportText(figures, t, format),
    transactions,
  })
}

/** Under the pointer. */
function Reading({ hash, validators }: { readonly hash: string | null; readonly validators: readonly Validator[] }) {
  const words = useWords(hash, validators)
  if (words === '') return null
  return (
    <div className="graph-reading num" aria-hidden>
      {words}
    </div>
  )
}

/** What was gone to, for who does not see it; not again with each state it reaches. */
function Said({ validators }: { readonly validators: readonly Validator[] }) {
  const selected = useGraphStore((state) => state.selected)
  const words = useWords(selected, validators)
  const [said, setSaid] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once a vertex
  useEffect(() => setSaid(words), [selected])
  return (
    <span role="status" className="visually-hidden">
      {said}
    </span>
  )
}
