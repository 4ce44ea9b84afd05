/**
 * Sees to it that a node has peers: calls those that it must always reach, and, while there are too few, those that it was told of
 * at the start and others that it has heard of. Who does not answer is left alone for longer each time. libp2p itself calls
 * nobody.
 */
import type { Libp2p, PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { type Rng, randomBelow } from '../../core/rng.ts'
import { parseAddress, peerOfAddress } from '../peers/address.ts'
import { hostLimits } from './limits.ts'
import type { HostServices } from './types.ts'

export interface ConnectorOptions {
  readonly bootstrap: readonly string[]
  /** Connections to look for. */
  readonly targetPeers: number
  readonly pace: { readonly firstBackoffMs: number; readonly longestNamedBackoffMs: number }
}

export interface ConnectorDeps {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly rng: Rng
  readonly added?: () => readonly string[]
}

export interface Connector {
  start(): void
  stop(): void
  want(ids: readonly string[]): void
  /** Whether it is one of those that are always called. */
  isNamed(id: string): boolean
}

/** Of libp2p's peer store: what it weighs when it has to close connections. */
const keepTag = 'qudag-named'

/** A call that can be made: to a known address, or to whoever has this id. */
interface Candidate {
  /** By which failures are remembered. */
  readonly key: string
  readonly target: Multiaddr | PeerId
  readonly id: string | undefined
  /** By a person, a configuration or the ledger: called again soon, however often it has failed. */
  readonly isNamed: boolean
}

export function createConnector(
  { bootstrap, targetPeers, pace }: ConnectorOptions,
  libp2p: Libp2p<HostServices>,
  { clock, scheduler, rng, added = () => [] }: ConnectorDeps,
): Connector {
  const backoffs = new Map<string, { untilMs: number; failures: number }>()
  /** Whom an address without an id has turned out to be. */
  const answeredAs = new Map<string, string>()
  const inProgress = new Set<string>()
  let wanted: readonly string[] = []
  let ending: AbortController | undefined
  let cancelTimer: (() => void) | undefined
  let intervalMs: number = hostLimits.connectIntervalMs
  /** When those of `bootstrap` are called whether there are enough others or not. */
  let bootstrapAtMs = Number.NEGATIVE_INFINITY

  const isConnected = (id: string | undefined): boolean =>
    id !== undefined && libp2p.getPeers().some((peer) => peer.toString() === id)

  const isReady = ({ key, id }: Candidate): boolean =>
    id !== libp2p.peerId.toString() &&
    !inProgress.has(key) &&
    !isConnected(id) &&
    (backoffs.get(key)?.untilMs ?? 0) <= clock.nowMs()

  const fromAddress = (text: string): Candidate[] => {
    const target = parseAddress(text)
    return target === undefined
      ? []
      : [{ key: text, target, id: peerOfAddress(target) ?? answeredAs.get(text), isNamed: true }]
  }

  const fromId = (id: string): Candidate[] => peerOfId(id).map((target) => ({ key: id, target, id, isNamed: true }))

  /** Known by hearsay, in an order of chance: an attacker's many names are no nearer than anyone's. */
  const heardOf = async (): Promise<Candidate[]> => {
    const peers = await libp2p.peerStore.all()
    const candidates = peers
      .filter(({ addresses }) => addresses.length > 0)
      .map(({ id }): Candidate => ({ key: id.toString(), target: id, id: id.toString(), isNamed: false }))
      .filter(isReady)
    for (let index = candidates.length - 1; index > 0; index--) {
      const other = randomBelow(rng, index + 1)
      const [a, b] = [candidates[index], candidates[other]]
      if (a !== undefined && b !== undefined) [candidates[index], candidates[other]] = [b, a]
    }
    return candidates
  }

  const failed = ({ key, isNamed }: Candidate): void => {
    const failures = (backoffs.get(key)?.failures ?? 0) + 1
    const longestMs = isNamed ? pace.longestNamedBackoffMs : hostLimits.longestBackoffMs
    const waitMs = Math.min(longestMs, pace.firstBackoffMs * 2 ** (Math.min(failures, 16) - 1))
    backoffs.delete(key)
    backoffs.set(key, { untilMs: clock.nowMs() + waitMs, failures })
    for (const oldest of backoffs.keys()) {
      if (backoffs.size <= hostLimits.maxBackoffs) break
      backoffs.delete(oldest)
    }
  }

  /** Where there are too many connections, those that somebody has named stay. */
  const keep = async (peers: readonly PeerId[], isKept: boolean): Promise<void> => {
    const tags = { [keepTag]: isKept ? { value: hostLimits.namedPeerValue } : undefined }
    await Promise.all(peers.map((peer) => libp2p.peerStore.merge(peer, { tags }).catch(() => undefined)))
  }

  const call = async (candidate: Candidate, signal: AbortSignal): Promise<void> => {
    const { key, target } = candidate
    inProgress.add(key)
    try {
      const connection = await libp2p.dial(target, { signal })
      backoffs.delete(key)
      if (key.startsWith('/')) answeredAs.set(key, connection.remotePeer.toString())
      if (candidate.isNamed) await keep([connection.remotePeer], true)
    } catch {
      if (signal.aborted) return
      failed(candidate)
      // Of others there are many; those that are wanted have no stand-in.
      if (wanted.includes(key)) void locate(target as PeerId, signal)
    } finally {
      inProgress.delete(key)
    }
  }

  /** Whoever is called in vain may have moved: the network is asked where to, whatever is known already. */
  const locate = async (peer: PeerId, signal: AbortSignal): Promise<void> => {
    const key = `where ${peer}`
    if (inProgress.has(key) || (backoffs.get(key)?.untilMs ?? 0) > clock.nowMs() || libp2p.getPeers().length === 0)
      return
    inProgress.add(key)
    const limited = AbortSignal.any([signal, AbortSignal.timeout(hostLimits.dhtQueryTimeoutMs)])
    const before = await addressesOf(peer)
    try {
      for await (const event of libp2p.services.dht.findPeer(peer, { signal: limited, useCache: false })) {
        if (event.name !== 'FINAL_PEER' || event.peer.multiaddrs.length === 0) continue
        await libp2p.peerStore.merge(peer, {
          multiaddrs: event.peer.multiaddrs.slice(0, hostLimits.maxAddressesToDial),
        })
      }
    } catch {
      // Nobody knows, or too late: asked again after a while.
    } finally {
      inProgress.delete(key)
      backoffs.set(key, { untilMs: clock.nowMs() + hostLimits.locateIntervalMs, failures: 0 })
    }
    const isNew = (await addressesOf(peer)).some((address) => !before.includes(address))
    if (!isNew || signal.aborted) return
    backoffs.delete(peer.toString())
    lookIn(0)
  }

  const addressesOf = async (peer: PeerId): Promise<readonly string[]> =>
    libp2p.peerStore.get(peer).then(
      ({ addresses }) => addresses.map(({ multiaddr }) => multiaddr.toString()),
      () => [],
    )

  /** They are everybody's: whoever has found others leaves their places to those that have not. */
  const toldAtFirst = (): readonly string[] => {
    const nowMs = clock.nowMs()
    if (libp2p.getPeers().length >= targetPeers && nowMs < bootstrapAtMs) return []
    bootstrapAtMs = nowMs + hostLimits.bootstrapIntervalMs
    return bootstrap
  }

  const look = async (signal: AbortSignal): Promise<void> => {
    const named = [...wanted.flatMap(fromId), ...[...toldAtFirst(), ...added()].flatMap(fromAddress)]
    const calls = named.filter(isReady)
    if (named.some(({ id }) => !isConnected(id))) intervalMs = Math.min(intervalMs, pace.firstBackoffMs)
    const lacking = targetPeers - libp2p.getPeers().length - calls.length
    if (lacking > 0) {
      const others = await heardOf()
      calls.push(...others.slice(0, Math.min(lacking, hostLimits.dialsPerLook)))
      // Somebody whom we know may know others; who they are comes back through the peer store.
      if (others.length < lacking && libp2p.getPeers().length > 0) void search(signal, lacking)
    }
    await Promise.all(calls.map((candidate) => call(candidate, signal)))
  }

  /** A search connects with everybody on its way: it ends when there are enough to call. */
  const search = async (signal: AbortSignal, enough: number): Promise<void> => {
    if (inProgress.has('search')) return
    inProgress.add('search')
    const limited = AbortSignal.any([signal, AbortSignal.timeout(hostLimits.dhtQueryTimeoutMs)])
    let found = 0
    try {
      for await (const { id, multiaddrs } of libp2p.peerRouting.getClosestPeers(rng.bytes(32), { signal: limited })) {
        if (multiaddrs.length === 0 || id.equals(libp2p.peerId)) continue
        if (!isConnected(id.toString())) found += 1
        await libp2p.peerStore.merge(id, { multiaddrs })
        if (found >= enough) break
      }
    } catch {
      // Nobody to ask, or too late: the next look asks again.
    } finally {
      inProgress.delete('search')
    }
    // Somebody to call, and calls that are wanted: not at some later time.
    if (found > 0 && libp2p.getPeers().length < targetPeers) lookIn(hostLimits.soonMs)
  }

  const lookIn = (delayMs: number): void => {
    if (ending === undefined) return
    cancelTimer?.()
    cancelTimer = scheduler.after(delayMs, turn)
  }

  const turn = (): void => {
    cancelTimer = undefined
    if (ending === undefined) return
    const { signal } = ending
    void look(signal)
      .catch(() => undefined)
      .then(() => {
        if (signal.aborted || cancelTimer !== undefined) return
        // A network smaller than the target is not asked for more and more often.
        intervalMs = Math.min(hostLimits.longestConnectIntervalMs, intervalMs * 1.5)
        lookIn(intervalMs)
      })
  }

  /** Somebody went: look soon, and more often again. */
  const onDisconnect = (): void => {
    intervalMs = hostLimits.connectIntervalMs
    if (cancelTimer !== undefined) lookIn(intervalMs)
  }

  return {
    start() {
      ending = new AbortController()
      libp2p.addEventListener('peer:disconnect', onDisconnect)
      turn()
    },
    stop() {
      ending?.abort()
      ending = undefined
      cancelTimer?.()
      cancelTimer = undefined
      libp2p.removeEventListener('peer:disconnect', onDisconnect)
    },
    want(ids) {
      void keep(wanted.filter((id) => !ids.includes(id)).flatMap(peerOfId), false)
      void keep(ids.flatMap(peerOfId), true)
      wanted = [...ids]
      intervalMs = hostLimits.connectIntervalMs
      if (cancelTimer !== undefined) lookIn(0)
    },
    isNamed: (id) =>
      wanted.includes(id) || [...bootstrap, ...added()].flatMap(fromAddress).some((candidate) => candidate.id === id),
  }
}

/** Nothing where the text is no id. */
function peerOfId(id: string): PeerId[] {
  try {
    return [peerIdFromString(id)]
  } catch {
    return []
  }
}
