/** Passwords as bytes: taken over, counted, zeroed, and never made a string. */
import { vaultError } from './errors.ts'
import { limits } from './limits.ts'
import { SecretBytes } from './secrets.ts'

/**
 * For a password that is being set. Any characters will do; length is what counts.
 *
 * @throws NodeError PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG
 */
export function checkNewPassword(password: SecretBytes): void {
  checkPasswordLength(password)
  if (password.use(countChars) < limits.minPasswordChars) {
    throw vaultError('PASSWORD_TOO_SHORT', { minChars: limits.minPasswordChars })
  }
}

/** For a password that is being tried. @throws NodeError PASSWORD_TOO_LONG */
export function checkPasswordLength(password: SecretBytes): void {
  if (password.length > limits.maxPasswordBytes) {
    throw vaultError('PASSWORD_TOO_LONG', { maxBytes: limits.maxPasswordBytes })
  }
}

/** Code points of UTF-8: bytes that do not continue a character (RFC 3629 §3). */
function countChars(utf8Bytes: Uint8Array): number {
  let count = 0
  for (const byte of utf8Bytes) if ((byte & 0xc0) !== 0x80) count += 1
  return count
}

/** Takes the buffers over for the length of the work and zeroes them, whatever its outcome. */
export async function withSecrets<const B extends readonly Uint8Array[], T>(
  buffers: B,
  work: (secrets: { readonly [K in keyof B]: SecretBytes }) => Promise<T>,
): Promise<T> {
  const secrets = buffers.map((bytes) => new SecretBytes(bytes))
  try {
    return await work(secrets as unknown as { readonly [K in keyof B]: SecretBytes })
  } finally {
    for (const secret of secrets) secret.wipe()
  }
}
