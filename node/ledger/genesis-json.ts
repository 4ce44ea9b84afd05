/**
 * Genesis as a file for people: JSON with bytes in hex and amounts as decimal strings. The chain id is that of the canonical
 * encoding; the file names it, so that a file that was edited is noticed.
 */
import { fromHex, toHex } from '../core/bytes.ts'
import { CodecFault } from '../core/codec.ts'
import { err, type Result } from '../core/result.ts'
import { chainIdOf, checkGenesis, type Genesis, type GenesisError, genesisCodec } from './genesis.ts'
import { ledgerLimits } from './limits.ts'

export type GenesisFileError =
  | GenesisError
  /** Not JSON, too long, or a field missing or of another form. */
  | { code: 'GENESIS_FILE_INVALID'; reason: string }

/** Two spaces, a line feed at the end. */
export function formatGenesis(genesis: Genesis): string {
  const { kind, name, salt, startTimeMs, validators, allocations, parameters } = genesis
  const file = {
    chainId: toHex(chainIdOf(genesis)),
    kind,
    name,
    salt: toHex(salt),
    startTimeMs,
    validators: validators.map(({ publicKey, stakeMicroRuv }) => ({
      publicKey: toHex(publicKey),
      stakeMicroRuv: stakeMicroRuv.toString(),
    })),
    allocations: allocations.map(({ account, balanceMicroRuv }) => ({
      account: toHex(account),
      balanceMicroRuv: balanceMicroRuv.toString(),
    })),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [key, typeof value === 'bigint' ? value.toString() : value]),
    ),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

export function parseGenesis(text: string): Result<Genesis, GenesisFileError> {
  const invalid = (reason: string) => err({ code: 'GENESIS_FILE_INVALID' as const, reason })
  if (text.length > ledgerLimits.maxGenesisFileBytes) return invalid('too long')
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch {
    return invalid('not JSON')
  }
  let genesis: Genesis
  let chainId: unknown
  try {
    const root = fields(file, '', [
      'chainId',
      'kind',
      'name',
      'salt',
      'startTimeMs',
      'validators',
      'allocations',
      'parameters',
    ])
    chainId = root.chainId
    const parameters = fields(root.parameters, 'parameters', [
      'bytePriceMicroRuv',
      'unitPriceMicroRuv',
      'faucetWindowMicroRuv',
      'faucetWindowMs',
      'faucetCapMicroRuv',
      'checkpointIntervalMs',
    ])
    const raw: Genesis = {
      kind: root.kind as Genesis['kind'],
      name: root.name as string,
      salt: hex(root.salt, 'salt'),
      startTimeMs: root.startTimeMs as number,
      validators: list(root.validators, 'validators').map((entry, index) => {
        const path = `validators[${index}]`
        const validator = fields(entry, path, ['publicKey', 'stakeMicroRuv'])
        return {
          publicKey: hex(validator.publicKey, `${path}.publicKey`),
          stakeMicroRuv: decimal(validator.stakeMicroRuv, `${path}.stakeMicroRuv`),
        }
      }),
      allocations: list(root.allocations, 'allocations').map((entry, index) => {
        const path = `allocations[${index}]`
        const allocation = fields(entry, path, ['account', 'balanceMicroRuv'])
        return {
          account: hex(allocation.account, `${path}.account`),
          balanceMicroRuv: decimal(allocation.balanceMicroRuv, `${path}.balanceMicroRuv`),
        }
      }),
      parameters: {
        bytePriceMicroRuv: decimal(parameters.bytePriceMicroRuv, 'parameters.bytePriceMicroRuv'),
        unitPriceMicroRuv: decimal(parameters.unitPriceMicroRuv, 'parameters.unitPriceMicroRuv'),
        faucetWindowMicroRuv: decimal(parameters.faucetWindowMicroRuv, 'parameters.faucetWindowMicroRuv'),
        faucetWindowMs: parameters.faucetWindowMs as number,
        faucetCapMicroRuv: decimal(parameters.faucetCapMicroRuv, 'parameters.faucetCapMicroRuv'),
        checkpointIntervalMs: parameters.checkpointIntervalMs as number,
      },
    }
    // Lengths and ranges are the codec's to check: what it does not take could not be hashed either.
    genesis = genesisCodec.decode(genesisCodec.encode(raw), '')
  } catch (fault) {
    if (!(fault instanceof CodecFault)) throw fault
    return invalid(fault.message)
  }
  const checked = checkGenesis(genesis)
  if (!checked.ok) return checked
  return chainId === toHex(chainIdOf(genesis)) ? checked : invalid('its content does not have the chain id it names')
}

function fields(value: unknown, path: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CodecFault(path, 'an object expected')
  const unknown = Object.keys(value).find((key) => !names.includes(key))
  if (unknown !== undefined) throw new CodecFault(path, `unknown field ${JSON.stringify(unknown.slice(0, 40))}`)
  return value as Readonly<Record<string, unknown>>
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new CodecFault(path, 'a list expected')
  return value
}

function hex(value: unknown, path: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromHex(value) : undefined
  if (bytes === undefined) throw new CodecFault(path, 'hex digits expected')
  return bytes
}

function decimal(value: unknown, path: string): bigint {
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) throw new CodecFault(path, 'a decimal string expected')
  return BigInt(value)
}
