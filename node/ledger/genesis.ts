/**
 * Genesis: what a network starts from. Its hash is the chain id, which every signature covers; the name is for display only.
 * Source: docs/protocol.md, "Genesis".
 */
import { type CanonicalError, canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { type Codec, CodecFault, fixedBytes, listOf, nullable, record, textUpTo, u64, uintUpTo } from '../core/codec.ts'
import { domainTags } from '../core/domain-tags.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hashLengthBytes, sha3 } from '../crypto/hash.ts'
import { signatureSuites } from '../crypto/suites.ts'
import { type AccountId, accountIdBytes, isKnownAccountId } from './address.ts'
import { ledgerLimits } from './limits.ts'
import { type NetworkKind, type NetworkParameters, networkParametersCodec, wholePpm } from './parameters.ts'

export interface GenesisValidator {
  /** ML-DSA-65. */
  readonly publicKey: Uint8Array
  readonly stakeMicroRuv: bigint
  /** May unbond the stake and bond more. Without one the stake stays bonded for good. */
  readonly owner?: AccountId
}

export interface GenesisAllocation {
  readonly account: AccountId
  readonly balanceMicroRuv: bigint
}

export interface Genesis {
  readonly kind: NetworkKind
  /** At most 32 bytes; shown, never trusted. */
  readonly name: string
  /** 32 random bytes: two networks of the same make are still two chains. */
  readonly salt: Uint8Array
  /** Ledger time before the first commit, ms since the Unix epoch. */
  readonly startTimeMs: number
  readonly validators: readonly GenesisValidator[]
  readonly allocations: readonly GenesisAllocation[]
  readonly parameters: NetworkParameters
}

const wireOfKind: Readonly<Record<NetworkKind, number>> = { main: 1, test: 2, development: 3 }

const kindCodec: Codec<NetworkKind> = {
  encode: (kind) => wireOfKind[kind],
  decode: (raw, path) => {
    const found = (Object.keys(wireOfKind) as NetworkKind[]).find((kind) => wireOfKind[kind] === raw)
    if (found === undefined) throw new CodecFault(path, 'unknown network kind')
    return found
  },
}

const validatorFields = record({
  publicKey: fixedBytes(signatureSuites['ML-DSA-65'].publicKeyBytes),
  stakeMicroRuv: u64,
  owner: nullable(fixedBytes(accountIdBytes)),
})
const validatorCodec: Codec<GenesisValidator> = {
  encode: (validator) => validatorFields.encode({ ...validator, owner: validator.owner ?? null }),
  decode: (raw, path) => {
    const { owner, ...validator } = validatorFields.decode(raw, path)
    return owner === null ? validator : { ...validator, owner }
  },
}

export const genesisCodec: Codec<Genesis> = record({
  kind: kindCodec,
  name: textUpTo(32),
  salt: fixedBytes(hashLengthBytes),
  startTimeMs: uintUpTo(),
  validators: listOf(validatorCodec, { min: 1, max: ledgerLimits.maxGenesisValidators }),
  allocations: listOf(record({ account: fixedBytes(accountIdBytes), balanceMicroRuv: u64 }), {
    max: ledgerLimits.maxGenesisAllocations,
  }),
  parameters: networkParametersCodec,
})

export type GenesisError =
  | CanonicalError
  /** A faucet outside a development network, parameters that cannot be kept, a validator without stake or twice, an account nobody can own, or more rUv than 2^64 − 1 µrUv. */
  | { code: 'GENESIS_INVALID'; reason: string }

export function encodeGenesis(genesis: Genesis): Uint8Array {
  return canonicalEncode(genesisCodec, genesis)
}

export function decodeGenesis(bytes: Uint8Array): Result<Genesis, GenesisError> {
  const decoded = canonicalDecode(genesisCodec, bytes, ledgerLimits.maxGenesisBytes)
  if (!decoded.ok) return decoded
  const problem = genesisProblem(decoded.value)
  return problem === undefined ? decoded : err({ code: 'GENESIS_INVALID', reason: problem })
}

function genesisProblem(genesis: Genesis): string | undefined {
  if (genesis.kind !== 'development' && genesis.parameters.faucetCapMicroRuv !== 0n) {
    return 'only a development network has a faucet'
  }
  const parameterProblem = problemOf(genesis.parameters)
  if (parameterProblem !== undefined) return parameterProblem
  if (genesis.validators.some((validator) => validator.stakeMicroRuv === 0n)) return 'a validator has no stake'
  const ids = new Set(genesis.validators.map((validator) => validatorIdOf(validator.publicKey).join()))
  if (ids.size !== genesis.validators.length) return 'a validator is named twice'
  if (!genesis.validators.every(({ owner }) => owner === undefined || isKnownAccountId(owner))) {
    return 'a validator belongs to an account of an unknown version, which nobody could act for'
  }
  if (!genesis.allocations.every(({ account }) => isKnownAccountId(account))) {
    return 'an allocation goes to an account of an unknown version, which nobody could spend from'
  }
  const accounts = new Set(genesis.allocations.map((allocation) => allocation.account.join()))
  if (accounts.size !== genesis.allocations.length) return 'an account is named twice'
  const supply = genesisSupply(genesis) + genesis.parameters.faucetCapMicroRuv
  return supply >= 1n << 64n ? 'stakes, allocations and faucet cap exceed 2^64 − 1 µrUv' : undefined
}

function problemOf(parameters: NetworkParameters): string | undefined {
  if (parameters.checkpointIntervalMs === 0) return 'the checkpoint interval is 0'
  if (parameters.epochMs === 0) return 'an epoch has no length'
  if (parameters.unbondingMs < parameters.epochMs) return 'unbonding is shorter than an epoch'
  if (parameters.maxValidatorStakeMicroRuv === 0n) return 'no stake of a validator counts'
  if (parameters.maxValidatorStakeMicroRuv < parameters.minValidatorStakeMicroRuv) {
    return 'the least stake of a validator is above the most'
  }
  if (parameters.maxStakeChangePpm === 0) return 'the stake could never change'
  const isShare = parameters.maxStakeChangePpm <= wholePpm && parameters.slashPpm <= wholePpm
  return isShare ? undefined : 'a share is above 1,000,000 parts per million'
}

/** Hash of the canonical genesis. 32 bytes. */
export function chainIdOf(genesis: Genesis): Uint8Array {
  return sha3(domainTags.genesis, encodeGenesis(genesis))
}

/** All rUv a network starts with, stakes included. */
export function genesisSupply(genesis: Genesis): bigint {
  const stakes = genesis.validators.reduce((sum, validator) => sum + validator.stakeMicroRuv, 0n)
  return genesis.allocations.reduce((sum, allocation) => sum + allocation.balanceMicroRuv, stakes)
}

/** A validator's id: hash of its suite and public key. 32 bytes. */
export function validatorIdOf(publicKey: Uint8Array): Uint8Array {
  return sha3(domainTags.validator, Uint8Array.of(signatureSuites['ML-DSA-65'].wire), publicKey)
}

/** The wallet's word for a genesis that was read: sound, or why not. */
export function checkGenesis(genesis: Genesis): Result<Genesis, GenesisError> {
  const problem = genesisProblem(genesis)
  return problem === undefined ? ok(genesis) : err({ code: 'GENESIS_INVALID', reason: problem })
}
