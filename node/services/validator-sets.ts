/**
 * Who validated in which epoch, kept by the hash that checkpoints commit to: what shows a stranger the way from the genesis
 * to the newest checkpoint.
 */
import { type Validator, validatorSetHash } from '../consensus/index.ts'
import { toHex } from '../core/bytes.ts'
import { canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, listOf, record, u64 } from '../core/codec.ts'
import { ledgerLimits, validatorIdOf } from '../ledger/index.ts'
import type { StorageReader, StorageWriter } from '../storage/index.ts'

/** The keys and stakes of a set, as it is kept and sent; ids follow from the keys. */
export const validatorSetCodec = listOf(record({ publicKey: bytesUpTo(4_096), stakeMicroRuv: u64 }), {
  min: 1,
  max: ledgerLimits.maxGenesisValidators,
})
const maxSetBytes = ledgerLimits.maxGenesisBytes

const keyOf = (hash: Uint8Array): string => `validators:${toHex(hash)}`

/** Durable before whatever is asked for after it. The same set again changes nothing. */
export async function keepValidatorSet(
  write: Pick<StorageWriter, 'setMeta'>,
  validators: readonly Validator[],
): Promise<void> {
  const { key, value } = validatorSetRow(validators)
  await write.setMeta(key, value)
}

/** Null where this node never had it. @param hash as `nextValidatorsHash` of a checkpoint names it */
export async function keptValidatorSet(
  read: Pick<StorageReader, 'meta'>,
  hash: Uint8Array,
): Promise<readonly Validator[] | null> {
  const bytes = await read.meta(keyOf(hash))
  const decoded = bytes === null ? null : canonicalDecode(validatorSetCodec, bytes, maxSetBytes)
  if (decoded === null || !decoded.ok) return null
  return validatorsOf(decoded.value)
}

/** With their ids. */
export function validatorsOf(set: readonly Omit<Validator, 'id'>[]): readonly Validator[] {
  return set.map(({ publicKey, stakeMicroRuv }) => ({ id: validatorIdOf(publicKey), publicKey, stakeMicroRuv }))
}

/** The row in `meta` that keeps a set. */
export function validatorSetRow(validators: readonly Validator[]): {
  readonly key: string
  readonly value: Uint8Array
} {
  return { key: keyOf(validatorSetHash(validators)), value: canonicalEncode(validatorSetCodec, validators) }
}
