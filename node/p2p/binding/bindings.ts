/**
 * Who is at the other end of each connection: the binding is run by the side that opens, before any stream that depends on it,
 * and again after a while where it proved nobody: a machine that was busy for the time of a binding would otherwise keep two
 * validators from voting to each other for as long as they are connected. A connection outside the channel (WebRTC, classical)
 * binds nobody: its handshake has no hash to prove anything over. Rules: docs/protocol.md, "Secure channel".
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import type { ChannelRecord } from '../secure-channel/index.ts'
import {
  needsRenewal,
  readCertificate,
  type SignMessage,
  signCertificate,
  type VerifySignature,
} from './certificate.ts'
import { mayPass } from './errors.ts'
import { limits } from './limits.ts'
import { bindingProtocol, runBinding } from './run-binding.ts'
import type { OwnValidator } from './statement.ts'

export interface BindingsOptions {
  readonly chainId: Uint8Array
  /** This node as a validator, at this moment; null while it is none. */
  readonly validator: () => { readonly publicKey: Uint8Array; readonly sign: SignMessage } | null
}

export interface BindingsDeps {
  readonly libp2p: Pick<Libp2p, 'peerId' | 'handle' | 'unhandle'>
  /** What is known of a connection's channel. */
  readonly channelOf: (connection: Connection) => ChannelRecord | undefined
  /** Ed25519, with the key of the peer id. */
  readonly signAsPeer: SignMessage
  readonly verifyValidator: VerifySignature
  /** Whether a proven validator counts here, at this moment: one without stake is anybody. */
  readonly isKnown: (validator: Uint8Array) => boolean
  /** A connection was proven, or what it showed was refused, with the code. */
  readonly onBound: (peer: string, validator: Uint8Array) => void
  readonly onRefused: (peer: string, code: string) => void
  readonly clock: Clock
  readonly scheduler: Scheduler
}

type Bound = { readonly validator: Uint8Array } | null

export interface BindOptions {
  /** The other side acts as if it had not been shown who this is: show it again, also where it has proven itself already. */
  readonly isDoubted?: boolean
}

export interface Bindings {
  start(): Promise<void>
  stop(): Promise<void>
  /**
   * The validator whose connection it is; null where it is none's, or nothing is proven so far: asked again later, it is
   * looked at again. Never throws.
   */
  bind(connection: Connection, options?: BindOptions): Promise<Bound>
}

/** Of one connection, on either side. */
interface Progress {
  /** Once proven, it stays: the proof is over this connection's handshake. */
  bound: Bound
  running: Promise<Bound> | undefined
  /** Runs that proved nobody, in a row. */
  failures: number
  /** Before this none is begun. */
  againAtMs: number
  /** What was shown can never be right, on this connection. */
  isRefused: boolean
}

export function createBindings({ chainId, validator }: BindingsOptions, deps: BindingsDeps): Bindings {
  const { libp2p, clock } = deps
  const protocol = bindingProtocol(chainId)
  const ownPeerId = libp2p.peerId.toMultihash().bytes
  /** By the side that opens the streams and by the other alike: the same on both ends. */
  const isOpener = (connection: Connection): boolean => libp2p.peerId.toString() < connection.remotePeer.toString()
  const progresses = new WeakMap<Connection, Progress>()
  let certificate: Promise<Uint8Array> | undefined

  /** Made at the first connection, and again in time. */
  const ownCertificate = async (publicKey: Uint8Array, sign: SignMessage): Promise<Uint8Array> => {
    const nowMs = clock.nowMs()
    const claim = certificate === undefined ? undefined : readCertificate(await certificate)
    if (certificate === undefined || claim === undefined || needsRenewal(claim, nowMs)) {
      const validity = { notBeforeMs: nowMs, notAfterMs: nowMs + limits.maxValidityMs }
      certificate = signCertificate(
        { network: chainId, validatorKey: publicKey, peerId: ownPeerId, ...validity },
        { validator: sign, peer: deps.signAsPeer },
      )
      // One that could not be signed is tried again at the next connection.
      certificate.catch(() => {
        certificate = undefined
      })
    }
    return certificate
  }

  const own = async (): Promise<OwnValidator> => {
    const self = validator()
    if (self === null) return null
    const { publicKey, sign } = self
    return { certificate: await ownCertificate(publicKey, sign), sign }
  }

  const progressOf = (connection: Connection): Progress => {
    const known = progresses.get(connection)
    if (known !== undefined) return known
    const none = { bound: null, running: undefined, failures: 0, againAtMs: 0, isRefused: false }
    progresses.set(connection, none)
    return none
  }

  /** A clock that was set back must not keep it waiting. */
  const isDue = ({ againAtMs }: Progress): boolean => {
    const nowMs = clock.nowMs()
    return nowMs >= againAtMs || nowMs < againAtMs - limits.maxAgainAfterMs
  }

  const run = async (stream: Stream, connection: Connection, channel: ChannelRecord): Promise<Bound> => {
    const peer = connection.remotePeer.toString()
    const progress = progressOf(connection)
    let bound: Bound = null
    try {
      const { role, handshakeHash, remotePeerId } = channel
      const session = { role, handshakeHash, ownPeerId, remotePeerId }
      bound = await runBinding(stream, { chainId, session, own: await own() }, deps)
      if (bound !== null && deps.isKnown(bound.validator)) deps.onBound(peer, bound.validator)
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'INTERNAL'
      progress.isRefused = !mayPass(code)
      deps.onRefused(peer, code)
    }
    progress.failures = bound === null ? progress.failures + 1 : 0
    // Each costs both sides signatures: longer pauses where it leads to nothing.
    const grownMs = limits.againAfterMs * 2 ** Math.min(Math.max(0, progress.failures - 1), 16)
    const pauseMs = isOpener(connection) ? Math.min(grownMs, limits.maxAgainAfterMs) : limits.takeAgainAfterMs
    progress.againAtMs = clock.nowMs() + pauseMs
    return bound
  }

  const begin = (progress: Progress, work: Promise<Bound>): Promise<Bound> => {
    progress.running = work.then((bound) => {
      progress.running = undefined
      progress.bound = bound ?? progress.bound
      return progress.bound
    })
    return progress.running
  }

  const open = async (connection: Connection, channel: ChannelRecord): Promise<Bound> => {
    let stream: Stream
    try {
      stream = await connection.newStream(protocol, { signal: AbortSignal.timeout(limits.timeoutMs) })
    } catch {
      // It does not speak the protocol, or has gone: nothing is proven, and it may be asked again.
      return null
    }
    return run(stream, connection, channel)
  }

  const take = (stream: Stream, connection: Connection): void => {
    const channel = deps.channelOf(connection)
    const progress = progressOf(connection)
    const isTakenNow = progress.running === undefined && !progress.isRefused && isDue(progress)
    if (channel === undefined || isOpener(connection) || !isTakenNow) {
      stream.abort(new Error('binding refused'))
      return
    }
    void begin(progress, run(stream, connection, channel))
  }

  const provenOn = async (connection: Connection, isDoubted: boolean): Promise<Bound> => {
    const progress = progressOf(connection)
    if (progress.running !== undefined) return progress.running
    if (progress.isRefused || (progress.bound !== null && !isDoubted)) return progress.bound
    const channel = deps.channelOf(connection)
    // The other side binds before it opens what depends on it; that it has not, says that it does not.
    if (channel === undefined || !isOpener(connection) || !isDue(progress)) return progress.bound
    return begin(progress, open(connection, channel))
  }

  return {
    async start() {
      await libp2p.handle(protocol, take, { maxInboundStreams: 1, maxOutboundStreams: 1 })
    },
    stop: () => libp2p.unhandle(protocol),
    async bind(connection, { isDoubted = false } = {}) {
      const proven = await provenOn(connection, isDoubted)
      // Who has proven itself may get its stake later, or lose it.
      return proven !== null && deps.isKnown(proven.validator) ? proven : null
    },
  }
}
