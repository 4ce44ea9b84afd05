/** For tests: a network of several validators, each a process of its own, and the command line against any of them. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectLocalSocket, type LocalConnection, socketPathOf } from '../../node/api/transports/index.ts'
import { runProgram } from '../../node/cli/test-support/run-program.ts'
import { killServedNodes, qudagAt, type ServedNode, startServedNode } from '../served-node.ts'

export const password = 'correct horse battery staple'

export interface TestNode extends ServedNode {
  readonly index: number
}

export interface TestNetwork {
  readonly folder: string
  dataDirOf(index: number): string
  /** Starts a node, or starts it again, and waits until it serves. Numbers begin at 1. */
  start(index: number, flags?: readonly string[]): Promise<TestNode>
  /** The folder of a node without a seat, beside those that were made: it knows the genesis, and whom to call. */
  addFollower(index: number): void
  /** Those that run. */
  running(): readonly TestNode[]
  connect(index: number): Promise<LocalConnection>
  /** A command against a node's data folder; descriptor 3, 4 … give the secrets. Throws where it fails. */
  qudag(index: number, args: readonly string[], descriptors?: readonly string[]): Promise<unknown>
  /** Kills what still runs and removes every file. */
  close(): void
}

export interface TestNetworkOptions {
  /** Put before the command of a node: to run it in a network namespace, say. */
  readonly prefixOf?: (index: number) => readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Makes the files of a network; nothing runs yet. */
export async function createTestNetwork(
  validators: number,
  initFlags: readonly string[] = [],
  { prefixOf = () => [], env = {} }: TestNetworkOptions = {},
): Promise<TestNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'qudag-network-'))
  const nodes = new Map<number, TestNode>()
  const dataDirOf = (index: number): string => join(folder, `node-${index}`)
  const made = await runProgram(
    ['network', 'init', '--validators', String(validators), '--out', folder, ...initFlags],
    {
      dataDir: folder,
    },
  )
  if (made.code !== 0) throw new Error(`network init ended with ${made.code}: ${made.stderr}`)

  return {
    folder,
    dataDirOf,
    async start(index, flags = []) {
      const options = { dataDir: dataDirOf(index), prefix: prefixOf(index), env }
      const served = await startServedNode({ ...options, flags: ['--verifier-workers', '1', ...flags] })
      const node: TestNode = { ...served, index }
      nodes.set(index, node)
      void node.ended.then(() => {
        if (nodes.get(index) === node) nodes.delete(index)
      })
      return node
    },
    addFollower(index) {
      const dataDir = dataDirOf(index)
      mkdirSync(dataDir, { mode: 0o700 })
      const { bootstrap } = JSON.parse(readFileSync(join(dataDirOf(1), 'config.json'), 'utf8')) as {
        bootstrap: string[]
      }
      copyFileSync(join(folder, 'genesis.json'), join(dataDir, 'genesis.json'))
      const configuration = { network: 'genesis.json', p2pListen: ['/ip4/127.0.0.1/tcp/0'], bootstrap, mdns: 'no' }
      writeFileSync(join(dataDir, 'config.json'), JSON.stringify(configuration))
    },
    running: () => [...nodes.values()].sort((a, b) => a.index - b.index),
    connect: (index) => connectLocalSocket(socketPathOf(dataDirOf(index))),
    qudag: (index, args, descriptors) => qudagAt(dataDirOf(index))(args, descriptors),
    close() {
      killServedNodes()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export interface Agreed {
  readonly stateRoot: string
  readonly commitIndex: number
}

/** What every given node says once all agree and none has anything under way; throws where they do not in time. */
export async function agreement(network: TestNetwork, indices: readonly number[], timeoutMs = 60_000): Promise<Agreed> {
  const until = Date.now() + timeoutMs
  const connections = await Promise.all(indices.map((index) => network.connect(index)))
  try {
    for (;;) {
      const said = await Promise.all(connections.map(({ client }) => client.node.status()))
      const [one] = said
      const isSame = said.every(({ stateRoot, mempool }) => stateRoot === one?.stateRoot && mempool === 0)
      if (one !== undefined && isSame) return one
      if (Date.now() > until) {
        const shown = said.map(({ commitIndex, round, mempool, peers }) => ({ commitIndex, round, mempool, peers }))
        throw new Error(`the nodes do not agree after ${timeoutMs} ms: ${JSON.stringify(shown)}`)
      }
      await pause(250)
    }
  } finally {
    for (const connection of connections) connection.close()
  }
}
