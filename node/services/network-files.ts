/**
 * The files of a new development network of several validators: a data folder each, with the validator's key, the key of its
 * place on the wire, the genesis that names them all, and a configuration by which it finds the others. A folder can go to
 * another machine as it is. What is there is kept, so that the same network starts again.
 */
import { mkdir, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { utf8 } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { replaceFile } from '../files/index.ts'
import { developmentParameters, type Genesis } from '../ledger/index.ts'
import { developmentStakeMicroRuv, genesisFileName, readGenesis, writeGenesis } from './genesis-file.ts'
import { serviceLimits } from './limits.ts'

const configFileName = 'config.json'
const loopback = '127.0.0.1'
/** Of a name in the domain name system (RFC 1035, section 2.3.4). */
const maxNameLength = 253

export interface NetworkRequest {
  readonly dir: string
  readonly validators: number
  /** Address or name of the machine of each validator, in turn where there are fewer; none: all on this one, by loopback. */
  readonly hosts?: readonly string[] | undefined
  /** Of the first validator of a machine, the next ones follow; undefined: such as are free here now. */
  readonly firstPort?: number | undefined
}

export interface NetworkFiles {
  readonly genesisFile: string
  /** One a validator. */
  readonly dataDirs: readonly string[]
}

export interface NetworkFilesDeps {
  readonly clock: Clock
  readonly rng: Rng
  /** Makes the validator's key in its data folder, or reads the one that is there; returns the public one. */
  readonly validatorKey: (dataDir: string) => Promise<Uint8Array>
  /** The same for its key on the wire; returns its peer id. */
  readonly peerId: (dataDir: string) => Promise<string>
  readonly freePort: () => Promise<number>
}

/** @throws NodeError NETWORK_SIZE, NETWORK_HOST, NETWORK_MISMATCH where the folder holds another, GENESIS_*, VALIDATOR_KEY_*, PEER_KEY_* */
export async function createNetworkFiles(request: NetworkRequest, deps: NetworkFilesDeps): Promise<NetworkFiles> {
  const { dir, validators } = request
  if (!Number.isInteger(validators) || validators < 1 || validators > serviceLimits.maxLocalValidators) {
    throw new NodeError('NETWORK_SIZE', `a network here has 1 to ${serviceLimits.maxLocalValidators} validators`)
  }
  const genesisFile = join(dir, genesisFileName)
  const dataDirs = Array.from({ length: validators }, (_, index) => join(dir, `node-${index + 1}`))
  const known = await readGenesis(genesisFile)
  if (known !== null && known.validators.length !== validators) {
    throw new NodeError('NETWORK_MISMATCH', `${dir} holds a network of ${known.validators.length} validators`, {
      hint: 'Name another folder with --dir, or start as many as it has.',
    })
  }
  const publicKeys: Uint8Array[] = []
  const peerIds: string[] = []
  for (const dataDir of dataDirs) {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    publicKeys.push(await deps.validatorKey(dataDir))
    peerIds.push(await deps.peerId(dataDir))
  }
  const genesis = known ?? newGenesis(publicKeys, deps)
  if (known === null) await writeGenesis(genesisFile, genesis)
  await writeConfigurations(request, dataDirs, peerIds, deps)
  for (const dataDir of dataDirs) {
    const own = join(dataDir, genesisFileName)
    if ((await readGenesis(own)) === null) await writeGenesis(own, genesis)
  }
  return { genesisFile, dataDirs }
}

function newGenesis(publicKeys: readonly Uint8Array[], { clock, rng }: NetworkFilesDeps): Genesis {
  return {
    kind: 'development',
    name: `qudag-dev-${publicKeys.length}`,
    salt: rng.bytes(32),
    startTimeMs: clock.nowMs(),
    validators: publicKeys.map((publicKey) => ({ publicKey, stakeMicroRuv: developmentStakeMicroRuv })),
    allocations: [],
    parameters: developmentParameters,
  }
}

/** All or none: a folder in which one is missing gets new ones, since the others name its address. */
async function writeConfigurations(
  { hosts = [], firstPort }: NetworkRequest,
  dataDirs: readonly string[],
  peerIds: readonly string[],
  { freePort }: NetworkFilesDeps,
): Promise<void> {
  const files = dataDirs.map((dataDir) => join(dataDir, configFileName))
  const present = await Promise.all(
    files.map((file) =>
      stat(file).then(
        () => true,
        () => false,
      ),
    ),
  )
  if (present.every((isThere) => isThere)) return
  const portsTaken = new Map<string, number>()
  const places: { readonly host: string; readonly port: number }[] = []
  for (const [index] of dataDirs.entries()) {
    const host = hosts[index % Math.max(1, hosts.length)] ?? loopback
    const before = portsTaken.get(host) ?? 0
    portsTaken.set(host, before + 1)
    places.push({ host, port: firstPort === undefined ? await freePort() : firstPort + before })
  }
  const addresses = places.map(({ host, port }) => `${hostAddress(host)}/tcp/${port}`)
  for (const [index, file] of files.entries()) {
    const { port, host } = places[index] as (typeof places)[number]
    const listen = host === loopback ? [addresses[index]] : [`/ip4/0.0.0.0/tcp/${port}`, `/ip6/::/tcp/${port}`]
    const configuration = {
      network: genesisFileName,
      p2pListen: listen,
      ...(host === loopback ? {} : { p2pAnnounce: [addresses[index]] }),
      bootstrap: addresses.map((address, at) => `${address}/p2p/${peerIds[at]}`).filter((_, at) => at !== index),
    }
    const written = await replaceFile(file, utf8(`${JSON.stringify(configuration, null, 2)}\n`))
    if (!written.ok) throw written.error.cause
  }
}

/** @throws NodeError NETWORK_HOST */
function hostAddress(host: string): string {
  const family = isIP(host)
  if (family !== 0) return `/ip${family}/${host}`
  const isLabel = (label: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label)
  if (host.length <= maxNameLength && host.split('.').every(isLabel)) return `/dns/${host}`
  throw new NodeError('NETWORK_HOST', `${JSON.stringify(host.slice(0, 100))} is no address and no name of a machine`)
}

/** Data folders of the network in this folder that exist, in order. */
export async function networkDataDirs(dir: string): Promise<string[]> {
  const found: string[] = []
  for (let index = 1; index <= serviceLimits.maxLocalValidators; index++) {
    const dataDir = join(dir, `node-${index}`)
    const isThere = await stat(dataDir).then(
      (entry) => entry.isDirectory(),
      () => false,
    )
    if (!isThere) break
    found.push(dataDir)
  }
  return found
}
