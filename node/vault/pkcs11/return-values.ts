/**
 * What a module can answer, PKCS #11 v3.2 appendix A, and what each answer means to a person: one of our codes. A number
 * that is not here (a vendor's own, or of a later standard) is a fault of the module, told with its number.
 */
import type { HsmErrorCode } from './errors.ts'

interface Meaning {
  readonly name: string
  readonly code: HsmErrorCode
}

const byCode: Readonly<Partial<Record<HsmErrorCode, Readonly<Record<string, number>>>>> = {
  HSM_PIN_WRONG: { PIN_INCORRECT: 0xa0 },
  HSM_PIN_UNSUITABLE: { PIN_INVALID: 0xa1, PIN_LEN_RANGE: 0xa2, PIN_TOO_WEAK: 0x1b8 },
  HSM_PIN_EXPIRED: { PIN_EXPIRED: 0xa3 },
  HSM_PIN_LOCKED: { PIN_LOCKED: 0xa4 },
  HSM_PIN_NOT_GIVEN: { CANCEL: 0x1, FUNCTION_CANCELED: 0x50, FUNCTION_REJECTED: 0x200, OPERATION_CANCEL_FAILED: 0x202 },
  HSM_PIN_REQUIRED: { USER_NOT_LOGGED_IN: 0x101 },
  HSM_OTHER_USER: {
    USER_ANOTHER_ALREADY_LOGGED_IN: 0x104,
    USER_TOO_MANY_TYPES: 0x105,
    SESSION_READ_WRITE_SO_EXISTS: 0xb8,
    SESSION_READ_ONLY_EXISTS: 0xb7,
    USER_TYPE_INVALID: 0x103,
  },
  HSM_NEEDS_INITIALISING: { TOKEN_NOT_RECOGNIZED: 0xe1, USER_PIN_NOT_INITIALIZED: 0x102, TOKEN_NOT_INITIALIZED: 0x208 },
  HSM_TOKEN_ABSENT: { SLOT_ID_INVALID: 0x3, TOKEN_NOT_PRESENT: 0xe0, DEVICE_REMOVED: 0x32 },
  HSM_SESSION_LOST: {
    SESSION_CLOSED: 0xb0,
    SESSION_HANDLE_INVALID: 0xb3,
    OBJECT_HANDLE_INVALID: 0x82,
    KEY_HANDLE_INVALID: 0x60,
    OPERATION_NOT_INITIALIZED: 0x91,
    CRYPTOKI_NOT_INITIALIZED: 0x190,
    TOKEN_RESOURCE_EXCEEDED: 0x201,
  },
  HSM_BUSY: {
    SESSION_COUNT: 0xb1,
    SESSION_EXISTS: 0xb6,
    OPERATION_ACTIVE: 0x90,
    FUNCTION_NOT_PARALLEL: 0x51,
    MUTEX_BAD: 0x1a0,
    MUTEX_NOT_LOCKED: 0x1a1,
    NEW_PIN_MODE: 0x1b0,
    NEXT_OTP: 0x1b1,
    PENDING: 0x204,
  },
  HSM_UNSUPPORTED: {
    FUNCTION_NOT_SUPPORTED: 0x54,
    MECHANISM_INVALID: 0x70,
    MECHANISM_PARAM_INVALID: 0x71,
    KEY_TYPE_INCONSISTENT: 0x63,
    KEY_SIZE_RANGE: 0x62,
    DOMAIN_PARAMS_INVALID: 0x130,
    CURVE_NOT_SUPPORTED: 0x140,
    ATTRIBUTE_TYPE_INVALID: 0x12,
    ATTRIBUTE_VALUE_INVALID: 0x13,
    TEMPLATE_INCOMPLETE: 0xd0,
    TEMPLATE_INCONSISTENT: 0xd1,
    PARAMETER_SET_NOT_SUPPORTED: 0x209,
    SESSION_ASYNC_NOT_SUPPORTED: 0x205,
    SEED_RANDOM_REQUIRED: 0x206,
    PUBLIC_KEY_INVALID: 0x1b9,
    NO_EVENT: 0x8,
    SESSION_PARALLEL_NOT_SUPPORTED: 0xb4,
    RANDOM_SEED_NOT_SUPPORTED: 0x120,
    RANDOM_NO_RNG: 0x121,
    EXCEEDED_MAX_ITERATIONS: 0x1b5,
    LIBRARY_LOAD_FAILED: 0x1b7,
    CRYPTOKI_ALREADY_INITIALIZED: 0x191,
    NEED_TO_CREATE_THREADS: 0x9,
    CANT_LOCK: 0xa,
  },
  HSM_KEY_REFUSED: {
    KEY_FUNCTION_NOT_PERMITTED: 0x68,
    KEY_NOT_WRAPPABLE: 0x69,
    KEY_UNEXTRACTABLE: 0x6a,
    KEY_NOT_NEEDED: 0x64,
    KEY_CHANGED: 0x65,
    KEY_NEEDED: 0x66,
    KEY_INDIGESTIBLE: 0x67,
    ATTRIBUTE_SENSITIVE: 0x11,
    ATTRIBUTE_READ_ONLY: 0x10,
    ACTION_PROHIBITED: 0x1b,
    UNWRAPPING_KEY_HANDLE_INVALID: 0xf0,
    UNWRAPPING_KEY_SIZE_RANGE: 0xf1,
    UNWRAPPING_KEY_TYPE_INCONSISTENT: 0xf2,
    WRAPPED_KEY_INVALID: 0x110,
    WRAPPED_KEY_LEN_RANGE: 0x112,
    WRAPPING_KEY_HANDLE_INVALID: 0x113,
    WRAPPING_KEY_SIZE_RANGE: 0x114,
    WRAPPING_KEY_TYPE_INCONSISTENT: 0x115,
    INFORMATION_SENSITIVE: 0x170,
    KEY_EXHAUSTED: 0x203,
  },
  HSM_WRITE_PROTECTED: { TOKEN_WRITE_PROTECTED: 0xe2, SESSION_READ_ONLY: 0xb5 },
  HSM_TOKEN_FULL: { DEVICE_MEMORY: 0x31 },
  HSM_DATA_REFUSED: {
    DATA_INVALID: 0x20,
    DATA_LEN_RANGE: 0x21,
    ENCRYPTED_DATA_INVALID: 0x40,
    ENCRYPTED_DATA_LEN_RANGE: 0x41,
    AEAD_DECRYPT_FAILED: 0x42,
    SIGNATURE_INVALID: 0xc0,
    SIGNATURE_LEN_RANGE: 0xc1,
    SAVED_STATE_INVALID: 0x160,
    STATE_UNSAVEABLE: 0x180,
  },
  HSM_MODULE_FAULT: {
    HOST_MEMORY: 0x2,
    GENERAL_ERROR: 0x5,
    FUNCTION_FAILED: 0x6,
    ARGUMENTS_BAD: 0x7,
    DEVICE_ERROR: 0x30,
    BUFFER_TOO_SMALL: 0x150,
    SAVED_KEY_HANDLE_INVALID: 0x1b2,
    FIPS_SELF_TEST_FAILED: 0x1b6,
    OPERATION_NOT_VALIDATED: 0x207,
    VENDOR_DEFINED: 0x8000_0000,
  },
}

/** Not an error for whoever asked: logged in is logged in. */
export const alreadyLoggedIn = 0x100

/** Every value of the standard that is told apart. */
export const knownReturns: readonly (readonly [number, Meaning])[] = Object.entries(byCode).flatMap(([code, values]) =>
  Object.entries(values ?? {}).map(([name, value]): [number, Meaning] => [
    value,
    { name: `CKR_${name}`, code: code as HsmErrorCode },
  ]),
)
const table: ReadonlyMap<number, Meaning> = new Map(knownReturns)

export function meaningOfReturn(value: number): Meaning {
  if (value === alreadyLoggedIn) return { name: 'CKR_USER_ALREADY_LOGGED_IN', code: 'HSM_OTHER_USER' }
  const name = value >= 0x8000_0000 ? 'CKR_VENDOR_DEFINED' : 'unknown'
  return table.get(value) ?? { name: `${name} (0x${value.toString(16)})`, code: 'HSM_MODULE_FAULT' }
}
