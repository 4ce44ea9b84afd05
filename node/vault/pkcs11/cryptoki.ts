/**
 * Numbers of OASIS PKCS #11 v3.2 that are used here, by their names in the standard without the prefix. Tokens from before
 * v3.2 have numbers of their own for ML-DSA: profiles.ts.
 */

export const mechanisms = {
  ML_DSA_KEY_PAIR_GEN: 0x1c,
  ML_DSA: 0x1d,
  EC_KEY_PAIR_GEN: 0x1040,
  ECDSA: 0x1041,
  AES_KEY_GEN: 0x1080,
  AES_CBC_PAD: 0x1085,
  AES_GCM: 0x1087,
  AES_KEY_WRAP: 0x2109,
  AES_KEY_WRAP_PAD: 0x210a,
} as const

export const attributes = {
  CLASS: 0x0,
  TOKEN: 0x1,
  PRIVATE: 0x2,
  LABEL: 0x3,
  VALUE: 0x11,
  KEY_TYPE: 0x100,
  ID: 0x102,
  SENSITIVE: 0x103,
  ENCRYPT: 0x104,
  DECRYPT: 0x105,
  WRAP: 0x106,
  UNWRAP: 0x107,
  SIGN: 0x108,
  VERIFY: 0x10a,
  DERIVE: 0x10c,
  VALUE_LEN: 0x161,
  EXTRACTABLE: 0x162,
  LOCAL: 0x163,
  NEVER_EXTRACTABLE: 0x164,
  ALWAYS_SENSITIVE: 0x165,
  EC_PARAMS: 0x180,
  EC_POINT: 0x181,
  ALWAYS_AUTHENTICATE: 0x202,
  PARAMETER_SET: 0x61d,
  SEED: 0x637,
} as const

export const objectClasses = { PUBLIC_KEY: 2, PRIVATE_KEY: 3, SECRET_KEY: 4 } as const
export const keyTypes = { EC: 0x3, AES: 0x1f, ML_DSA: 0x4a } as const
export const userTypes = { SO: 0, USER: 1, CONTEXT_SPECIFIC: 2 } as const
export const sessionFlags = { RW: 0x2, SERIAL: 0x4 } as const
/** CKF_OS_LOCKING_OK. */
export const initializeFlags = { OS_LOCKING_OK: 0x2 } as const

export const tokenFlags = {
  WRITE_PROTECTED: 0x2,
  LOGIN_REQUIRED: 0x4,
  USER_PIN_INITIALIZED: 0x8,
  PROTECTED_AUTHENTICATION_PATH: 0x100,
  TOKEN_INITIALIZED: 0x400,
  USER_PIN_COUNT_LOW: 0x1_0000,
  USER_PIN_FINAL_TRY: 0x2_0000,
  USER_PIN_LOCKED: 0x4_0000,
  USER_PIN_TO_BE_CHANGED: 0x8_0000,
} as const

/** CKP_ML_DSA_*, FIPS 204. */
export const parameterSets = { 'ML-DSA-44': 1, 'ML-DSA-65': 2, 'ML-DSA-87': 3 } as const

/** DER of the object identifier of P-256 (RFC 5480 §2.1.1.1). */
export const p256Parameters = Uint8Array.of(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07)
