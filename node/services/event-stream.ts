/** Events for readers: numbered within this run of the node, filtered, resumable, with an honest notice where some are gone. */
import { bytesKey, toHex } from '../core/bytes.ts'
import { mainHistory } from '../core/event-hub.ts'
import { NodeError } from '../core/node-error.ts'
import type { AccountId } from '../ledger/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import { graphHistory, isGraphEvent, type NodeEvent, type NodeEventHub, peerHistory } from './events.ts'
import { banData, peerData, reachabilityData, syncData } from './peer-data.ts'
import type { EventDelivery, EventView, GraphVertexChange, GraphVertexView, NodeServices } from './types.ts'

export function createEventServices(deps: {
  readonly hub: NodeEventHub
  readonly chain: Chain
  readonly accounts: AccountServices
  /** Names this run of the node: sequence numbers start anew with each. */
  readonly run: string
}): NodeServices['events'] {
  const { hub, chain, accounts, run } = deps

  const viewOf = (event: NodeEvent): EventView => {
    const type = typeOf(event)
    switch (event.type) {
      case 'transaction': {
        const { state, txId, account, nonce, end } = event
        return {
          type,
          subject: toHex(txId),
          data: {
            txId: toHex(txId),
            state,
            account: chain.format(account),
            nonce,
            ...(end === undefined ? {} : endOf(end)),
          },
        }
      }
      case 'balance': {
        const { account, nonce, balanceMicroRuv, pendingMicroRuv, changeMicroRuv, commitIndex } = event
        const address = chain.format(account)
        const available = balanceMicroRuv - pendingMicroRuv
        return {
          type,
          subject: address,
          data: {
            address,
            nonce,
            balance: {
              available: String(available > 0n ? available : 0n),
              escrowed: '0',
              pending: String(pendingMicroRuv),
              staked: '0',
            },
            change: String(changeMicroRuv),
            commitIndex,
          },
        }
      }
      case 'checkpoint': {
        const { seq, hash, commitIndex } = event
        return { type, subject: String(seq), data: { seq, hash: toHex(hash), commitIndex } }
      }
      case 'account-list': {
        const address = chain.format(event.account)
        return { type, subject: address, data: { address } }
      }
      case 'label':
        return { type, subject: event.ref, data: { ref: event.ref } }
      case 'vault':
        return { type, subject: 'vault', data: { exists: event.exists, locked: event.locked } }
      case 'hardware-key':
        return { type, subject: 'hardware-keys', data: {} }
      case 'graph-vertices': {
        const { epoch, vertices, left } = event
        return { type, subject: String(epoch), data: { epoch, vertices: vertices.map(vertexData), left } }
      }
      case 'graph-states': {
        const { epoch, changes, left } = event
        return { type, subject: String(epoch), data: { epoch, changes: changes.map(changeData), left } }
      }
      case 'graph-commits': {
        const { epoch, left } = event
        const commits = event.commits.map(({ commitTimeMs, ...commit }) => ({ ...commit, at: timeText(commitTimeMs) }))
        return { type, subject: String(epoch), data: { epoch, commits, left } }
      }
      case 'peer-connected':
      case 'peer-disconnected':
        return { type, subject: event.peer.id, data: peerData(event.peer) }
      case 'peer-banned':
        return { type, subject: event.ban.id, data: banData(event.ban) }
      case 'peer-unbanned':
        return { type, subject: event.id, data: { id: event.id } }
      case 'sync':
        return { type, subject: event.sync.phase, data: syncData(event.sync) }
      case 'reachability':
        return { type, subject: event.reachability.state, data: reachabilityData(event.reachability) }
    }
  }

  return {
    position: () => ({ run, sequence: hub.lastSequence }),
    async *subscribe({ after, types, accounts: names, onEstablished }, signal) {
      const keys = names === undefined ? undefined : new Set<string>()
      for (const name of names ?? []) keys?.add(bytesKey(await accounts.resolve(name)))
      const wanted = (event: NodeEvent): boolean =>
        (keys === undefined || accountsOf(event).some((account) => keys.has(bytesKey(account)))) &&
        (types === undefined ? !isGraphEvent(event) : types.some((pattern) => matches(pattern, typeOf(event))))
      // A place in another run of the node cannot be found again: that is a gap, not a beginning.
      const isOtherRun = after !== undefined && after.run !== run
      const afterSequence = isOtherRun ? undefined : after?.sequence
      const subscription = hub.subscribe({ afterSequence, wanted, histories: historiesOf(types) })
      if (subscription === undefined) {
        throw new NodeError('TOO_MANY_SUBSCRIBERS', 'this node serves as many event streams as it can', {
          hint: 'Close one, and subscribe again.',
        })
      }
      onEstablished?.()
      const close = (): void => subscription.close()
      signal?.addEventListener('abort', close, { once: true })
      try {
        if (isOtherRun) yield { kind: 'gap', run, nextSequence: hub.lastSequence + 1 } satisfies EventDelivery
        for await (const delivery of subscription) {
          if (delivery.kind === 'gap') {
            yield { kind: 'gap', run, nextSequence: delivery.nextSequence } satisfies EventDelivery
            continue
          }
          const { sequence, event } = delivery
          yield { kind: 'event', run, sequence, atMs: event.atMs, event: viewOf(event) } satisfies EventDelivery
        }
      } finally {
        signal?.removeEventListener('abort', close)
        close()
      }
    },
  }
}

function endOf({
  outcome,
  code,
  feeMicroRuv,
  commitIndex,
}: NonNullable<Extract<NodeEvent, { type: 'transaction' }>['end']>) {
  return {
    ...(outcome === 'rejected' ? {} : { outcome }),
    ...(code === null ? {} : { code }),
    fee: String(feeMicroRuv),
    commitIndex,
  }
}

function typeOf(event: NodeEvent): string {
  return event.type === 'transaction' ? `transaction.${event.state.toLowerCase()}` : typesOfOthers[event.type]
}

const typesOfOthers = {
  balance: 'account.balance.changed',
  checkpoint: 'checkpoint.created',
  'account-list': 'account.list.changed',
  label: 'label.changed',
  vault: 'vault.changed',
  'hardware-key': 'hardware-key.changed',
  'graph-vertices': 'network.vertex',
  'graph-states': 'network.vertex.state',
  'graph-commits': 'network.commit',
  'peer-connected': 'network.peer.connected',
  'peer-disconnected': 'network.peer.disconnected',
  'peer-banned': 'network.peer.banned',
  'peer-unbanned': 'network.peer.unbanned',
  sync: 'network.sync.changed',
  reachability: 'network.reachability.changed',
} as const

/** Which history has the events of a type. */
const histories: Readonly<Record<string, readonly string[]>> = {
  [graphHistory]: [typesOfOthers['graph-vertices'], typesOfOthers['graph-states'], typesOfOthers['graph-commits']],
  [peerHistory]: [
    ...[typesOfOthers['peer-connected'], typesOfOthers['peer-disconnected'], typesOfOthers['peer-banned']],
    ...[typesOfOthers['peer-unbanned'], typesOfOthers.sync, typesOfOthers.reachability],
  ],
}
const keptApart: ReadonlySet<string> = new Set(Object.values(histories).flat())
const ofMain = Object.values(typesOfOthers).filter((type) => !keptApart.has(type))

/** Which histories have events of these types, so that what is gone of the others is no gap. */
function historiesOf(types: readonly string[] | undefined): readonly string[] {
  if (types === undefined) return [mainHistory, peerHistory]
  return [
    ...(types.some((pattern) => pattern.startsWith('transaction.') || ofMain.some((type) => matches(pattern, type)))
      ? [mainHistory]
      : []),
    ...Object.entries(histories)
      .filter(([, ofHistory]) => types.some((pattern) => ofHistory.some((type) => matches(pattern, type))))
      .map(([history]) => history),
  ]
}

const timeText = (ms: number): string => new Date(ms).toISOString()

function changeData({ supportMicroRuv, ...change }: GraphVertexChange): Record<string, unknown> {
  return { ...change, support: String(supportMicroRuv) }
}

function vertexData({ supportMicroRuv, timestampMs, ...vertex }: GraphVertexView): Record<string, unknown> {
  return { ...vertex, support: String(supportMicroRuv), timestamp: timeText(timestampMs) }
}

/** Whose subscribers hear of it. Checkpoints, labels, the vault and peers are of no account: who listens to some gets none. */
function accountsOf(event: NodeEvent): readonly AccountId[] {
  if (event.type === 'transaction') return event.parties
  return event.type === 'balance' || event.type === 'account-list' ? [event.account] : []
}

/** `transaction.finalized`, or a whole family: `transaction.*`. */
function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}
