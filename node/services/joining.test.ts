import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { toHex } from '../core/bytes.ts'
import { formatNetworkLink } from '../core/network-link.ts'
import { chainIdOf, encodeGenesis, formatGenesis } from '../ledger/index.ts'
import { namedGenesis } from '../ledger/test-support.ts'
import { type NetworkOffer, writeJoinedNetwork } from './join-network.ts'
import { createJoiningServices } from './joining.ts'
import { codeOf } from './test-support.ts'

const folder = temporaryFolder('joining')
let folders = 0

const write = async (dataDir: string, offer: NetworkOffer) => ({
  isNew: await writeJoinedNetwork(dataDir, offer, '{}'),
  peersLeft: [],
})

const own = namedGenesis(1, 'development')
const other = namedGenesis(2)
const otherId = toHex(chainIdOf(other))

/** A node's data folder with its genesis, as it is while the node runs. */
function setUp(fetched?: Uint8Array) {
  const dataDir = join(folder, String(folders++))
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'genesis.json'), formatGenesis(own))
  const audited: unknown[] = []
  const services = createJoiningServices({
    dataDir,
    chain: { chainId: chainIdOf(own) },
    fetchGenesis: fetched === undefined ? undefined : async () => fetched,
    write,
    audit: async (action, details) => void audited.push([action, details]),
  })
  return { dataDir, services, audited }
}

describe('createJoiningServices', () => {
  it('shows a network, joins it in a folder of its own, and knows it from then on', async () => {
    const { dataDir, services, audited } = setUp()
    const source = { genesis: formatGenesis(other) }
    const folderOfOther = join(dataDir, 'networks', otherId.slice(0, 16))
    expect(await services.inspect(source)).toMatchObject({
      chainId: otherId,
      kind: 'test',
      validators: 1,
      dataDir: folderOfOther,
      isCurrent: false,
    })
    expect((await services.known()).map(({ name }) => name)).toEqual(['qudag-development-1'])
    expect(audited).toEqual([])

    expect(await services.join(source, otherId)).toEqual({
      ...{ chainId: otherId, dataDir: folderOfOther, isNew: true, peersLeft: [] },
    })
    expect(audited).toEqual([['network.join', { chainId: otherId, dataDir: folderOfOther }]])
    expect((await services.known()).map(({ name, isCurrent, dataDir: at }) => ({ name, isCurrent, at }))).toEqual([
      { name: 'qudag-development-1', isCurrent: true, at: dataDir },
      { name: 'qudag-test-2', isCurrent: false, at: folderOfOther },
    ])
  })

  it('knows the same from within a joined folder, and joins beside it', async () => {
    const { dataDir, services } = setUp()
    const { dataDir: at } = await services.join({ genesis: formatGenesis(other) }, otherId)
    const inside = createJoiningServices({
      dataDir: at,
      chain: { chainId: chainIdOf(other) },
      fetchGenesis: undefined,
      write,
      audit: async () => undefined,
    })
    expect((await inside.known()).map(({ isCurrent }) => isCurrent)).toEqual([false, true])
    const third = namedGenesis(3)
    const thirdId = toHex(chainIdOf(third))
    expect((await inside.inspect({ genesis: formatGenesis(third) })).dataDir).toBe(
      join(dataDir, 'networks', thirdId.slice(0, 16)),
    )
    expect(await inside.inspect({ genesis: formatGenesis(other) })).toMatchObject({ dataDir: at, isCurrent: true })
  })

  it('joins only what was agreed to', async () => {
    const { services, audited } = setUp()
    const source = { genesis: formatGenesis(other) }
    for (const agreed of ['0'.repeat(64), '', otherId.slice(2)]) {
      expect(await codeOf(services.join(source, agreed))).toBe('GENESIS_MISMATCH')
    }
    expect(audited).toEqual([])
    expect(await services.known()).toHaveLength(1)
  })

  it('follows a link where peers can be asked', async () => {
    const link = formatNetworkLink({ chainId: chainIdOf(other), peers: ['/dns4/boot.example.org/tcp/4001'] })
    expect(await codeOf(setUp().services.inspect({ link }))).toBe('GENESIS_FETCH_UNAVAILABLE')
    expect(await codeOf(setUp(encodeGenesis(own)).services.inspect({ link }))).toBe('GENESIS_MISMATCH')
    const { services } = setUp(encodeGenesis(other))
    expect(await services.inspect({ link })).toMatchObject({ chainId: otherId, peers: { length: 1 } })
    expect(await services.join({ link }, otherId)).toMatchObject({ isNew: true })
  })

  it('leaves out folders that hold no genesis, or a damaged one', async () => {
    const { dataDir, services } = setUp()
    for (const name of ['0'.repeat(16), 'f'.repeat(16), 'notes']) {
      mkdirSync(join(dataDir, 'networks', name), { recursive: true })
    }
    writeFileSync(join(dataDir, 'networks', 'f'.repeat(16), 'genesis.json'), '{')
    expect(await services.known()).toHaveLength(1)
  })
})
