/**
 * Genesis as a file for people: JSON with bytes in hex and amounts as decimal strings. The chain id is that of the canonical
 * encoding; the file names it, so that a file that was edited is noticed.
 */
import { fromHex, toHex } from '../core/bytes.ts'
import { CodecFault } from '../core/codec.ts'
import { err, type Result } from '../core/result.ts'
import { chainIdOf, checkGenesis, type Genesis, type GenesisError, genesisCodec } from './genesis.ts'
import { ledgerLimits } from './limits.ts'
import { developmentParameters, type NetworkParameters } from './parameters.ts'

export type GenesisFileError =
  | GenesisError
  /** Not JSON, too long, or a field missing or of another form. */
  | { code: 'GENESIS_FILE_INVALID'; reason: string }

/** Every parameter there is; whether one is an amount shows in any set of them. */
const parameterNames = Object.keys(developmentParameters) as (keyof NetworkParameters)[]

/** Two spaces, a line feed at the end. */
export function formatGenesis(genesis: Genesis): string {
  const { kind, name, salt, startTimeMs, validators, allocations, parameters } = genesis
  const file = {
    chainId: toHex(chainIdOf(genesis)),
    kind,
    name,
    salt: toHex(salt),
    startTimeMs,
    validators: validators.map(({ publicKey, stakeMicroRuv, owner }) => ({
      publicKey: toHex(publicKey),
      stakeMicroRuv: stakeMicroRuv.toString(),
      ...(owner === undefined ? {} : { owner: toHex(owner) }),
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
    const parameters = fields(root.parameters, 'parameters', parameterNames)
    const raw: Genesis = {
      kind: root.kind as Genesis['kind'],
      name: root.name as string,
      salt: hex(root.salt, 'salt'),
      startTimeMs: root.startTimeMs as number,
      validators: list(root.validators, 'validators').map((entry, index) => {
        const path = `validators[${index}]`
        const validator = fields(entry, path, ['publicKey', 'stakeMicroRuv', 'owner'])
        return {
          publicKey: hex(validator.publicKey, `${path}.publicKey`),
          stakeMicroRuv: decimal(validator.stakeMicroRuv, `${path}.stakeMicroRuv`),
          ...(validator.owner === undefined ? {} : { owner: hex(validator.owner, `${path}.owner`) }),
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
      parameters: Object.fromEntries(
        parameterNames.map((name) => {
          const value = parameters[name]
          const isAmount = typeof developmentParameters[name] === 'bigint'
          return [name, isAmount ? decimal(value, `parameters.${name}`) : value]
        }),
      ) as unknown as NetworkParameters,
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
