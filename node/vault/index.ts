/**
 * The vault's door. Here live the wallet's keys: the recovery phrase, the accounts derived from it, the encrypted file
 * they rest in, the delays after wrong passwords, and the validator's own key file. Secrets are byte buffers that are
 * zeroed (secrets.ts); signing goes through `Signer`. Formats: docs/vault-file.md, docs/key-derivation.md.
 */

export { checkLabel, defaultLabel, defaultSuite, signerKindOf } from './accounts.ts'
export { type VaultErrorCode, vaultErrorCodes } from './errors.ts'
export type { VaultFs } from './file-system.ts'
export { defaultKdf, type KdfParameters } from './kdf.ts'
export { labelFault, labelKey, normalLabel } from './labels.ts'
export type {
  AccountRequest,
  LockReason,
  Signer,
  SignerKind,
  Vault,
  VaultAccount,
  VaultAudit,
  VaultDeps,
  VaultKeys,
  VaultOptions,
  VaultStatus,
} from './types.ts'
export {
  loadOrCreateValidatorKey,
  type ValidatorKey,
  type ValidatorKeyDeps,
  type ValidatorKeyOptions,
  validatorSuite,
} from './validator-key.ts'
export { createVault } from './vault.ts'
