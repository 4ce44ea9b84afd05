/**
 * Whether others can reach this node, and how that is known. Sources, the strongest first: somebody's connection from outside
 * that came in; an address that other peers have dialled back (AutoNAT) or a router has opened (UPnP); a relay that holds a
 * place for us.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { ipOf, isRelayed, pathOf } from '../peers/address.ts'
import type { MissingPart, ReachabilityView } from '../types.ts'
import { hostLimits } from './limits.ts'
import type { HostOptions, HostServices, Inside } from './types.ts'

export interface Reachability {
  start(): void
  stop(): void
  view(): ReachabilityView
  onChange(listener: (view: ReachabilityView) => void): () => void
}

type Verdict = Pick<ReachabilityView, 'state' | 'reason'>

export function createReachability(
  options: Pick<HostOptions, 'dht'>,
  libp2p: Libp2p<HostServices>,
  inside: Inside,
  deps: { readonly clock: Clock; readonly scheduler: Scheduler; readonly missing: () => readonly MissingPart[] },
): Reachability {
  const listeners = new Set<(view: ReachabilityView) => void>()
  const { clock, scheduler } = deps
  let isRunning = false
  let reachedAtMs = Number.NEGATIVE_INFINITY
  let last: { readonly key: string; readonly view: ReachabilityView } | undefined
  let cancelTimer: (() => void) | undefined

  const judge = (): Omit<ReachabilityView, 'asOfMs'> => {
    const nowMs = clock.nowMs()
    const own = isRunning ? inside.addresses() : []
    const listening = isRunning ? inside.listening().filter((address) => !isCircuit(address)) : []
    const circuits = own.filter(({ multiaddr, verified }) => verified && isCircuit(multiaddr))
    const relays = [...new Set(circuits.map(({ multiaddr }) => relayOf(multiaddr)))].filter(
      (relay) => relay !== undefined,
    )
    const outside = own.filter(({ multiaddr }) => pathOf(multiaddr) === 'direct' && ipOf(multiaddr) !== undefined)
    const mapped = outside.filter(({ type, verified }) => verified && type === 'ip-mapping')

    const verdict = (): Verdict => {
      if (!isRunning || libp2p.getPeers().length === 0) return { state: 'offline', reason: 'NO_PEERS' }
      if (mapped.length > 0) return { state: 'public', reason: 'PORT_MAPPED' }
      const isConfirmed = outside.some(({ verified, type }) => verified && type !== 'announce')
      if (isConfirmed || nowMs - reachedAtMs < hostLimits.inboundProofMs) {
        return { state: 'public', reason: 'CONFIRMED_BY_PEERS' }
      }
      if (relays.length > 0) return { state: 'relayed', reason: 'RELAY_RESERVED' }
      if (listening.length === 0) return { state: 'private', reason: 'LISTENS_NOWHERE' }
      // Said to be unreachable until then.
      if (outside.some(({ verified, expires }) => !verified && expires > nowMs)) {
        return { state: 'private', reason: 'DIAL_BACK_FAILED' }
      }
      return { state: 'unknown', reason: 'NOT_CHECKED' }
    }

    return {
      ...verdict(),
      listening: listening.map(String),
      announced: isRunning ? libp2p.getMultiaddrs().map(String) : [],
      relays,
      isPortMapped: mapped.length > 0,
      missing: [...deps.missing()],
    }
  }

  const look = (): ReachabilityView => {
    const seen = judge()
    const key = JSON.stringify(seen)
    if (last?.key === key) return last.view
    last = { key, view: { ...seen, asOfMs: clock.nowMs() } }
    return last.view
  }

  const check = (): void => {
    chooseDhtMode()
    const before = last?.key
    const view = look()
    if (last?.key === before) return
    for (const listener of listeners) listener(view)
  }

  /**
   * Others may ask those whom they can reach. Where all peers are near, that is whoever listens; where some are far, only those that
   * far ones can reach are of use to them.
   */
  const chooseDhtMode = (): void => {
    if (options.dht !== 'auto' || !isRunning) return
    const areAllNear = libp2p.getConnections().every(({ remoteAddr }) => pathOf(remoteAddr) !== 'direct')
    const { state, listening } = judge()
    const serves = state === 'public' || (areAllNear && listening.length > 0)
    void libp2p.services.dht.setMode(serves ? 'server' : 'client').catch(() => undefined)
  }

  const onOpen = ({ detail: connection }: CustomEvent<Connection>): void => {
    const { direction, remoteAddr } = connection
    if (direction === 'inbound' && !isRelayed(remoteAddr)) {
      if (pathOf(remoteAddr) === 'direct' && ipOf(remoteAddr) !== undefined) reachedAtMs = clock.nowMs()
    }
    check()
  }

  const tick = (): void => {
    check()
    cancelTimer = scheduler.after(hostLimits.reachabilityIntervalMs, tick)
  }

  return {
    start() {
      isRunning = true
      libp2p.addEventListener('connection:open', onOpen)
      for (const event of ['peer:disconnect', 'self:peer:update', 'transport:listening', 'transport:close'] as const) {
        libp2p.addEventListener(event, check)
      }
      tick()
    },
    stop() {
      isRunning = false
      cancelTimer?.()
      libp2p.removeEventListener('connection:open', onOpen)
      for (const event of ['peer:disconnect', 'self:peer:update', 'transport:listening', 'transport:close'] as const) {
        libp2p.removeEventListener(event, check)
      }
      check()
      listeners.clear()
    },
    view: look,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function isCircuit(address: { getComponents(): { name: string }[] }): boolean {
  return address.getComponents().some(({ name }) => name === 'p2p-circuit')
}

/** Id of the relay in an address that leads through one. */
function relayOf(address: { getComponents(): { name: string; value?: string | undefined }[] }): string | undefined {
  const components = address.getComponents()
  const circuit = components.findIndex(({ name }) => name === 'p2p-circuit')
  return components.slice(0, circuit).findLast(({ name }) => name === 'p2p')?.value
}
