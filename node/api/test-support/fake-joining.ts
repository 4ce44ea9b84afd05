/** For tests only: two networks, of which one runs. A genesis file is its name; a link is known, or leads nowhere. */

import { parseNetworkLink } from '../../core/network-link.ts'
import { NodeError } from '../../core/node-error.ts'
import type { JoiningServices, JoinSource, KnownNetworkView } from '../../services/types.ts'

const running: KnownNetworkView = {
  chainId: 'c'.repeat(64),
  name: 'qudag-dev-1',
  kind: 'development',
  dataDir: '/home/mara/.qudag',
  isCurrent: true,
}

/** What a genesis file holds that the fakes take. */
export const fakeGenesisText = '{"name":"qudag-test-7"}'
export const fakeGenesisChainId = '7'.repeat(64)

export function createFakeJoining(): JoiningServices {
  const known: KnownNetworkView[] = [running]
  const offered = {
    chainId: fakeGenesisChainId,
    name: 'qudag-test-7',
    kind: 'test' as const,
    startTimeMs: 1_750_000_000_000,
    validators: 7,
    supplyMicroRuv: 21_000_000_000_000n,
    hasFaucet: false,
    peers: [],
    dataDir: `/home/mara/.qudag/networks/${fakeGenesisChainId.slice(0, 16)}`,
    isCurrent: false,
  }
  const check = (source: JoinSource): void => {
    if ('link' in source) {
      const parsed = parseNetworkLink(source.link)
      if (!parsed.ok) throw new NodeError(parsed.error.code, 'this is not a link to a network')
      throw new NodeError('GENESIS_FETCH_UNAVAILABLE', 'the genesis of this network cannot be asked for here')
    }
    if (source.genesis !== fakeGenesisText) throw new NodeError('GENESIS_FILE_INVALID', 'not a genesis file')
  }
  return {
    known: async () => known,
    async inspect(source) {
      check(source)
      return offered
    },
    async join(source, chainId) {
      check(source)
      if (chainId !== offered.chainId) throw new NodeError('GENESIS_MISMATCH', 'another network')
      const isNew = known.length === 1
      if (isNew) known.push({ ...offered })
      return { chainId, dataDir: offered.dataDir, isNew, peersLeft: [] }
    },
  }
}
