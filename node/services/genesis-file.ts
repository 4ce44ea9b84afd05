/** Which network this data folder is of: its genesis file, made for a development network on first use. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, utf8 } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { replaceFile } from '../files/index.ts'
import {
  chainIdOf,
  developmentParameters,
  formatGenesis,
  type Genesis,
  ledgerLimits,
  parseGenesis,
} from '../ledger/index.ts'

export const genesisFileName = 'genesis.json'
/** What the only validator of a new development network has bonded: it matters to nobody but the arithmetic. */
export const developmentStakeMicroRuv = 1_000_000_000_000n
const developmentName = 'qudag-dev-1'

export interface GenesisRequest {
  readonly dataDir: string
  /** dev, test, main, or the path of a genesis file. */
  readonly network: string
  /** The one validator of a development network that is made now. */
  readonly validatorPublicKey: Uint8Array
}

/** @throws NodeError NO_GENESIS, NETWORK_MISMATCH, GENESIS_FILE_INVALID, GENESIS_INVALID */
export async function loadOrCreateGenesis(
  { dataDir, network, validatorPublicKey }: GenesisRequest,
  deps: { readonly clock: Clock; readonly rng: Rng },
): Promise<Genesis> {
  const path = join(dataDir, genesisFileName)
  const known = await readGenesis(path)
  if (network === 'dev') {
    if (known !== null) return checkKind(known, network, 'development')
    const genesis: Genesis = {
      kind: 'development',
      name: developmentName,
      salt: deps.rng.bytes(32),
      startTimeMs: deps.clock.nowMs(),
      validators: [{ publicKey: validatorPublicKey, stakeMicroRuv: developmentStakeMicroRuv }],
      allocations: [],
      parameters: developmentParameters,
    }
    await writeGenesis(path, genesis)
    return genesis
  }
  if (network === 'test' || network === 'main') {
    if (known !== null) return checkKind(known, network, network)
    throw new NodeError('NO_GENESIS', `there is no genesis file for the ${network} network in this data folder`, {
      hint: 'Give the path of its genesis file with --network, or use the development network (--network dev).',
    })
  }
  const given = await readGenesis(network)
  if (given === null) {
    throw new NodeError('NO_GENESIS', 'the genesis file that --network names does not exist', {
      hint: 'Check the path.',
    })
  }
  if (known === null) await writeGenesis(path, given)
  else if (!equalBytes(chainIdOf(known), chainIdOf(given))) throw networkMismatch('the one in that file')
  return given
}

function checkKind(known: Genesis, network: string, kind: Genesis['kind']): Genesis {
  if (known.kind !== kind) throw networkMismatch(`"${network}"`)
  return known
}

function networkMismatch(asked: string): NodeError {
  return new NodeError('NETWORK_MISMATCH', `this data folder belongs to another network than ${asked}`, {
    hint: 'Use another --data-dir for it: a folder holds one network, so that money of one never looks like that of another.',
  })
}

/** Null where there is none. @throws NodeError GENESIS_* */
export async function readGenesis(path: string): Promise<Genesis | null> {
  let text: string
  try {
    if ((await stat(path)).size > ledgerLimits.maxGenesisFileBytes) throw invalid(path, 'too long')
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof NodeError) throw cause
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw invalid(path, `it cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
  const parsed = parseGenesis(text)
  if (parsed.ok) return parsed.value
  const { error } = parsed
  throw invalid(path, 'reason' in error ? error.reason : error.code, error.code)
}

function invalid(path: string, reason: string, code = 'GENESIS_FILE_INVALID'): NodeError {
  return new NodeError(code, `the genesis file ${path} is not valid: ${reason}`, {
    hint: 'Get the file again from whoever runs the network.',
  })
}

/** Whole or not at all: a half-written genesis would make another chain of the folder. */
export async function writeGenesis(path: string, genesis: Genesis): Promise<void> {
  const written = await replaceFile(path, utf8(formatGenesis(genesis)), { makesFolder: true })
  if (!written.ok) throw written.error.cause
}
