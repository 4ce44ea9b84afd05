/**
 * Options of the peer-to-peer network. Which addresses a node listens on where nobody says depends on its network, which is
 * known after its genesis has been read: `listenAddresses`.
 */
import { z } from 'zod'
import { noYes, option } from './config-option.ts'
import { limits } from './limits.ts'

/** Ports where nobody names others, if they are free. */
export const p2pPorts = { tcp: 4_001, webSocket: 4_002 } as const

const port = /^(?:0|[1-9]\d{0,4})$/
const isPort = (text: string | undefined): boolean => text !== undefined && port.test(text) && Number(text) <= 65_535

/** An address to listen on: of this machine, so no name and no peer. Form: https://multiformats.io/multiaddr/. */
function isListenAddress(text: string): boolean {
  const [empty, family, host, protocol, portText, ...rest] = text.split('/')
  if (empty !== '' || host === undefined) return false
  if (family === 'ip4' ? !z.ipv4().safeParse(host).success : family !== 'ip6' || !z.ipv6().safeParse(host).success) {
    return false
  }
  const transport = rest.join('/')
  return (
    isPort(portText) &&
    (protocol === 'tcp' ? ['', 'ws'].includes(transport) : protocol === 'udp' && transport === 'webrtc-direct')
  )
}

const hosts = new Set(['ip4', 'ip6', 'dns', 'dns4', 'dns6', 'dnsaddr'])

/** An address of a peer. Only its form: what can be reached, the network layer says. */
function isPeerAddress(text: string): boolean {
  const [empty, family, host, ...rest] = text.split('/')
  if (empty !== '' || !hosts.has(family ?? '') || host === undefined || !/^[0-9A-Za-z.:_-]{1,253}$/.test(host))
    return false
  if (family === 'ip4' && !z.ipv4().safeParse(host).success) return false
  if (family === 'ip6' && !z.ipv6().safeParse(host).success) return false
  if (rest.length === 0) return family === 'dnsaddr'
  return rest.every((part) => /^[0-9A-Za-z_.:-]{1,128}$/.test(part))
}

const listOf = (isItem: (text: string) => boolean) =>
  z.array(z.string().max(limits.maxAddressLength).refine(isItem)).max(limits.maxListItems)

const inList = `at most ${limits.maxListItems}, separated by commas or given one by one; an array in the file`

/** `stun:host:port`. */
const isStunServer = (text: string): boolean => {
  const [, host, portText] = /^stun:([0-9A-Za-z.-]{1,253}):(\d{1,5})$/.exec(text) ?? []
  return host !== undefined && isPort(portText) && portText !== '0'
}

const mostKilobytesPerSecond = 10_000_000
/** A cap below this could not carry the votes of a network. The network layer has the same bound. */
export const leastKilobytesPerSecond = 16

const cap = z
  .int()
  .min(0)
  .max(mostKilobytesPerSecond)
  .refine((value) => value === 0 || value >= leastKilobytesPerSecond)
const capText = `0 for no cap, or a whole number from ${leastKilobytesPerSecond} to ${mostKilobytesPerSecond}`

export const p2pOptions = {
  role: option({
    schema: z.enum(['auto', 'full', 'relay']),
    description:
      'What the node does for its network: auto signs where it has the key of a validator and otherwise keeps and checks everything; full never signs; relay also helps nodes behind routers to reach each other.',
    flag: 'role',
    placeholder: 'role',
    defaultOf: () => 'auto' as const,
    liveChange: false,
  }),
  p2pListen: option({
    schema: listOf(isListenAddress),
    description: 'Addresses on which other nodes reach this one. Port 0 takes any free one.',
    flag: 'p2p-listen',
    placeholder: 'address',
    defaultOf: () => undefined,
    defaultText: `none on a development network of one validator; elsewhere TCP on port ${p2pPorts.tcp} and WebSocket on port ${p2pPorts.webSocket} of all addresses`,
    allowedText: `addresses like /ip4/0.0.0.0/tcp/4001, /ip6/::/tcp/4002/ws or /ip4/0.0.0.0/udp/4003/webrtc-direct, ${inList}`,
    liveChange: false,
  }),
  p2pAnnounce: option({
    schema: listOf(isPeerAddress),
    description:
      'Addresses to tell others in place of those listened on: for a port that a router forwards, or a name. What is named is not checked.',
    flag: 'p2p-announce',
    placeholder: 'address',
    defaultOf: (): string[] => [],
    defaultText: 'those on which it listens, and those that other nodes have confirmed',
    allowedText: `addresses like /ip4/203.0.113.7/tcp/4001 or /dns4/node.example.org/tcp/4001, ${inList}`,
    liveChange: false,
  }),
  bootstrap: option({
    schema: listOf(isPeerAddress),
    description: 'Nodes to call first, and to ask for others. No node is called that nobody has named.',
    flag: 'bootstrap',
    placeholder: 'address',
    defaultOf: (): string[] => [],
    defaultText: 'none',
    allowedText: `addresses like /ip4/203.0.113.7/tcp/4001/p2p/<id>, ${inList}`,
    liveChange: false,
  }),
  serveRelay: option({
    schema: z.enum(['auto', 'no', 'yes']),
    description:
      'Whether nodes that cannot be reached may be reached through this one, and find a direct way with its help. auto does so in the role relay. It costs the bytes that they exchange.',
    flag: 'serve-relay',
    placeholder: 'auto|no|yes',
    defaultOf: () => 'auto' as const,
    liveChange: false,
  }),
  useRelays: option({
    schema: noYes,
    description: 'Whether to be reached through relays where others cannot reach this node directly.',
    flag: 'use-relays',
    placeholder: 'no|yes',
    defaultOf: () => 'yes' as const,
    liveChange: false,
  }),
  mdns: option({
    schema: noYes,
    description: 'Whether to look for nodes of the same network on the local network, and to be found there.',
    flag: 'mdns',
    placeholder: 'no|yes',
    defaultOf: () => 'yes' as const,
    liveChange: false,
  }),
  upnp: option({
    schema: noYes,
    description: 'Whether to ask the router to forward a port to this node (UPnP, NAT-PMP).',
    flag: 'upnp',
    placeholder: 'no|yes',
    defaultOf: () => 'no' as const,
    liveChange: false,
  }),
  webRtc: option({
    schema: noYes,
    description: 'Whether to connect over WebRTC too, which finds ways through routers that TCP does not.',
    flag: 'webrtc',
    placeholder: 'no|yes',
    defaultOf: () => 'no' as const,
    liveChange: false,
  }),
  stunServers: option({
    schema: listOf(isStunServer),
    description: 'Servers that tell WebRTC the address of this node as seen from outside. They learn that it runs.',
    flag: 'stun-server',
    placeholder: 'server',
    defaultOf: (): string[] => [],
    defaultText: 'none',
    allowedText: `stun:host:port, ${inList}`,
    liveChange: false,
  }),
  maxPeers: option({
    schema: z.int().min(4).max(1_000),
    description: 'Most connections to other nodes at a time.',
    flag: 'max-peers',
    placeholder: 'count',
    defaultOf: () => 100,
    liveChange: false,
  }),
  maxUploadKbPerSecond: option({
    schema: cap,
    description: 'Most that is sent to other nodes, in kilobytes (1,000 bytes) a second.',
    flag: 'max-upload',
    placeholder: 'KB/s',
    defaultOf: () => 0,
    allowedText: capText,
    liveChange: true,
  }),
  maxDownloadKbPerSecond: option({
    schema: cap,
    description: 'Most that is taken from other nodes, in kilobytes (1,000 bytes) a second.',
    flag: 'max-download',
    placeholder: 'KB/s',
    defaultOf: () => 0,
    allowedText: capText,
    liveChange: true,
  }),
  allowClassicalPeers: option({
    schema: noYes,
    description:
      'Whether to talk to nodes without the post-quantum handshake. A recording of that could be read by a quantum computer one day; a validator refuses it in any case.',
    flag: 'allow-classical-peers',
    placeholder: 'no|yes',
    defaultOf: () => 'no' as const,
    liveChange: false,
  }),
} as const
