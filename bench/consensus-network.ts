/**
 * The validators of a benchmark: a process each, on a data folder each, joined over TCP on loopback as the nodes of any network
 * are: by the hybrid channel, each connection proven to be a validator's.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemRng } from '../node/crypto/index.ts'
import { chainIdOf, developmentParameters, formatGenesis, type Genesis } from '../node/ledger/index.ts'
import { freePort } from '../node/local-network.ts'
import { peerIdIn } from '../node/node-network.ts'
import { nodeVaultKeys } from '../node/node-vault.ts'
import { loadOrCreateValidatorKey } from '../node/vault/index.ts'
import type { NodeAnswer, NodeTask, NodeUsage } from './consensus-node.ts'
import { type LoadTransaction, type SigningContext, senderAccount } from './pipeline-senders.ts'

export interface BenchNetwork {
  readonly context: SigningContext
  /** Multiaddrs of the validators, with their peer ids. */
  readonly addresses: readonly string[]
  submit(node: number, transaction: LoadTransaction): void
  /** Called for each transaction that came to its end at the node it was given to. */
  onEnd(listener: (txId: string, outcome: string) => void): void
  measure(): Promise<NodeUsage[]>
  /** Rejects where a node fails. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

const balanceMicroRuv = 1_000_000_000n
const stakeMicroRuv = 1_000_000n

export async function startBenchNetwork(folder: string, nodes: number, senders: number): Promise<BenchNetwork> {
  const { genesis, genesisFile, dataDirs, listenAddresses, addresses } = await prepareNetwork(folder, nodes, senders)
  const chainId = chainIdOf(genesis)
  const children: ChildProcess[] = []
  const listeners = new Set<(index: number, answer: NodeAnswer) => void>()
  let ended: (txId: string, outcome: string) => void = () => undefined
  let fail: (cause: Error) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  failed.catch(() => undefined)
  let isStopping = false

  const tell = (index: number, task: NodeTask): void => void children[index]?.send(task)
  /** The answer of each node, in order. */
  const all = <T extends NodeAnswer['type']>(
    type: T,
    task: NodeTask | ((index: number) => NodeTask),
  ): Promise<Extract<NodeAnswer, { type: T }>[]> => {
    const answers = Promise.all(
      children.map(
        (_, wanted) =>
          new Promise<Extract<NodeAnswer, { type: T }>>((resolve) => {
            const listen = (index: number, answer: NodeAnswer): void => {
              if (index !== wanted || answer.type !== type) return
              listeners.delete(listen)
              resolve(answer as Extract<NodeAnswer, { type: T }>)
            }
            listeners.add(listen)
          }),
      ),
    )
    for (const index of children.keys()) tell(index, typeof task === 'function' ? task(index) : task)
    return Promise.race([answers, failed])
  }

  for (let index = 0; index < nodes; index++) {
    const child = fork(new URL('./consensus-node.ts', import.meta.url), { serialization: 'advanced' })
    child.on('message', (answer: NodeAnswer) => {
      if (answer.type === 'failed') fail(new Error(`node ${index + 1}: ${answer.reason}`))
      else if (answer.type === 'ended') ended(answer.txId, answer.outcome)
      else for (const listener of [...listeners]) listener(index, answer)
    })
    child.on('exit', () => {
      if (!isStopping) fail(new Error(`node ${index + 1} has ended`))
    })
    children.push(child)
  }
  const stop = async (): Promise<void> => {
    isStopping = true
    const gone = children.map(
      (child) =>
        new Promise<void>((resolve) => (child.exitCode === null ? child.once('exit', () => resolve()) : resolve())),
    )
    for (const index of children.keys()) if (children[index]?.connected) tell(index, { type: 'stop' })
    await Promise.all(gone)
  }
  const measure = async (): Promise<NodeUsage[]> =>
    (await all('measured', { type: 'measure' })).map(({ usage }) => usage)

  try {
    await all('started', (index) => ({
      type: 'start',
      genesisFile,
      dataDir: dataDirs[index] as string,
      listen: [listenAddresses[index] as string],
      bootstrap: addresses.filter((_, other) => other !== index),
    }))
    // A connection counts once both ends have proven who they are.
    while ((await measure()).some(({ validators }) => validators < nodes - 1)) {
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  } catch (cause) {
    await stop()
    throw cause
  }
  return {
    context: {
      chainId,
      accounts: genesis.allocations.map(({ account }) => account),
      validUntilMs: Date.now() + 60 * 60 * 1_000,
    },
    addresses,
    submit: (index, { txId, bytes }) => tell(index, { type: 'submit', txId, bytes }),
    onEnd(listener) {
      ended = listener
    },
    measure,
    failed,
    stop,
  }
}

/** Between two looks at whether everybody is linked, in ms. */
const pollMs = 100

/** Keys, folders, and a genesis that gives every sender what it needs. */
async function prepareNetwork(folder: string, nodes: number, senders: number) {
  const keys = nodeVaultKeys()
  const dataDirs: string[] = []
  const publicKeys: Uint8Array[] = []
  const listenAddresses: string[] = []
  const addresses: string[] = []
  for (let index = 1; index <= nodes; index++) {
    const dataDir = join(folder, `node-${index}`)
    mkdirSync(dataDir, { mode: 0o700 })
    const key = await loadOrCreateValidatorKey(join(dataDir, 'validator.key'), {}, { rng: systemRng, keys })
    publicKeys.push(key.publicKey)
    key.wipe()
    dataDirs.push(dataDir)
    const address = `/ip4/127.0.0.1/tcp/${await freePort()}`
    listenAddresses.push(address)
    addresses.push(`${address}/p2p/${await peerIdIn(dataDir, systemRng)}`)
  }
  const genesis: Genesis = {
    kind: 'development',
    name: 'bench',
    salt: systemRng.bytes(32),
    startTimeMs: Date.now(),
    validators: publicKeys.map((publicKey) => ({ publicKey, stakeMicroRuv })),
    allocations: Array.from({ length: senders }, (_, sender) => ({ account: senderAccount(sender), balanceMicroRuv })),
    parameters: developmentParameters,
  }
  const genesisFile = join(folder, 'network.json')
  writeFileSync(genesisFile, formatGenesis(genesis))
  return { genesis, genesisFile, dataDirs, listenAddresses, addresses }
}
