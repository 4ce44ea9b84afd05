/** Peers, bans, reachability and synchronisation as they are sent, in answers and in events alike: times are RFC 3339 text. */
import type { BanView, NamedPeer, ReachabilityView, SyncView } from './peer-types.ts'

const timeText = (ms: number): string => new Date(ms).toISOString()
const timeTextOrNull = (ms: number | null): string | null => (ms === null ? null : timeText(ms))
/** Bytes and milliseconds are whole numbers, whatever they were worked out by. */
const whole = (value: number): number => Math.max(0, Math.round(value))

export function peerData({ connectedAtMs, ...peer }: NamedPeer) {
  return {
    id: peer.id,
    validator: peer.validator,
    validatorName: peer.validatorName,
    role: peer.role,
    agent: peer.agent,
    address: peer.address,
    path: peer.path,
    direction: peer.direction,
    channel: peer.channel,
    connectedAt: timeText(connectedAtMs),
    latencyMs: peer.latencyMs === null ? null : whole(peer.latencyMs),
    receivedBytes: whole(peer.receivedBytes),
    sentBytes: whole(peer.sentBytes),
    score: peer.score,
  }
}

export function banData({ id, address, reason, atMs, untilMs }: BanView) {
  return { id, address, reason, at: timeText(atMs), until: timeTextOrNull(untilMs) }
}

export function reachabilityData({ asOfMs, listening, announced, relays, ...view }: ReachabilityView) {
  return {
    state: view.state,
    reason: view.reason,
    listening: [...listening],
    announced: [...announced],
    relays: [...relays],
    portMapped: view.isPortMapped,
    missing: view.missing.map(({ part, reason }) => ({ part, reason })),
    asOf: timeText(asOfMs),
  }
}

export function syncData({ phaseStartedAtMs, remainingMs, dropped, anchor, ...view }: SyncView) {
  return {
    phase: view.phase,
    done: whole(view.done),
    total: view.total === null ? null : whole(view.total),
    unit: view.unit,
    phaseStartedAt: timeText(phaseStartedAtMs),
    remainingMs: remainingMs === null ? null : whole(remainingMs),
    dropped: dropped.map(({ peer, code }) => ({ peer, code })),
    anchor: anchor === null ? null : { kind: anchor.kind, hash: anchor.hash, at: timeText(anchor.atMs) },
  }
}
