/**
 * Joining a network: its genesis is taken from a file, or asked for by the hash in a link, shown to whoever is to say yes,
 * and written into a data folder of its own, so that money of one chain never lies beside that of another.
 */
import { basename, dirname, join } from 'node:path'
import { equalBytes, toHex } from '../core/bytes.ts'
import { type NetworkLink, parseNetworkLink } from '../core/network-link.ts'
import { NodeError } from '../core/node-error.ts'
import { chainIdOf, decodeGenesis, type Genesis, genesisSupply, ledgerLimits, parseGenesis } from '../ledger/index.ts'
import { genesisFileName, readGenesis, writeGenesis } from './genesis-file.ts'
import { writeSettingsFile } from './settings-file.ts'

/**
 * Asks peers for the genesis of a chain. What comes back is checked against the hash by whoever asked.
 *
 * @returns canonical bytes @throws NodeError PEER_UNREACHABLE, PEER_TIMEOUT
 */
export type FetchGenesis = (chainId: Uint8Array, peers: readonly string[], signal?: AbortSignal) => Promise<Uint8Array>

/** A network that somebody may join, and what its genesis says of it. */
export interface NetworkOffer {
  readonly genesis: Genesis
  readonly chainId: Uint8Array
  /** Addresses that the link named. */
  readonly peers: readonly string[]
}

export interface NetworkOfferView {
  /** 32 bytes as hex. */
  readonly chainId: string
  readonly name: string
  readonly kind: Genesis['kind']
  readonly startTimeMs: number
  readonly validators: number
  /** All rUv that there is at the start. */
  readonly supplyMicroRuv: bigint
  readonly hasFaucet: boolean
  readonly peers: readonly string[]
}

/** The text of a genesis file. @throws NodeError GENESIS_FILE_INVALID, GENESIS_INVALID */
export function offerOfFile(text: string): NetworkOffer {
  const parsed = parseGenesis(text)
  if (parsed.ok) return { genesis: parsed.value, chainId: chainIdOf(parsed.value), peers: [] }
  const { error } = parsed
  throw invalidGenesis('reason' in error ? error.reason : error.code, error.code)
}

/**
 * @throws NodeError LINK_TOO_LONG, LINK_MALFORMED, LINK_FIELD, GENESIS_FETCH_UNAVAILABLE, PEER_UNREACHABLE, PEER_TIMEOUT,
 *   GENESIS_MISMATCH, GENESIS_INVALID
 */
export async function offerOfLink(
  text: string,
  fetchGenesis: FetchGenesis | undefined,
  signal?: AbortSignal,
): Promise<NetworkOffer> {
  const { chainId, peers } = linkOf(text)
  if (fetchGenesis === undefined || peers.length === 0) {
    throw new NodeError('GENESIS_FETCH_UNAVAILABLE', 'the genesis of this network cannot be asked for here', {
      hint: `Get its genesis file from whoever runs the network, and see that it is of the chain ${toHex(chainId)}.`,
      details: { chainId: toHex(chainId) },
    })
  }
  const bytes = await fetchGenesis(chainId, peers, signal)
  const decoded = bytes.length > ledgerLimits.maxGenesisBytes ? undefined : decodeGenesis(bytes)
  if (decoded?.ok !== true || !equalBytes(chainIdOf(decoded.value), chainId)) {
    throw new NodeError('GENESIS_MISMATCH', 'what a peer gave is not the genesis that the link names', {
      hint: 'Nothing was written. Get the genesis file another way, or a link with other peers.',
    })
  }
  return { genesis: decoded.value, chainId, peers }
}

export function offerView({ genesis, chainId, peers }: NetworkOffer): NetworkOfferView {
  const { name, kind, startTimeMs, validators, parameters } = genesis
  return {
    chainId: toHex(chainId),
    name,
    kind,
    startTimeMs,
    validators: validators.length,
    supplyMicroRuv: genesisSupply(genesis),
    hasFaucet: parameters.faucetCapMicroRuv > 0n,
    peers,
  }
}

/** What `--network` calls a chain of this kind, once its genesis is in the data folder. */
export function networkOption(kind: Genesis['kind']): 'dev' | 'test' | 'main' {
  return kind === 'development' ? 'dev' : kind
}

/** Characters of a chain id that name its folder: 64 bits, which no two networks of one person share. */
const folderNameCharacters = 16

/** Where a chain's data goes beside the data folder of another, whichever of them is in use. */
export function folderOfChain(dataDir: string, chainId: Uint8Array): string {
  return join(chainsParent(dataDir), 'networks', toHex(chainId).slice(0, folderNameCharacters))
}

/** The data folder that the others are in, whichever of them this is. */
export function chainsParent(dataDir: string): string {
  const isOneOfThem = basename(dirname(dataDir)) === 'networks' && isChainFolderName(basename(dataDir))
  return isOneOfThem ? dirname(dirname(dataDir)) : dataDir
}

export function isChainFolderName(name: string): boolean {
  return /^[0-9a-f]{16}$/.test(name)
}

/**
 * Puts the network's files into a data folder, with what it says in the configuration file. The same again changes nothing.
 *
 * @param configText the folder's configuration file as it is to be
 * @returns false where the folder was of this chain already
 * @throws NodeError NETWORK_MISMATCH where it is of another chain
 */
export async function writeJoinedNetwork(
  dataDir: string,
  { genesis, chainId }: NetworkOffer,
  configText: string,
): Promise<boolean> {
  const path = join(dataDir, genesisFileName)
  const known = await readGenesis(path)
  if (known !== null && !equalBytes(chainIdOf(known), chainId)) {
    throw new NodeError('NETWORK_MISMATCH', 'this data folder belongs to another network', {
      hint: 'Name another with --data-dir: a folder holds one network, so that money of one never looks like that of another.',
    })
  }
  if (known === null) await writeGenesis(path, genesis)
  await writeSettingsFile(join(dataDir, 'config.json'), configText)
  return known === null
}

function linkOf(text: string): NetworkLink {
  const parsed = parseNetworkLink(text)
  if (parsed.ok) return parsed.value
  const { error } = parsed
  throw new NodeError(error.code, 'this is not a link to a network', {
    hint: 'It has the form qudag-network:?genesis=<64 hex digits>&peer=<address>.',
    details: 'field' in error ? { field: error.field } : {},
  })
}

function invalidGenesis(reason: string, code: string): NodeError {
  return new NodeError(code, `the genesis file is not valid: ${reason}`, {
    hint: 'Get the file again from whoever runs the network.',
  })
}
