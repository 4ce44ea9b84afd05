import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from './api/test-support/temporary-folder.ts'
import { toHex, utf8 } from './core/bytes.ts'
import { formatNetworkLink } from './core/network-link.ts'
import { NodeError } from './core/node-error.ts'
import { folderOfChain, joinNetwork, offerOfFile, offerOfLink, offerView } from './join-network.ts'
import { chainIdOf, developmentParameters, encodeGenesis, formatGenesis, type Genesis } from './ledger/index.ts'

const folder = temporaryFolder('join')
const peers = ['/dns4/boot.example.org/tcp/4001']

function genesisOf(kind: Genesis['kind'] = 'test', seed = 1): Genesis {
  return {
    kind,
    name: `qudag-${kind}-${seed}`,
    salt: new Uint8Array(32).fill(seed),
    startTimeMs: 1_750_000_000_000,
    validators: [1, 2].map((index) => ({
      publicKey: new Uint8Array(1_952).fill(index),
      stakeMicroRuv: 1_000_000_000_000n,
    })),
    allocations: [],
    parameters: kind === 'development' ? developmentParameters : { ...developmentParameters, faucetCapMicroRuv: 0n },
  }
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: { code?: string }) => error.code ?? String(error),
  )
const optionsOf = (dataDir: string): unknown => JSON.parse(readFileSync(join(dataDir, 'config.json'), 'utf8'))

describe('offerOfFile', () => {
  it('shows what a genesis says', () => {
    const genesis = genesisOf()
    expect(offerView(offerOfFile(formatGenesis(genesis)))).toEqual({
      chainId: toHex(chainIdOf(genesis)),
      name: 'qudag-test-1',
      kind: 'test',
      startTimeMs: 1_750_000_000_000,
      validators: 2,
      supplyMicroRuv: 2_000_000_000_000n,
      hasFaucet: false,
      peers: [],
    })
    expect(offerView(offerOfFile(formatGenesis(genesisOf('development')))).hasFaucet).toBe(true)
  })

  it('refuses everything else by a code (property)', () => {
    const text = formatGenesis(genesisOf())
    const damaged = fc
      .tuple(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
      .map(([at, piece]) => text.slice(0, at) + piece + text.slice(at + piece.length))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), damaged), (given) => {
        try {
          // Only where the change means nothing: white space, or the same text again.
          expect(toHex(offerOfFile(given).chainId)).toBe(toHex(chainIdOf(genesisOf())))
        } catch (error) {
          if (!(error instanceof NodeError)) throw error
          expect(error.code).toMatch(/^(?:GENESIS|ENCODING)_/)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('offerOfLink', () => {
  const genesis = genesisOf()
  const chainId = chainIdOf(genesis)
  const link = formatNetworkLink({ chainId, peers })

  it('asks the peers it names, and takes only what has its hash', async () => {
    const asked: unknown[] = []
    const offer = await offerOfLink(link, async (...given) => {
      asked.push(given)
      return encodeGenesis(genesis)
    })
    expect(asked).toEqual([[chainId, peers, undefined]])
    expect(offerView(offer)).toMatchObject({ name: 'qudag-test-1', peers })
    const other = encodeGenesis(genesisOf('test', 2))
    expect(await codeOf(offerOfLink(link, async () => other))).toBe('GENESIS_MISMATCH')
    expect(await codeOf(offerOfLink(link, async () => new Uint8Array(5_000_000)))).toBe('GENESIS_MISMATCH')
    const unreachable = new NodeError('PEER_UNREACHABLE', 'told to')
    expect(await codeOf(offerOfLink(link, () => Promise.reject(unreachable)))).toBe('PEER_UNREACHABLE')
  })

  it('never takes another genesis, whatever comes back (property)', async () => {
    const bytes = encodeGenesis(genesis)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, difference) => {
        const changed = bytes.slice()
        changed[at] = (changed[at] as number) ^ difference
        expect(await codeOf(offerOfLink(link, async () => changed))).toBe('GENESIS_MISMATCH')
      }),
      { numRuns: 100 },
    )
  })

  it('says which chain to get the file of, where nobody can be asked', async () => {
    for (const given of [
      offerOfLink(link, undefined),
      offerOfLink(formatNetworkLink({ chainId, peers: [] }), async () => utf8('')),
    ]) {
      await expect(given).rejects.toMatchObject({
        code: 'GENESIS_FETCH_UNAVAILABLE',
        hint: expect.stringContaining(toHex(chainId)),
      })
    }
    expect(await codeOf(offerOfLink('qudag-network:?x', undefined))).toBe('LINK_MALFORMED')
  })
})

describe('joinNetwork', () => {
  it.each([
    ['development', 'dev'],
    ['test', 'test'],
    ['main', 'main'],
  ] as const)('writes a folder that a node of the %s network starts with', async (kind, network) => {
    const dataDir = join(folder, kind)
    const offer = offerOfFile(formatGenesis(genesisOf(kind)))
    expect(await joinNetwork(dataDir, offer)).toEqual({ dataDir, isNew: true, peersLeft: [] })
    expect(offerOfFile(readFileSync(join(dataDir, 'genesis.json'), 'utf8')).chainId).toEqual(offer.chainId)
    expect(optionsOf(dataDir)).toEqual({ network })
  })

  it('does nothing twice, keeps other options, and leaves a folder of another chain alone', async () => {
    const dataDir = join(folder, 'again')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'config.json'), '{"autoLockMinutes": 5}')
    const offer = offerOfFile(formatGenesis(genesisOf()))
    expect((await joinNetwork(dataDir, offer)).isNew).toBe(true)
    expect((await joinNetwork(dataDir, offer)).isNew).toBe(false)
    expect(optionsOf(dataDir)).toEqual({ autoLockMinutes: 5, network: 'test' })
    const other = offerOfFile(formatGenesis(genesisOf('main', 2)))
    expect(await codeOf(joinNetwork(dataDir, other))).toBe('NETWORK_MISMATCH')
    expect(optionsOf(dataDir)).toEqual({ autoLockMinutes: 5, network: 'test' })
  })

  it('writes nothing where the options cannot be used', async () => {
    const dataDir = join(folder, 'damaged')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'config.json'), 'no JSON')
    const offer = offerOfFile(formatGenesis(genesisOf()))
    expect(await codeOf(joinNetwork(dataDir, offer))).toBe('CONFIG_INVALID')
    expect(() => readFileSync(join(dataDir, 'genesis.json'))).toThrow('ENOENT')
  })

  it('has the node call those that the link named, and tells of any that the options do not take', async () => {
    const genesis = genesisOf()
    const link = formatNetworkLink({ chainId: chainIdOf(genesis), peers: [...peers, '/ip4/203.0.113.7/tcp/4001'] })
    const offer = await offerOfLink(link, async () => encodeGenesis(genesis))
    const odd = '/dns4/a_b.example.org/udp/4001,/quic-v1'
    const joined = await joinNetwork(join(folder, 'linked'), { ...offer, peers: [...offer.peers, odd] })
    expect(optionsOf(joined.dataDir)).toMatchObject({ bootstrap: [...peers, '/ip4/203.0.113.7/tcp/4001'] })
    expect(joined.peersLeft).toEqual([odd])
  })
})

describe('folderOfChain', () => {
  it('is beside the others of its kind, whichever of them is in use', () => {
    const a = new Uint8Array(32).fill(1)
    const b = new Uint8Array(32).fill(2)
    const ofA = folderOfChain('/data', a)
    expect(ofA).toBe(join('/data', 'networks', '01'.repeat(8)))
    expect(folderOfChain(ofA, b)).toBe(folderOfChain('/data', b))
    expect(folderOfChain('/networks/mine', a)).toBe(join('/networks/mine', 'networks', '01'.repeat(8)))
  })
})
