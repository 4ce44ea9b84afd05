/**
 * The genesis of a network that a link names, from the peers that the link names: called all at once, asked one after the other, and
 * believed only where the hash is that of the link. The host for it is gone afterwards, and leaves nothing behind.
 */
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { programVersion } from './api/transports/http/index.ts'
import { equalBytes } from './core/bytes.ts'
import type { Clock, Scheduler } from './core/clock.ts'
import { NodeError } from './core/node-error.ts'
import type { Rng } from './core/rng.ts'
import { systemRng } from './crypto/index.ts'
import { chainIdOf, decodeGenesis, ledgerLimits } from './ledger/index.ts'
import { createChannelStreams, createRequests, createSecureChannel, startAskingHost } from './p2p/index.ts'
import { type FetchGenesis, genesisMethod, serveNoGenesis } from './services/index.ts'
import { systemClock, systemScheduler } from './system-time.ts'

/** For all of it, in ms: whoever has not answered by then is not waited for by a person. */
const patienceMs = 60_000
/** Of an Ed25519 key (RFC 8032 §5.1.5). */
const seedBytes = 32

export interface FetchGenesisDeps {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly rng: Rng
  /** Default `patienceMs`. */
  readonly patienceMs?: number
}

const machine: FetchGenesisDeps = {
  clock: systemClock,
  scheduler: systemScheduler,
  rng: systemRng,
}

/** @throws NodeError PEER_UNREACHABLE, PEER_TIMEOUT, PEER_REFUSED, PEER_MISBEHAVED; GENESIS_MISMATCH where a peer gave another one, and none the right one */
export function createGenesisFetcher(deps: FetchGenesisDeps = machine): FetchGenesis {
  return async (chainId, peers, signal) => {
    const ending = new AbortController()
    const cancel = deps.scheduler.after(deps.patienceMs ?? patienceMs, () => ending.abort(late()))
    const given = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal])
    try {
      return await fetchFrom(chainId, peers, deps, given)
    } finally {
      cancel()
      ending.abort()
    }
  }
}

async function fetchFrom(
  chainId: Uint8Array,
  peers: readonly string[],
  { clock, scheduler, rng }: FetchGenesisDeps,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const seed = rng.bytes(seedBytes)
  const privateKey = await generateKeyPairFromSeed('Ed25519', seed)
  seed.fill(0)
  const channel = createSecureChannel({ chainId }, { privateKey, scheduler, rng })
  const webRtc = peers.some((address) => address.includes('/webrtc-direct'))
  const libp2p = await startAskingHost(
    { chainId, version: programVersion(), webRtc },
    { privateKey, encrypters: channel.encrypters },
  )
  const streams = createChannelStreams({ libp2p, channel, hasInnerChannels: webRtc, clock, scheduler })
  const requests = createRequests(chainId, {
    ...{ libp2p, streams, clock, scheduler },
    connected: () => libp2p.getPeers().map(String),
    rank: (keys) => keys,
    onMisconduct: () => undefined,
  })
  serveNoGenesis(requests)
  /** Of the peers one at a time: a genesis may have 4 MB. */
  let asking: Promise<unknown> = Promise.resolve()

  const askOf = async (peer: string): Promise<Uint8Array> => {
    const bytes = await requests.ask(peer, genesisMethod, new Uint8Array(), signal)
    const decoded = bytes.length > ledgerLimits.maxGenesisBytes ? undefined : decodeGenesis(bytes)
    if (decoded?.ok === true && equalBytes(chainIdOf(decoded.value), chainId)) return bytes
    throw new NodeError('GENESIS_MISMATCH', 'what a peer gave is not the genesis that the link names', {
      hint: 'Nothing was written. Get the genesis file another way, or a link with other peers.',
    })
  }
  const from = async (address: string): Promise<Uint8Array> => {
    const peer = await called(
      async () => (await libp2p.dial(multiaddr(address), { signal })).remotePeer.toString(),
      signal,
    )
    const before = asking
    const turn = before.then(
      // Whoever was first has given it.
      (found) => (found instanceof Uint8Array ? found : askOf(peer)),
      () => askOf(peer),
    )
    asking = turn
    return turn
  }

  try {
    return await Promise.any(peers.map(from))
  } catch (cause) {
    throw worstOf(cause)
  } finally {
    await requests.stop().catch(() => undefined)
    void Promise.resolve(libp2p.stop()).catch(() => undefined)
  }
}

async function called(dial: () => Promise<string>, signal: AbortSignal): Promise<string> {
  try {
    return await dial()
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    throw new NodeError('PEER_UNREACHABLE', 'no peer that the link names can be reached', {
      hint: 'Check the connection, or get the genesis file from whoever runs the network.',
      cause,
    })
  }
}

/** A lie is told of before a silence: it is what a person has to know. */
function worstOf(cause: unknown): unknown {
  const failures: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause]
  const coded = failures.filter((failure) => failure instanceof NodeError)
  return (
    coded.find(({ code }) => code === 'GENESIS_MISMATCH') ??
    coded.find(({ code }) => code !== 'PEER_UNREACHABLE') ??
    failures[0]
  )
}

function late(): NodeError {
  return new NodeError('PEER_TIMEOUT', 'no peer that the link names has answered in time', {
    hint: 'Try again later, or get the genesis file from whoever runs the network.',
  })
}
