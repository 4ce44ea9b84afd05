/**
 * The algorithms that the handshake's name names besides ML-KEM, each behind one function, so that node:crypto and the portable
 * implementation can stand in for each other: X25519 (RFC 7748), ChaCha20-Poly1305 (RFC 8439), SHA-256 with HMAC (FIPS 180-4,
 * RFC 2104), and Ed25519 (RFC 8032) for the identity.
 */

/** A private X25519 key, made ready. */
export interface AgreementKey {
  readonly publicKey: Uint8Array
  /** 32 bytes, or undefined where the other key is of low order and the result all zero (RFC 7748 §6.1). */
  agree(remotePublicKey: Uint8Array): Uint8Array | undefined
  /** Clears or drops what the handle holds, as far as the platform allows; it is not used again. */
  destroy(): void
}

/** ChaCha20-Poly1305. */
export interface ChannelCipher {
  /**
   * Ciphertext and tag.
   *
   * @param nonce 12 bytes
   * @param associatedData at most 32 bytes: nothing, or a hash
   * @param headroomBytes zero bytes before the ciphertext, for what goes in front of it without a copy
   */
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    associatedData: Uint8Array,
    plaintext: Uint8Array,
    headroomBytes?: number,
  ): Uint8Array
  /** Undefined where the tag does not fit. @param ciphertext with its tag, at least 16 bytes */
  open(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined
}

export interface ChannelPrimitives extends ChannelCipher {
  /** @param privateKey 32 bytes, copied */
  openAgreementKey(privateKey: Uint8Array): AgreementKey
  sha256(bytes: Uint8Array): Uint8Array
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array
  /** False for whatever is not a valid signature, malformed keys included. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}

/** Bytes of X25519 and Ed25519 keys, and of a key of the cipher. */
export const keyBytes = 32
/** Bytes of an Ed25519 signature. */
export const ed25519SignatureBytes = 64
