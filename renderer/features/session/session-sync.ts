/** Keeps the session store in step with the node: a snapshot, then what events say, and its figures every few seconds. */
import type { NodeEventMessage } from '../../../node/api/contract/index.ts'
import type { Session } from '../../rpc/index.ts'
import { limits } from './limits.ts'
import type { SessionState } from './store.ts'

export interface SessionSyncDeps {
  readonly session: Pick<Session, 'follow'> & {
    readonly api: {
      readonly node: Pick<Session['api']['node'], 'status' | 'info'>
      readonly network: Pick<Session['api']['network'], 'sync'>
      readonly vault: Pick<Session['api']['vault'], 'status'>
      readonly accounts: Pick<Session['api']['accounts'], 'list'>
    }
  }
  readonly getState: () => SessionState
  readonly setState: (part: Partial<SessionState>) => void
  readonly after: (delayMs: number, callback: () => void) => () => void
  readonly isVisible: () => boolean
  readonly nowMs: () => number
}

/** @returns ends it */
export function startSessionSync({
  session,
  getState,
  setState,
  after,
  isVisible,
  nowMs,
}: SessionSyncDeps): () => void {
  const { api } = session
  let isStopped = false
  let cancelRefresh: (() => void) | undefined
  let refreshedMs = Number.NEGATIVE_INFINITY
  let isRefreshing = false

  const set = (part: Partial<SessionState>): void => {
    if (!isStopped) setState(part)
  }

  async function refresh(): Promise<void> {
    if (isRefreshing) return
    isRefreshing = true
    refreshedMs = nowMs()
    try {
      const [node, sync] = await Promise.all([api.node.status(), api.network.sync()])
      set({ node, sync, asOf: new Date(nowMs()).toISOString() })
    } catch {
      // What shows then is of `asOf`; the connection says for itself that it is lost.
    } finally {
      isRefreshing = false
    }
  }

  /** One at a time is due: after an event soon, else with the next poll. */
  function plan(delayMs: number): void {
    if (isStopped) return
    cancelRefresh?.()
    cancelRefresh = after(delayMs, () => {
      cancelRefresh = undefined
      const next = (): void => {
        if (cancelRefresh === undefined) plan(isVisible() ? limits.pollMs : limits.hiddenPollMs)
      }
      if (getState().connection === 'open') refresh().then(next, next)
      else next()
    })
  }

  async function refreshVault(): Promise<void> {
    const vault = await api.vault.status()
    set({ vault, ...(vault.locked ? {} : { viewsWhileLocked: false }) })
  }

  async function refreshWatched(): Promise<void> {
    const accounts = await api.accounts.list()
    set({ watchedAccounts: accounts.filter(({ kind }) => kind === 'watched').length })
  }

  const quietly = (work: Promise<void>): void => {
    // The next snapshot asks again.
    work.catch(() => undefined)
  }

  function take(events: readonly NodeEventMessage[]): void {
    const types = new Set(events.map(({ type }) => type))
    const news = events.findLast(({ type }) => type === 'network.sync.changed')
    if (news?.type === 'network.sync.changed') set({ sync: news.data })
    // How the token of a sealed vault stands is part of it.
    if (types.has('vault.changed') || types.has('hardware-key.changed')) quietly(refreshVault())
    if (types.has('account.list.changed') || types.has('vault.changed')) quietly(refreshWatched())
    // Whatever happened, the figures may have moved.
    plan(Math.max(0, refreshedMs + limits.refreshMs - nowMs()))
  }

  const stop = session.follow({
    async snapshot() {
      const [info] = await Promise.all([api.node.info(), refreshVault(), refreshWatched(), refresh()])
      set({ info })
    },
    batch: take,
  })
  plan(limits.pollMs)
  return () => {
    isStopped = true
    stop()
    cancelRefresh?.()
  }
}
