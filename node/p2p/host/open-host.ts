/**
 * A host with all that belongs to it: its key and what it remembers from the data folder, the bans at its door, its traffic
 * counted and capped, and the views of it. What a node starts; the layers above take `host` and `directory`.
 */
import type { ComponentLogger, Ed25519PrivateKey } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import type { Rng } from '../../core/rng.ts'
import { livesOnThisMachine, parseAddress } from '../peers/address.ts'
import {
  type BookNote,
  createGater,
  createInboundGate,
  createPeerViews,
  createTraffic,
  openPeerBook,
  type PeerDirectory,
  type PinStore,
  type PrivateFiles,
  type TrafficCaps,
  type ValidatorNames,
} from '../peers/index.ts'
import { createHost } from './create-host.ts'
import { loadOrCreatePeerKey } from './identity.ts'
import { openPeerDatastore, type PeerStoreNote } from './peer-datastore.ts'
import { createStreamGuard } from './stream-guard.ts'
import type { EncrypterFactory, Host, HostDeps, HostOptions, TransportFactory } from './types.ts'

export interface PeerHostOptions extends HostOptions {
  readonly caps: TrafficCaps
}

export interface PeerHostDeps {
  /** Of the data folder. */
  readonly files: PrivateFiles
  /** The channel's handshakes, the preferred one first. @param pins where it remembers who has come post-quantum @param privateKey this node's */
  readonly encrypters: (pins: PinStore, privateKey: Ed25519PrivateKey) => readonly EncrypterFactory[]
  /** Whether a channel's name (`connection.encryption`) is that of the hybrid handshake. */
  readonly isHybrid: (encryption: string | undefined) => boolean
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly rng: Rng
  readonly note: (note: BookNote | PeerStoreNote) => void
  readonly reportFault: (fault: unknown) => void
  /** From the layer of messages (node/p2p/wire). */
  readonly pubsub?: HostDeps['pubsub']
  readonly transports?: readonly TransportFactory[]
  readonly logger?: ComponentLogger
}

export interface PeerHost {
  readonly host: Host
  readonly directory: PeerDirectory
  /** The key behind this node's peer id. */
  readonly privateKey: Ed25519PrivateKey
  /** What is remembered of the names that validators have on the wire. */
  readonly validators: ValidatorNames
  setCaps(caps: TrafficCaps): void
  start(): Promise<void>
  /** Clean where that is quick, and within `hostLimits.stopTimeoutMs` in any case. What is known of peers is on disk after it. */
  stop(): Promise<void>
}

/** @throws NodeError PEER_KEY_PERMISSIONS, PEER_KEY_DAMAGED, PEER_KEY_READ_FAILED, PEER_KEY_WRITE_FAILED */
export async function openPeerHost(options: PeerHostOptions, deps: PeerHostDeps): Promise<PeerHost> {
  const privateKey = await loadOrCreatePeerKey(deps.files, deps.rng)
  const book = await openPeerBook(deps)
  const datastore = await openPeerDatastore(deps)
  const traffic = createTraffic(options.caps, deps)
  // They look at a host that is made with them.
  let made: { readonly host: Host; readonly directory: PeerDirectory } | undefined
  const isKept = (id: string): boolean => made?.host.isNamed(id) === true || made?.directory.hasProven(id) === true
  const gate = createInboundGate(options, {
    connections: () => made?.host.libp2p.getConnections() ?? [],
    isKept,
    reserved: () => [...(made?.host.libp2p.services.relay?.reservations.keys() ?? [])].map(String),
    onExcess: (id) => made?.directory.misconduct(id, 'CONNECTION_LIMIT'),
  })
  const guard = createStreamGuard({
    connections: () => made?.host.libp2p.getConnections() ?? [],
    isKept,
    onExcess: (id) => made?.directory.misconduct(id, 'STREAM_RATE_EXCEEDED'),
    ...{ clock: deps.clock, scheduler: deps.scheduler },
  })
  const gater = createGater({ thisMachine: livesOnThisMachine([...options.listen, ...options.bootstrap]) }, book, gate)
  const host = await createHost(options, {
    privateKey,
    datastore,
    encrypters: deps.encrypters(book.pins, privateKey),
    gater,
    metrics: {
      ...traffic.metrics,
      trackProtocolStream(stream) {
        traffic.metrics.trackProtocolStream(stream)
        guard.opened(stream)
      },
    },
    clock: deps.clock,
    scheduler: deps.scheduler,
    rng: deps.rng,
    added: () => book.added(),
    isKept,
    pubsub: deps.pubsub,
    ...(deps.transports === undefined ? {} : { transports: deps.transports }),
    ...(deps.logger === undefined ? {} : { logger: deps.logger }),
  })
  const directory = createPeerViews({ ...deps, host, book, traffic, gater, bootstrap: options.bootstrap })
  made = { host, directory }
  // What a person added at an earlier start may be dialled whatever it points at.
  for (const text of [...book.added(), ...options.bootstrap]) {
    const address = parseAddress(text)
    if (address !== undefined) gater.permit(address)
  }
  return {
    host,
    directory,
    privateKey,
    validators: book.validators,
    setCaps: (caps) => traffic.setCaps(caps),
    async start() {
      directory.start()
      await host.start()
    },
    async stop() {
      await host.stop()
      directory.stop()
      guard.stop()
      traffic.close()
      await Promise.all([book.close(), datastore.close()])
    },
  }
}
