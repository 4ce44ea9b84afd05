/**
 * The part of a sealed vault's key that only a token gives: 32 random bytes, encrypted by AES-GCM under an AES key that is in
 * the token and may only encrypt and decrypt. Mixed with the password's key (kdf.ts), so that the vault opens with both alone.
 *
 * Additional data name version, token, key and vault: the part of one vault does not open as another's. docs/vault-file.md.
 */
import { z } from 'zod'
import { fromHex, toHex, utf8 } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { canonicalJson } from './canonical-json.ts'
import { vaultError } from './errors.ts'
import { hexOf } from './hex-text.ts'
import { SecretBytes } from './secrets.ts'
import type { HardwareSealer } from './types.ts'

const version = 1
const partBytes = 32
const nonceBytes = 12
const tagBytes = 16
const vaultIdBytes = 16
/** CK_TOKEN_INFO has 16; room for a maker that counts otherwise. */
const maxSerialChars = 64

export const sealSchema = z.strictObject({
  version: z.literal(version),
  serial: z.string().max(maxSerialChars),
  /** CKA_ID of the token's key. */
  keyId: z.string().regex(/^(?:[0-9a-f]{2}){1,64}$/),
  vault: hexOf(vaultIdBytes),
  nonce: hexOf(nonceBytes),
  /** Of the part, and its tag. */
  ciphertext: hexOf(partBytes + tagBytes),
})
export type TokenSeal = z.infer<typeof sealSchema>

/** @throws NodeError HSM_PIN_REQUIRED, HSM_TOKEN_ABSENT, HSM_DATA_REFUSED, HSM_NOT_PAIRED … */
export type OpenSeal = (seal: TokenSeal) => Promise<SecretBytes>

/** Where there are no hardware keys at all. */
export const noToken: OpenSeal = () => Promise.reject(vaultError('VAULT_SEALED'))

/** A new part, encrypted by the token's key. @param pairing id or label */
export async function newTokenSeal(
  sealer: HardwareSealer,
  pairing: string,
  vault: string,
  rng: Rng,
): Promise<TokenSeal> {
  const { serial, keyId } = await sealer.bindSeal(pairing)
  const named = { version, serial, keyId, vault } as const
  const part = new SecretBytes(rng.bytes(partBytes))
  const nonce = rng.bytes(nonceBytes)
  // A copy for the time of the call, since a lock may zero the other.
  const lent = part.use((bytes) => Uint8Array.from(bytes))
  try {
    const ciphertext = await sealer.crypt({
      serial,
      keyId,
      direction: 'encrypt',
      iv: nonce,
      data: lent,
      ...additional(named),
    })
    return sealSchema.parse({ ...named, nonce: toHex(nonce), ciphertext: toHex(ciphertext) })
  } finally {
    lent.fill(0)
    part.wipe()
  }
}

export function openSealBy(sealer: HardwareSealer | undefined): OpenSeal {
  if (sealer === undefined) return noToken
  return async ({ nonce, ciphertext, ...named }) => {
    const [iv, data] = [fromHex(nonce), fromHex(ciphertext)]
    invariant(iv !== undefined && data !== undefined, 'a parsed seal is hex')
    const { serial, keyId } = named
    const part = await sealer.crypt({ serial, keyId, direction: 'decrypt', iv, data, ...additional(named) })
    if (part.length !== partBytes) throw vaultError('VAULT_DAMAGED', { reason: 'seal' })
    return new SecretBytes(part)
  }
}

function additional(named: Omit<TokenSeal, 'nonce' | 'ciphertext'>): { additionalData: Uint8Array } {
  return { additionalData: utf8(canonicalJson(named)) }
}
