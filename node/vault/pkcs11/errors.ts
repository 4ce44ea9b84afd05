/**
 * What can go wrong with a hardware key, and what the person can do about it. Codes are stable and in docs/error-codes.md;
 * docs/hardware-keys.md has the table by cause. No error carries a PIN, a path of a secret or a key: only names, counts
 * and the number a module answered with.
 */
import { NodeError } from '../../core/node-error.ts'

export type HsmErrorCode =
  /** The package that speaks PKCS #11 is not installed or does not load. */
  | 'HSM_BINDING_MISSING'
  /** No such module file, or it cannot be read. */
  | 'HSM_MODULE_NOT_FOUND'
  /** The system's loader or C_Initialize refused it; details: reason. */
  | 'HSM_MODULE_UNUSABLE'
  /** Not the file that was paired; details: expected, found (SHA-256). */
  | 'HSM_MODULE_CHANGED'
  /** Its process ended by itself. */
  | 'HSM_MODULE_CRASHED'
  /** It did not answer in time and its process was ended. */
  | 'HSM_MODULE_HANGS'
  /** It answered with a fault of its own; details: answer. */
  | 'HSM_MODULE_FAULT'
  /** It answered something that is no answer to what was asked. */
  | 'HSM_ANSWER_MALFORMED'
  /** Ended on purpose: the vault locked, or another request ended the process. */
  | 'HSM_STOPPED'
  | 'HSM_BUSY'
  /** Of a pairing that is renamed. */
  | 'HSM_LABEL_TAKEN'
  | 'HSM_TOKEN_ABSENT'
  | 'HSM_TOKEN_AMBIGUOUS'
  | 'HSM_NEEDS_INITIALISING'
  | 'HSM_ALREADY_INITIALISED'
  | 'HSM_SESSION_LOST'
  | 'HSM_PIN_REQUIRED'
  | 'HSM_PIN_NOT_GIVEN'
  | 'HSM_PIN_WRONG'
  | 'HSM_PIN_FEW_TRIES'
  | 'HSM_PIN_LAST_TRY'
  | 'HSM_PIN_LOCKED'
  | 'HSM_PIN_UNSUITABLE'
  | 'HSM_PIN_EXPIRED'
  | 'HSM_OTHER_USER'
  | 'HSM_UNSUPPORTED'
  | 'HSM_KEY_NOT_SHOWN'
  | 'HSM_KEY_OTHER'
  | 'HSM_KEY_REFUSED'
  /** It can leave the token, could once, or was brought there; details: attribute. */
  | 'HSM_KEY_EXPOSED'
  | 'HSM_WRITE_PROTECTED'
  | 'HSM_TOKEN_FULL'
  | 'HSM_DATA_REFUSED'
  | 'HSM_SELF_TEST_FAILED'
  | 'HSM_NOT_PAIRED'
  | 'HSM_PAIRING_DAMAGED'
  | 'HSM_PAIRING_PERMISSIONS'
  | 'HSM_PAIRING_FAILED'

interface Wording {
  readonly message: string
  readonly hint: string
}

const wordings: Readonly<Record<HsmErrorCode, Wording>> = {
  HSM_BINDING_MISSING: {
    message: 'hardware keys need the package pkcs11js, which is not installed here',
    hint: 'Install a C++ compiler and Python, then run npm install again. Everything else works without it.',
  },
  HSM_MODULE_NOT_FOUND: {
    message: 'there is no readable PKCS #11 module at this path',
    hint: "Name the library that the token's maker installs, by its whole path.",
  },
  HSM_MODULE_UNUSABLE: {
    message: 'the PKCS #11 module could not be loaded or started',
    hint: 'Look whether it is for this system, and whether its own settings and libraries are there (--module-env, --library-path).',
  },
  HSM_MODULE_CHANGED: {
    message: 'the PKCS #11 module is not the file that was paired',
    hint: 'After an update that you made yourself, pair the key again. Otherwise find out who replaced it before you type a PIN.',
  },
  HSM_MODULE_CRASHED: {
    message: 'the PKCS #11 module crashed',
    hint: 'The node is not affected. Unlock the token again; if it comes back, the self-test report helps the maker.',
  },
  HSM_MODULE_HANGS: {
    message: 'the PKCS #11 module did not answer in time and was ended',
    hint: 'Look at the token and its connection, then unlock it again.',
  },
  HSM_MODULE_FAULT: {
    message: 'the token or its module met a fault',
    hint: 'Look at the token and its connection; the number the module answered with is in the details.',
  },
  HSM_ANSWER_MALFORMED: {
    message: 'the PKCS #11 module gave an answer that is none',
    hint: 'The module was ended. Run the self-test: qudag hsm test',
  },
  HSM_STOPPED: { message: 'the token was locked while it worked', hint: 'Unlock it and try again.' },
  HSM_LABEL_TAKEN: { message: 'another paired key has this label', hint: 'Choose another label. Nothing was changed.' },
  HSM_BUSY: { message: 'the token has too much to do', hint: 'Try again in a moment.' },
  HSM_TOKEN_ABSENT: {
    message: 'the token is not there',
    hint: 'Connect it. Its keys and the pairing are kept; nothing is concluded from its absence.',
  },
  HSM_TOKEN_AMBIGUOUS: {
    message: 'several tokens are there, or several that look alike',
    hint: 'Say which with --token and its serial number or label; qudag hsm list shows them.',
  },
  HSM_NEEDS_INITIALISING: {
    message: 'the token is not initialised, or has no user PIN yet',
    hint: "Initialise it with qudag hsm init, or with its maker's tool.",
  },
  HSM_ALREADY_INITIALISED: {
    message: 'the token is initialised already, and would lose its keys',
    hint: "It was left as it is. Erase it with its maker's tool if that is what you want.",
  },
  HSM_SESSION_LOST: {
    message: 'the session with the token has ended',
    hint: 'It was removed or reset meanwhile. Unlock it again.',
  },
  HSM_PIN_REQUIRED: { message: 'the token is locked', hint: 'Unlock it with: qudag hsm unlock' },
  HSM_PIN_NOT_GIVEN: {
    message: 'no PIN was given, or the entry was cancelled',
    hint: 'Nothing was tried. Begin again when you are at the token.',
  },
  HSM_PIN_WRONG: { message: 'the PIN is wrong', hint: 'It is not tried again by itself. Make sure of the PIN first.' },
  HSM_PIN_FEW_TRIES: {
    message: 'the PIN is wrong, and few tries are left',
    hint: 'Make sure of the PIN before the next try: the token locks itself.',
  },
  HSM_PIN_LAST_TRY: {
    message: 'the PIN is wrong, and one try is left',
    hint: 'Do not guess: after the next wrong PIN the token locks itself.',
  },
  HSM_PIN_LOCKED: {
    message: 'the token has locked its PIN',
    hint: "Unlock it with the security officer's PIN or PUK and its maker's tool.",
  },
  HSM_PIN_UNSUITABLE: {
    message: 'the token takes no PIN of this length or with these characters',
    hint: 'No try was used up. Look at the lengths that qudag hsm list shows.',
  },
  HSM_PIN_EXPIRED: { message: 'the PIN has expired', hint: "Set a new one with the token's maker's tool." },
  HSM_OTHER_USER: {
    message: 'another user is logged in at the token',
    hint: 'End the other session, then try again.',
  },
  HSM_UNSUPPORTED: {
    message: 'the token does not do this',
    hint: 'qudag hsm test shows what it can do; for numbers of its own see docs/hardware-keys.md.',
  },
  HSM_KEY_NOT_SHOWN: {
    message: 'the token does not show the key',
    hint: 'It may be another token, or its storage may be out of reach. That is no proof that the key is gone; the pairing is kept.',
  },
  HSM_KEY_OTHER: {
    message: 'the token has another key under the id that was paired',
    hint: 'Nothing was signed. Find out whether the token was exchanged, then pair it again.',
  },
  HSM_KEY_REFUSED: {
    message: 'the key may not be used for this',
    hint: 'Its attributes on the token forbid it; make a key with qudag hsm pair --generate.',
  },
  HSM_KEY_EXPOSED: {
    message: 'the token says of the key that it can leave, could once, or was made elsewhere',
    hint: 'It was not paired. Make a key in the token with qudag hsm pair --generate.',
  },
  HSM_WRITE_PROTECTED: { message: 'the token is write-protected', hint: 'Allow writing, or use a key that is there.' },
  HSM_TOKEN_FULL: { message: 'the token has no room left', hint: 'Remove what is not needed from it.' },
  HSM_DATA_REFUSED: {
    message: 'the token refused the data',
    hint: 'For a sealed vault: it was sealed by another key, or altered.',
  },
  HSM_SELF_TEST_FAILED: {
    message: 'the token did not pass the self-test',
    hint: 'The report above says what failed. Do not keep money under a key of this token.',
  },
  HSM_NOT_PAIRED: { message: 'no such key is paired here', hint: 'Pair one with: qudag hsm pair' },
  HSM_PAIRING_DAMAGED: {
    message: 'a pairing file is damaged or was altered',
    hint: 'It was left as it is. Move it away and pair the key again; the key itself is on the token.',
  },
  HSM_PAIRING_PERMISSIONS: {
    message: 'a pairing file is open to others or not ours',
    hint: 'Make it a plain file of your own user with mode 0600, and look whether it was changed.',
  },
  HSM_PAIRING_FAILED: {
    message: 'the pairing could not be read or written',
    hint: 'Look at the data folder and the free space.',
  },
}

export const hsmErrorCodes = Object.keys(wordings) as readonly HsmErrorCode[]

export type HsmDetails = Readonly<Record<string, string | number | boolean>>

export function hsmError(code: HsmErrorCode, details: HsmDetails = {}): NodeError {
  return new NodeError(code, wordings[code].message, { hint: wordings[code].hint, details })
}

export function isHsmErrorCode(code: unknown): code is HsmErrorCode {
  return typeof code === 'string' && Object.hasOwn(wordings, code)
}
