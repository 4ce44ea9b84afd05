/** Peers, how this node is reached, and how far it has come, for reading. What peers say of themselves is made printable. */
import type { Peer, PeerBan, PeerList, Reachability, SyncState, Traffic } from '../api/contract/index.ts'
import { fields, type Output, printable, table } from './output.ts'

const sizes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** 1,234,567 → "1.2 MB". */
export function showBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // 999,950 bytes would be shown as 1000.0 kB.
  for (; value >= 999.95 && unit < sizes.length - 1; unit++) value /= 1_000
  return `${unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${sizes[unit]}`
}

/** 3,725,000 → "1 h 2 min": the two greatest units. */
export function showDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

const paths: Readonly<Record<Peer['path'], string>> = {
  direct: 'direct',
  relayed: 'by relay',
  lan: 'LAN',
  loopback: 'this machine',
}

const channels: Readonly<Record<Peer['channel'], string>> = {
  hybrid: 'post-quantum',
  classical: 'classical',
  none: 'none',
}

export function peersText(
  { asOf, self, items, bans }: PeerList,
  { reachability, traffic }: { readonly reachability: Reachability; readonly traffic: Traffic },
): string {
  const head = fields([
    ['This node', self === null ? 'has no name on a network' : `${self.id}  ${self.role}, ${printable(self.agent)}`],
    ['Reached', reachedText(reachability)],
    ['Missing', missingText(reachability)],
    ['Received', trafficText(traffic.receivedBytes, traffic.receivedBytesPerSecond, traffic.maxReceivedBytesPerSecond)],
    ['Sent', trafficText(traffic.sentBytes, traffic.sentBytesPerSecond, traffic.maxSentBytesPerSecond)],
  ])
  const now = Date.parse(asOf)
  const list =
    items.length === 0
      ? `No peer is connected.\nAdd one: qudag peer add /ip4/203.0.113.7/tcp/4001/p2p/12D3KooW…`
      : peersTable(items, now)
  return [head, list, ...(bans.length === 0 ? [] : [`Banned\n${bansTable(bans)}`])].join('\n\n')
}

/** Names first: ids are long, and say nothing to people. */
function peersTable(items: readonly Peer[], nowMs: number): string {
  const rows = items.map((peer) => [
    peer.validatorName ?? peer.role,
    paths[peer.path],
    channels[peer.channel],
    peer.latencyMs === null ? '' : `${peer.latencyMs} ms`,
    showBytes(peer.receivedBytes),
    showBytes(peer.sentBytes),
    showDuration(nowMs - Date.parse(peer.connectedAt)),
    peer.agent === null ? '' : printable(peer.agent),
    printable(peer.address),
    peer.id,
  ])
  const headings = ['Peer', 'Way', 'Channel', 'Latency', 'Received', 'Sent', 'For', 'Runs', 'Address', 'Id']
  return table(headings, rows, [3, 4, 5, 6])
}

function bansTable(bans: readonly PeerBan[]): string {
  const rows = bans.map(({ id, reason, at, until }) => [
    reason === 'BY_HAND' ? 'by hand' : printable(reason),
    at,
    until ?? 'lifted by hand',
    id,
  ])
  return table(['Reason', 'Since', 'Until', 'Id'], rows)
}

export function peerText(peer: Peer): string {
  return fields([
    ['Peer', peer.id],
    ['Name', peer.validatorName ?? undefined],
    ['Role', peer.role],
    ['Runs', peer.agent === null ? undefined : printable(peer.agent)],
    ['Address', printable(peer.address)],
    ['Way', `${paths[peer.path]}, ${peer.direction}`],
    ['Channel', channels[peer.channel]],
  ])
}

export function banText({ id, until }: PeerBan): string {
  return `Banned ${id} ${until === null ? 'until the ban is lifted' : `until ${until}`}.`
}

function trafficText(total: number, perSecond: number, cap: number | null): string {
  const capped = cap === null ? '' : `, capped at ${showBytes(cap)}/s`
  return `${showBytes(total)} since the start, ${showBytes(perSecond)}/s now${capped}`
}

const parts: Readonly<Record<Reachability['missing'][number]['part'], string>> = {
  webrtc: 'WebRTC',
  mdns: 'neighbours (mDNS)',
  upnp: 'the router (UPnP)',
  stun: 'STUN',
  listen: 'an address',
}

/** Undefined where nothing is. */
function missingText({ missing }: Reachability): string | undefined {
  if (missing.length === 0) return undefined
  return missing.map(({ part, reason }) => `${parts[part]}: ${printable(reason)}`).join('; ')
}

const reached: Readonly<Record<Reachability['state'], string>> = {
  public: 'by anybody',
  private: 'by nobody: this node finds others, they do not find it',
  relayed: 'by way of a relay',
  unknown: 'not known yet',
  offline: 'by nobody: this node does not listen',
}

const reasons: Readonly<Record<string, string>> = {
  CONFIRMED_BY_PEERS: 'peers have dialled back',
  DIAL_BACK_FAILED: 'peers that dialled back got no answer; forward its port in the router, or use a relay',
  PORT_MAPPED: 'the router forwards a port',
  RELAY_RESERVED: 'behind a router that forwards nothing',
  NO_PEERS: 'there is nobody to ask',
  NOT_CHECKED: 'nobody has dialled back yet',
  LISTENS_NOWHERE: '',
}

export function reachedText({ state, reason }: Reachability): string {
  const known = Object.hasOwn(reasons, reason) ? reasons[reason] : printable(reason)
  return known === '' || known === undefined ? reached[state] : `${reached[state]} (${known})`
}

const phases: Readonly<Record<SyncState['phase'], string>> = {
  connecting: 'looking for peers',
  certificates: 'checking who validated',
  snapshot: 'fetching the state of the ledger',
  replay: 'executing what came after it',
  live: 'up to date',
  stalled: 'has what there is; the network makes no progress',
}

export function syncText(
  { phase, done, total, unit, remainingMs, dropped }: SyncState,
  paint: Output['paint'],
): string {
  const amount = (value: number): string => (unit === 'bytes' ? showBytes(value) : String(value))
  const isUnderWay = phase === 'certificates' || phase === 'snapshot' || phase === 'replay'
  const progress =
    !isUnderWay || unit === null ? '' : total === null ? amount(done) : `${amount(done)} of ${amount(total)}`
  const named = progress === '' || unit === 'bytes' ? progress : `${progress} ${unit}`
  const rest = isUnderWay && remainingMs !== null ? `about ${showDuration(remainingMs)} left` : ''
  const lost = dropped.length === 0 ? '' : `${dropped.length} peers dropped`
  const text = [phases[phase], named, rest, lost].filter((part) => part !== '').join(', ')
  return paint(phase === 'live' ? 'good' : phase === 'stalled' ? 'bad' : 'warn', text)
}
