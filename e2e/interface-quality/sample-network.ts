/**
 * A network of any size to look at, without its nodes: services in memory, whose graph grows by itself. Vertices, votes
 * and commits pass through the node's own recorder, events and contract; only who makes them is made up.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFakePeers, type FakePeers, fakePeersOfAllKinds } from '../../node/api/test-support/fake-peers.ts'
import { createFakeServices } from '../../node/api/test-support/fake-services.ts'
import { createHttpApi, type HttpApi, packageFolder } from '../../node/api/transports/http/index.ts'
import { addStreams } from '../../node/api/transports/streams.ts'
import { systemScheduler } from '../../node/api/transports/system-scheduler.ts'
import { createCommittee, leaderOf, type Vertex } from '../../node/consensus/index.ts'
import { toHex } from '../../node/core/bytes.ts'
import { randomBelow, seededRng } from '../../node/core/rng.ts'
import { sha3 } from '../../node/crypto/hash.ts'
import type { AccountServices } from '../../node/services/accounts.ts'
import type { Chain } from '../../node/services/chain.ts'
import { createDagView } from '../../node/services/dag-view.ts'
import { createEventServices } from '../../node/services/event-stream.ts'
import { createNodeEventHub } from '../../node/services/events.ts'
import { createNetworkAnnouncer } from '../../node/services/network-announcer.ts'
import { createNetworkStatus } from '../../node/services/network-status.ts'
import { createPeerServices } from '../../node/services/peers.ts'

export interface SampleNetwork {
  /** Opens the interface; works once. */
  link(): string
  /** Goes on by itself from here. */
  start(): void
  /** Its network layer: peers come and go, and what it says of itself changes, as the caller says. */
  readonly peers: FakePeers
  close(): Promise<void>
}

export interface SampleOptions {
  /** rUv each. */
  readonly stakes: readonly number[]
  /** Transactions a vertex at most; 0 is an idle network. */
  readonly load: number
  /** Rounds that are there to begin with. */
  readonly rounds: number
  readonly roundMs?: number
  /** By index. */
  readonly equivocator?: number
  readonly slow?: number
  /** From this round on only this many make vertices. */
  readonly stopsAt?: { readonly round: number; readonly left: number }
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

export async function serveSampleNetwork(options: SampleOptions): Promise<SampleNetwork> {
  const { stakes, load, rounds, roundMs = 150, equivocator, slow, stopsAt } = options
  const clock = { nowMs: () => Date.now() }
  const rng = seededRng(7)
  const dataDir = mkdtempSync(join(tmpdir(), 'qudag-sample-'))
  const hub = createNodeEventHub()
  const dag = createDagView({ hub, clock, scheduler: systemScheduler })
  const closingHash = sha3(text('sample'))
  const validators = stakes.map((stake, index) => ({
    id: sha3(text(`id ${index}`)),
    publicKey: sha3(text(`key ${index}`)),
    stakeMicroRuv: BigInt(stake) * 1_000_000n,
  }))
  const committee = createCommittee(validators, closingHash)
  dag.epoch({ number: 3, startMs: Date.now() - 240_000, endMs: Date.now() + 360_000, validators, closingHash })

  const made: Vertex[][] = [[]]
  const committed = new Set<Vertex>()
  const contents = new Map<string, number>()
  let round = 0
  let commitIndex = 4_100
  let leaderRound = 0

  const vertexOf = (author: number, parents: readonly Vertex[], salt = ''): Vertex => {
    const transactionCount = load === 0 ? 0 : randomBelow(rng, load + 1)
    return {
      epoch: 3,
      round,
      author: (committee.validators[author] as { id: Uint8Array }).id,
      parents: parents.map((parent) => ({ round: parent.round, author: parent.author, hash: parent.hash })),
      transactionsRoot: new Uint8Array(32),
      transactionCount,
      timestampMs: Date.now(),
      lastCommit: commitIndex,
      hash: sha3(text(`${round}/${author}${salt}`)),
      transactions: [],
      signature: new Uint8Array(),
    }
  }

  const step = (): void => {
    // Without a quorum of the round before there is no next one.
    if (stopsAt !== undefined && round >= stopsAt.round) return
    round += 1
    const before = made[round - 1] ?? []
    const older = made[round - 2] ?? []
    const at: Vertex[] = []
    for (const author of committee.validators.keys()) {
      if (stopsAt !== undefined && round >= stopsAt.round && author >= stopsAt.left) continue
      if (author === slow && round % 3 !== 0) continue
      const twinOf =
        equivocator === undefined ? undefined : (committee.validators[equivocator] as { id: Uint8Array }).id
      // Of twins everybody has seen one first, and few have heard of everything.
      const heard = before.filter((vertex, index) => {
        const twins = before.filter(({ author: by }) => by === vertex.author && by === twinOf)
        if (twins.length > 1) return twins[author % 2] === vertex
        return author === index % stakes.length || randomBelow(rng, 10) > 0
      })
      const late =
        author === slow
          ? []
          : older.filter((vertex) => !before.some(({ parents }) => parents.some(({ hash }) => hash === vertex.hash)))
      at.push(vertexOf(author, [...late, ...heard]))
      if (author === equivocator && round % 6 === 0) at.push(vertexOf(author, heard, ' again'))
    }
    if (at.length === 0) return
    made.push(at)
    for (const vertex of at) {
      dag.vertexStored(vertex)
      contents.set(toHex(vertex.hash), vertex.transactionCount)
    }
    const isQuorum = stopsAt === undefined || round < stopsAt.round
    if (isQuorum && round > 3) commitUpTo(round - 2)
  }

  const commitUpTo = (upTo: number): void => {
    for (let next = leaderRound + 1; next <= upTo; next++) {
      const leader = committee.validators[leaderOf(committee, next)] as { id: Uint8Array }
      const anchor = (made[next] ?? []).find(({ author }) => author === leader.id)
      // The slow one's leaders are passed over.
      if (anchor === undefined) continue
      const vertices = made
        .slice(Math.max(1, leaderRound - 2), next + 1)
        .flat()
        .filter((vertex) => vertex === anchor || (vertex.round < next && !committed.has(vertex)))
      for (const vertex of vertices) committed.add(vertex)
      commitIndex += 1
      leaderRound = next
      dag.committed({
        type: 'commit',
        commitIndex,
        epoch: 3,
        leaderRound: next,
        anchor: anchor.hash,
        commitTimeMs: Date.now(),
        vertices,
        checkpointDue: null,
        closesEpoch: false,
      })
    }
  }

  const fake = createFakeServices()
  await fake.services.vault.init({ password: text('a long enough password') })
  const idOf = (index: number): string => toHex((committee.validators[index] ?? committee.validators[0])?.id ?? sha3())
  const peers = createFakePeers(
    fakePeersOfAllKinds([idOf(1), idOf(2)]).map((peer) => ({
      ...peer,
      connectedAtMs: clock.nowMs() - 3_600_000 * (1 + (peer.receivedBytes % 7)),
    })),
  )
  peers.setReachability({ asOfMs: clock.nowMs() })
  peers.setSync({ phaseStartedAtMs: clock.nowMs() - 240_000, anchor: null })
  const network = createNetworkStatus({
    chain: { chainId: closingHash, format: () => '' } as unknown as Chain,
    dag,
    engine: { status: { round: 0, validators: [] } },
    nodeStatus: async () => ({
      ...(await fake.services.node.status()),
      chainId: 'c'.repeat(64),
      network: 'qudag-dev-1',
      round,
      commitIndex,
      validators: stakes.length,
      peers: peers.source.peers().length,
      mempool: load,
      finalityMs: { p50: 412, p95: 734 },
    }),
    registry: { all: () => [].values() },
    clock,
    sync: peers.sync,
    self: (committee.validators[0] as { id: Uint8Array }).id,
    idleIntervalMs: 30_000,
    vertexBytes: async () => null,
  })
  const listed = Array.from({ length: load }, (_, index) => ({
    txId: toHex(sha3(text(`transaction ${index}`))),
    account: `ruvd1${toHex(sha3(text(`account ${index}`))).slice(0, 58)}`,
    nonce: index,
  }))
  const { syncNow, validatorName } = network
  const announcer = createNetworkAnnouncer({
    ...{ p2p: peers.source, sync: syncNow, validatorName, hub, clock },
    scheduler: systemScheduler,
  })
  const services = {
    ...fake.services,
    node: { ...fake.services.node, status: async () => network.status() },
    network: {
      ...fake.services.network,
      ...network,
      ...createPeerServices({ p2p: peers.source, sync: syncNow, validatorName, clock, audit: async () => undefined }),
      async vertex(hash: string) {
        return { ...(await network.vertex(hash)), contents: listed.slice(0, contents.get(hash) ?? 0) }
      },
    },
    events: createEventServices({ hub, chain: {} as Chain, accounts: {} as AccountServices, run: 'sample' }),
  }
  const quiet = {
    audit: async () => undefined,
    auditFailed: () => undefined,
    reportFault: (fault: unknown) => console.error(fault),
  }
  const info = () => ({
    pid: process.pid,
    chainId: 'c'.repeat(64),
    network: 'qudag-dev-1',
    apiUrl: listener.url,
    tokenFile: null,
    socket: '/s',
    dataDir: '/home/mara/.qudag',
  })
  const listener: HttpApi = await createHttpApi(
    { dataDir, port: 0, interfaceDir: join(packageFolder() ?? '', 'dist', 'renderer') },
    { services, info, clock, rng: seededRng(1), scheduler: systemScheduler, ...quiet },
  )
  const streams = addStreams(listener, {}, { services, info, ...quiet })
  for (let index = 0; index < rounds; index++) step()
  let timer: ReturnType<typeof setInterval> | undefined
  return {
    peers,
    link: () => `${listener.url}/#c=${listener.sessions.issueCode().code}`,
    start() {
      timer = setInterval(step, roundMs)
    },
    async close() {
      clearInterval(timer)
      announcer.stop()
      dag.stop()
      await streams.close()
      await listener.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
