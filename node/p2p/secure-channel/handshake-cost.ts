/**
 * What a handshake costs: CPU time of both sides together, ours beside libp2p's noise, over the same pair of connections in
 * memory. For `bench consensus`; no part of the door.
 */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { ConnectionEncrypter } from '@libp2p/interface'
import { type NoiseComponents, noise } from '@libp2p/noise'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddrConnectionPair } from '@libp2p/utils'
import type { Scheduler } from '../../core/clock.ts'
import { messageBytes } from './handshake.ts'
import { createSecureChannel } from './secure-channel.ts'

export interface HandshakeCost {
  readonly rounds: number
  /** CPU of both sides together for one handshake, in milliseconds: the mean of the rounds. */
  readonly hybridCpuMs: number
  readonly classicalCpuMs: number
  /** Bytes of the three messages of ours, both directions together. */
  readonly hybridBytes: number
}

/** Before anything is counted: tables are made and functions compiled. */
const warmUpRounds = 20

/**
 * @param deps cpuMs: CPU time of the process so far, in milliseconds (process.cpuUsage)
 */
export async function measureHandshakes(
  { rounds = 200 }: { readonly rounds?: number },
  { cpuMs, scheduler }: { readonly cpuMs: () => number; readonly scheduler: Scheduler },
): Promise<HandshakeCost> {
  const chainId = new Uint8Array(32).fill(1)
  const ends = await Promise.all(
    [0, 1].map(async () => {
      const privateKey = await generateKeyPair('Ed25519')
      const [{ log }] = multiaddrConnectionPair()
      const components = {
        privateKey,
        peerId: peerIdFromPrivateKey(privateKey),
        logger: { forComponent: () => log },
        // Muxers are negotiated by both alike, and are no part of this.
        upgrader: { getStreamMuxers: () => new Map() },
      } as unknown as NoiseComponents
      const [hybrid] = createSecureChannel({ chainId }, { privateKey, scheduler }).encrypters
      return { components, hybrid: hybrid as NonNullable<typeof hybrid> }
    }),
  )

  const meanCpuMs = async (encrypterOf: (end: (typeof ends)[number]) => ConnectionEncrypter): Promise<number> => {
    const [dialler, listener] = ends.map(encrypterOf) as [ConnectionEncrypter, ConnectionEncrypter]
    let startMs = 0
    for (let round = -warmUpRounds; round < rounds; round++) {
      if (round === 0) startMs = cpuMs()
      const [outbound, inbound] = multiaddrConnectionPair()
      await Promise.all([dialler.secureOutbound(outbound), listener.secureInbound(inbound)])
    }
    return (cpuMs() - startMs) / rounds
  }

  return {
    rounds,
    hybridCpuMs: await meanCpuMs(({ components, hybrid }) => hybrid(components)),
    classicalCpuMs: await meanCpuMs(({ components }) => noise()(components)),
    hybridBytes: messageBytes.reduce((sum, length) => sum + length, 0),
  }
}
