/**
 * A wallet that a token seals: its password is of use only while the token is unlocked. So whatever takes the password has the
 * token unlocked first, in the PIN window or at the node's terminal, and never asks for both in one place.
 */
import type { SecretPurpose, VaultStatusShape } from '../../../node/api/contract/index.ts'
import type { Session } from '../../rpc/index.ts'
import { unlockToken } from './unlock-token.ts'

/** What takes the password of a wallet that is there. */
export type PasswordPurpose = Extract<SecretPurpose, 'unlock' | 'change-password' | 'backup' | 'seal' | 'unseal'>

export interface PasswordRequester {
  readonly api: { readonly vault: Pick<Session['api']['vault'], 'status'> }
  readonly platform: Pick<Session['platform'], 'tokens' | 'requestSecret'>
}

/**
 * Id of the key whose token has to be unlocked before the password is typed. Undefined where none has: where the wallet is not
 * sealed, its token is unlocked, or its key is not paired here, which the node says when it is asked.
 */
export function lockedSealOf({
  sealedBy,
  hardwareKeys,
}: Pick<VaultStatusShape, 'sealedBy' | 'hardwareKeys'>): string | undefined {
  const key = hardwareKeys?.find(({ id }) => id === sealedBy?.pairing)
  return key === undefined || key.state === 'unlocked' ? undefined : key.id
}

/** Runs the form that takes the password, the token unlocked. False where the owner thought better of either. */
export async function requestPassword(
  { api, platform }: PasswordRequester,
  purpose: PasswordPurpose,
  /** Id of the key that is to seal, whose token is unlocked then. */
  pairing?: string,
): Promise<boolean> {
  const status = await api.vault.status()
  const keyState = status.hardwareKeys?.find(({ id }) => id === pairing)?.state
  const locked = pairing === undefined ? lockedSealOf(status) : keyState === 'unlocked' ? undefined : pairing
  if (locked !== undefined && !(await unlockToken(platform, locked))) return false
  return platform.requestSecret(purpose, pairing)
}
