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

const setCodec = listOf(record({ publicKey: bytesUpTo(4_096), stakeMicroRuv: u64 }), {
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
  await write.setMeta(keyOf(validatorSetHash(validators)), canonicalEncode(setCodec, validators))
}

/** Null where this node never had it. @param hash as `nextValidatorsHash` of a checkpoint names it */
export async function keptValidatorSet(
  read: Pick<StorageReader, 'meta'>,
  hash: Uint8Array,
): Promise<readonly Validator[] | null> {
  const bytes = await read.meta(keyOf(hash))
  const decoded = bytes === null ? null : canonicalDecode(setCodec, bytes, maxSetBytes)
  if (decoded === null || !decoded.ok) return null
  return decoded.value.map(({ publicKey, stakeMicroRuv }) => ({
    id: validatorIdOf(publicKey),
    publicKey,
    stakeMicroRuv,
  }))
}
