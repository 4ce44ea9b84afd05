/**
 * A host of the network layer by itself, for tests in namespaces: starts with the options of its argument, and answers
 * commands, a line of JSON each, from its input: `peers`, `reachability`, `add <address>`, `traffic`, `missing`.
 */
import { createInterface } from 'node:readline'
import { noise } from '@libp2p/noise'
import { systemRng } from '../../node/crypto/index.ts'
import { type EncrypterFactory, openPeerHost, type PeerHostOptions } from '../../node/p2p/host/index.ts'
import { peerFiles } from '../../node/services/peer-files.ts'
import { systemClock, systemScheduler } from '../../node/system-time.ts'

export interface PeerProgramOptions extends Omit<PeerHostOptions, 'chainId' | 'version' | 'caps'> {
  readonly dataDir: string
}

export interface PeerCommand {
  readonly command: 'peers' | 'reachability' | 'add' | 'traffic' | 'missing'
  readonly address?: string
}

const { dataDir, ...options } = JSON.parse(process.argv[2] ?? '') as PeerProgramOptions
const host = await openPeerHost(
  { ...options, chainId: new Uint8Array(32).fill(9), version: '0.1.0', caps: { received: null, sent: null } },
  {
    files: peerFiles(dataDir),
    encrypters: () => [noise()] as EncrypterFactory[],
    isHybrid: () => false,
    clock: systemClock,
    scheduler: systemScheduler,
    rng: systemRng,
    note: (note) => console.error(JSON.stringify(note)),
    reportFault: (fault) => console.error(fault),
  },
)
await host.start()
console.log(JSON.stringify({ event: 'ready', id: host.host.id }))

createInterface(process.stdin)
  .on('line', (line) => {
    const request = JSON.parse(line) as PeerCommand
    answer(request).then(
      (value) => console.log(JSON.stringify({ answer: value })),
      (error: { code?: string; message: string; cause?: unknown }) => {
        const message = `${error.message} (${String(error.cause)})`
        console.log(JSON.stringify({ error: { code: error.code ?? 'NONE', message } }))
      },
    )
  })
  // The test is over.
  .on('close', () => void host.stop().then(() => process.exit(0)))

async function answer({ command, address = '' }: PeerCommand): Promise<unknown> {
  const { directory } = host
  switch (command) {
    case 'peers':
      return directory.peers()
    case 'reachability':
      return directory.reachability()
    case 'add':
      return await directory.add(address)
    case 'traffic':
      return directory.traffic()
    case 'missing':
      return directory.reachability().missing
  }
}
