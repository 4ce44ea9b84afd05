/** What the vertex graph shows: as it is now, or as it was when it was paused; and what of it is looked at. */
import { create } from 'zustand'
import { emptyGraph, type GraphState } from './graph-state.ts'

export interface GraphStore {
  readonly live: GraphState
  /** Set while it is paused. */
  readonly frozen: GraphState | null
  /** Hash of the vertex that is looked at. */
  readonly selected: string | null
  /** The first answer has come. */
  readonly isLoaded: boolean
}

export const useGraphStore = create<GraphStore>(() => ({
  live: emptyGraph,
  frozen: null,
  selected: null,
  isLoaded: false,
}))

export const shownGraph = ({ live, frozen }: GraphStore): GraphState => frozen ?? live

export function setPaused(isPaused: boolean): void {
  useGraphStore.setState(({ live, frozen }) => ({ frozen: isPaused ? (frozen ?? live) : null }))
}

export function select(hash: string | null): void {
  useGraphStore.setState({ selected: hash })
}
