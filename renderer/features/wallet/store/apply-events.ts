/**
 * What a batch of events changes at once, and what it leaves to be asked: an event tells the state of a transaction, not
 * what it pays to whom. Later state wins, whatever order the answer and the event came in.
 */
import type { NodeEventMessage, Transaction } from '../../../../node/api/contract/index.ts'
import { rankOf } from '../model/lifecycle.ts'
import { hasEnded } from '../model/movement.ts'
import type { Stale } from './stale.ts'
import type { WalletState } from './wallet-state.ts'

export function applyEvents(
  state: WalletState,
  events: readonly NodeEventMessage[],
): { readonly part: Partial<WalletState>; readonly stale: Stale } {
  const stale = {
    accounts: false,
    labels: false,
    newest: false,
    nonces: new Set<string>(),
    transactions: new Set<string>(),
  }
  const balances = new Map<string, { nonce: number; balance: WalletState['accounts'][number]['balance'] }>()
  const own = new Set(state.accounts.filter(({ kind }) => kind === 'vault').map(({ address }) => address))
  let transactions: Map<string, Transaction> | undefined
  let unproven: Map<string, number> | undefined
  for (const event of events) {
    switch (event.type) {
      case 'account.balance.changed':
        balances.set(event.data.address, { nonce: event.data.nonce, balance: event.data.balance })
        break
      case 'account.list.changed':
      case 'vault.changed':
      case 'hardware-key.changed':
        stale.accounts = true
        break
      case 'label.changed':
        stale.labels = true
        break
      case 'checkpoint.created': {
        const { seq, hash, commitIndex } = event.data
        for (const [txId, endedIn] of unproven ?? state.unproven) {
          if (endedIn > commitIndex) continue
          transactions ??= new Map(state.transactions)
          unproven ??= new Map(state.unproven)
          unproven.delete(txId)
          const known = transactions.get(txId)
          if (known !== undefined) transactions.set(txId, { ...known, checkpoint: { seq, hash } })
        }
        break
      }
      // The vertex graph is followed by the view of it.
      case 'network.vertex':
      case 'network.vertex.state':
      case 'network.commit':
      // And so are peers, and how far the node has come.
      case 'network.peer.connected':
      case 'network.peer.disconnected':
      case 'network.peer.banned':
      case 'network.peer.unbanned':
      case 'network.sync.changed':
      case 'network.reachability.changed':
        break
      default: {
        const { txId, account } = event.data
        if (own.has(account)) stale.nonces.add(account)
        const known = (transactions ?? state.transactions).get(txId)
        if (known === undefined) {
          stale.newest = true
          break
        }
        const changed = withEvent(known, event)
        if (changed === known) break
        transactions ??= new Map(state.transactions)
        transactions.set(txId, changed)
        stale.transactions.add(txId)
        const commitIndex = event.data.commitIndex
        if (changed.state === 'Finalized' && typeof commitIndex === 'number') {
          unproven ??= new Map(state.unproven)
          unproven.set(txId, commitIndex)
        }
      }
    }
  }
  const accounts =
    balances.size === 0
      ? state.accounts
      : state.accounts.map((account) => ({ ...account, ...balances.get(account.address) }))
  return {
    part: {
      ...(accounts === state.accounts ? {} : { accounts }),
      ...(transactions === undefined ? {} : { transactions }),
      ...(unproven === undefined ? {} : { unproven }),
    },
    stale,
  }
}

type TransactionEvent = Extract<NodeEventMessage, { data: { txId: string } }>

function withEvent(known: Transaction, { data, time }: TransactionEvent): Transaction {
  if (rankOf(data.state) <= rankOf(known.state) || hasEnded(known)) return known
  return {
    ...known,
    state: data.state,
    ...(data.outcome === undefined ? {} : { outcome: data.outcome }),
    ...(data.code === undefined ? {} : { code: data.code }),
    ...(data.fee === undefined ? {} : { fee: data.fee }),
    // The event does not name the record: until the node is asked, the step is shown without.
    states: [...known.states, { state: data.state, at: time, record: '' }],
  }
}
