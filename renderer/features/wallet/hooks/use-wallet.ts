/** The wallet's state and what keeps it in step with the node, for the components of this folder. */
import { useEffect } from 'react'
import { create } from 'zustand'
import type { AddressNetwork, Transaction } from '../../../../node/api/contract/index.ts'
import { failureOf, type Session, useSession } from '../../../rpc/index.ts'
import { useSessionStore } from '../../session/store.ts'
import type { HistoryFilter } from '../model/history-filter.ts'
import { filterKey } from '../model/history-filter.ts'
import type { LookAlikes } from '../model/look-alike.ts'
import type { Names } from '../model/names.ts'
import { networkOf, selectLookAlikes, selectMine, selectNames } from '../store/selectors.ts'
import { type HistoryList, initialState, type WalletState } from '../store/wallet-state.ts'
import { createWalletSync, type WalletSync } from '../store/wallet-sync.ts'

export const useWallet = create<WalletState>(() => initialState)

const syncs = new WeakMap<Session, WalletSync>()

/** One for the page's session: what it has read outlives a change of view. */
export function useWalletSync(): WalletSync {
  const session = useSession()
  let sync = syncs.get(session)
  if (sync === undefined) {
    sync = createWalletSync({
      api: () => session.api,
      getState: useWallet.getState,
      setState: (part) => useWallet.setState(part),
      after: (delayMs, run) => {
        const timer = setTimeout(run, delayMs)
        return () => clearTimeout(timer)
      },
      nowMs: () => Date.now(),
      failureOf,
    })
    syncs.set(session, sync)
  }
  return sync
}

/** Follows the node as long as the component is there. */
export function useFollowNode(): void {
  const session = useSession()
  const sync = useWalletSync()
  useEffect(
    () =>
      session.follow({
        snapshot: sync.snapshot,
        batch: (events) => {
          for (const event of events) sync.event(event)
        },
      }),
    [session, sync],
  )
}

export function useNames(): Names {
  return useWallet(selectNames)
}

export function useMine(): ReadonlySet<string> {
  return useWallet(selectMine)
}

export function useLookAlikes(): LookAlikes {
  return useWallet(selectLookAlikes)
}

export function useNetwork(): AddressNetwork | undefined {
  const network = useSessionStore((state) => state.node?.network)
  return useWallet((state) => networkOf(state.accounts, network))
}

export interface OpenList {
  readonly list: HistoryList | undefined
  readonly loadMore: () => void
}

/** A list of the history, from the first page on, kept up to date while the component is there. */
export function useHistoryList(filter: HistoryFilter): OpenList {
  const sync = useWalletSync()
  const key = filterKey(filter)
  const list = useWallet((state) => state.lists.get(key))
  const isReady = useWallet((state) => state.status === 'ready')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the filter
  useEffect(() => {
    sync.openList(filter)
    return () => sync.closeList(key)
  }, [sync, key])
  const isUnread = list !== undefined && list.cursor === undefined && !list.isLoading && list.failure === undefined
  useEffect(() => {
    if (isReady && isUnread) void sync.loadMore(key)
  }, [sync, key, isReady, isUnread])
  return { list, loadMore: () => void sync.loadMore(key) }
}

/** A transaction, asked for where it is not kept, and told whether it could not be had. */
export function useTransaction(txId: string): Transaction | undefined {
  const sync = useWalletSync()
  const transaction = useWallet((state) => state.transactions.get(txId))
  const isMissing = transaction === undefined
  useEffect(() => {
    if (isMissing) sync.ensure([txId])
  }, [sync, txId, isMissing])
  return transaction
}
