/**
 * The key a validator signs vertices and checkpoints with. It is no spending key and stays apart from the vault, so
 * that a headless validator starts unattended: plain in a 0600 file by default, or encrypted under a password that the
 * service manager hands over by file or descriptor. Reasons and format: docs/vault-file.md, "Validator key".
 */
import { z } from 'zod'
import { equalBytes, fromHex, toHex } from '../core/bytes.ts'
import { invariant, type NodeError } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { type SignatureSuite, seedBytes, signatureSuites } from '../crypto/suites.ts'
import { type DocumentFault, type DocumentForm, decodeDocument, encodeDocument } from './document.ts'
import { vaultError } from './errors.ts'
import { nodeFs, systemCode, type VaultFs } from './file-system.ts'
import { hexOf } from './hex-text.ts'
import { defaultKdf, derivePasswordKey, type KdfParameters, newKdfSection } from './kdf.ts'
import { limits } from './limits.ts'
import { checkNewPassword, checkPasswordLength } from './password.ts'
import { readPrivateFile, replacePrivateFile } from './private-file.ts'
import { seal, sealedSchema, unseal } from './sealing.ts'
import { SecretBytes, wipeBytes } from './secrets.ts'
import type { VaultKeys } from './types.ts'

/** Protocol, "Cryptography": the suite of validators is not a choice. */
export const validatorSuite = 'ML-DSA-65' satisfies SignatureSuite
const { publicKeyBytes } = signatureSuites[validatorSuite]

const version = 1
const publicFields = { suite: z.literal(validatorSuite), publicKey: hexOf(publicKeyBytes) }
const plainKind = 'qudag-validator-key'
const plainSchema = z.strictObject({
  kind: z.literal(plainKind),
  version: z.literal(version),
  ...publicFields,
  seed: hexOf(seedBytes),
})
const encryptedKind = 'qudag-validator-key-encrypted'
const encryptedSchema = sealedSchema(encryptedKind, version, z.strictObject(publicFields), seedBytes)

const maxBytes = limits.maxValidatorKeyFileBytes
const plainForm: DocumentForm<z.infer<typeof plainSchema>> = { kind: plainKind, version, maxBytes, schema: plainSchema }
const encryptedForm: DocumentForm<z.infer<typeof encryptedSchema>> = {
  kind: encryptedKind,
  version,
  maxBytes,
  schema: encryptedSchema,
}

export interface ValidatorKeyOptions {
  /** The password itself, e.g. read from a file descriptor; taken over and zeroed. */
  readonly password?: Uint8Array | undefined
  /** A file that holds the password; one line feed at its end is not part of it. Not looked at where password is given. */
  readonly passwordFile?: string | undefined
  /** Cost of the password for a new file. */
  readonly kdf?: KdfParameters | undefined
}

export interface ValidatorKeyDeps {
  readonly rng: Rng
  readonly keys: VaultKeys
  readonly fs?: VaultFs
}

export interface ValidatorKey {
  readonly suite: typeof validatorSuite
  readonly publicKey: Uint8Array
  /** Whether the file was made by this call. */
  readonly created: boolean
  /** Whether the file is encrypted. False with a password given means that the file was plain already. */
  readonly encrypted: boolean
  /** Verified before it leaves. @throws NodeError SIGNATURE_SELF_CHECK_FAILED; VALIDATOR_KEY_LOCKED after `wipe` */
  sign(message: Uint8Array): Promise<Uint8Array>
  /** Zeroes the key; for the end of the process. */
  wipe(): void
}

/**
 * The key in the file; where there is no file, a new key and its file, encrypted if a password is given.
 *
 * @throws NodeError VALIDATOR_KEY_PERMISSIONS, VALIDATOR_KEY_DAMAGED, VALIDATOR_KEY_NEWER_VERSION, VALIDATOR_KEY_LOCKED,
 * VALIDATOR_KEY_READ_FAILED, VALIDATOR_KEY_WRITE_FAILED, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, VAULT_KDF_FAILED
 */
export async function loadOrCreateValidatorKey(
  path: string,
  options: ValidatorKeyOptions,
  deps: ValidatorKeyDeps,
): Promise<ValidatorKey> {
  const fs = deps.fs ?? nodeFs
  const password = options.password === undefined ? undefined : new SecretBytes(options.password)
  try {
    const given = password ?? (await readPasswordFile(options.passwordFile, fs))
    try {
      const existing = await load(path, given, fs, deps.keys)
      if (existing !== undefined) return keyOf(existing, false, deps.keys)
      await create(path, given, options.kdf ?? defaultKdf, fs, deps)
      // What is on disk is what counts, also where another process was at it in the same moment.
      const made = await load(path, given, fs, deps.keys)
      invariant(made !== undefined, 'the key file is there after it was written')
      return keyOf(made, true, deps.keys)
    } finally {
      given?.wipe()
    }
  } finally {
    password?.wipe()
  }
}

interface LoadedKey {
  readonly seed: SecretBytes
  readonly publicKey: Uint8Array
  readonly encrypted: boolean
}

/** Undefined where there is no file. */
async function load(
  path: string,
  password: SecretBytes | undefined,
  fs: VaultFs,
  keys: VaultKeys,
): Promise<LoadedKey | undefined> {
  const bytes = await readOwn(path, maxBytes, fs)
  if (bytes === null) return undefined
  const loaded = decodePlain(bytes) ?? (await decodeEncrypted(bytes, password))
  wipeBytes(bytes)
  const publicKey = loaded.seed.use((seed) => keys.publicKeyOfSeed(validatorSuite, seed))
  if (equalBytes(publicKey, loaded.publicKey)) return loaded
  loaded.seed.wipe()
  throw vaultError('VALIDATOR_KEY_DAMAGED', { reason: 'keys' })
}

/**
 * Undefined where the file is of the encrypted kind. The seed passes through JSON and so through a string that nobody
 * can zero; the file holds it in the clear anyway. The encrypted kind does not do this.
 */
function decodePlain(bytes: Uint8Array): LoadedKey | undefined {
  const document = decodeDocument(bytes, plainForm)
  if (!document.ok) {
    if (document.error.reason === 'other-kind') return undefined
    throw damaged(document.error)
  }
  const seed = fromHex(document.value.seed)
  const publicKey = fromHex(document.value.publicKey)
  invariant(seed !== undefined && publicKey !== undefined, 'a parsed key is hex')
  return { seed: new SecretBytes(seed), publicKey, encrypted: false }
}

async function decodeEncrypted(bytes: Uint8Array, password: SecretBytes | undefined): Promise<LoadedKey> {
  const document = decodeDocument(bytes, encryptedForm)
  if (!document.ok) throw damaged(document.error)
  if (password === undefined) throw vaultError('VALIDATOR_KEY_LOCKED', { reason: 'no-password' })
  checkPasswordLength(password)
  const opened = await unseal(document.value, password)
  if (!opened.ok) {
    throw opened.error.code === 'WRONG_PASSWORD'
      ? vaultError('VALIDATOR_KEY_LOCKED', { reason: 'wrong-password' })
      : vaultError('VALIDATOR_KEY_DAMAGED', { reason: 'altered' })
  }
  opened.value.key.encryption.wipe()
  const publicKey = fromHex(document.value.public.publicKey)
  invariant(publicKey !== undefined, 'a parsed key is hex')
  return { seed: opened.value.plaintext, publicKey, encrypted: true }
}

async function create(
  path: string,
  password: SecretBytes | undefined,
  kdf: KdfParameters,
  fs: VaultFs,
  { rng, keys }: ValidatorKeyDeps,
): Promise<void> {
  if (password !== undefined) checkNewPassword(password)
  const seed = new SecretBytes(rng.bytes(seedBytes))
  try {
    const publicKey = toHex(seed.use((bytes) => keys.publicKeyOfSeed(validatorSuite, bytes)))
    const bytes =
      password === undefined
        ? encodeDocument({ kind: plainKind, version, suite: validatorSuite, publicKey, seed: seed.use(toHex) })
        : await sealed(publicKey, seed, password, kdf, rng)
    const written = await replacePrivateFile(fs, path, bytes)
    wipeBytes(bytes)
    if (!written.ok) {
      const { step, systemCode } = written.error
      throw vaultError('VALIDATOR_KEY_WRITE_FAILED', { step, systemCode })
    }
  } finally {
    seed.wipe()
  }
}

async function sealed(
  publicKey: string,
  seed: SecretBytes,
  password: SecretBytes,
  kdf: KdfParameters,
  rng: Rng,
): Promise<Uint8Array> {
  const key = await derivePasswordKey(password, newKdfSection(kdf, rng), encryptedKind)
  const content = { kind: encryptedKind, version, public: { suite: validatorSuite, publicKey } }
  try {
    return encodeDocument(seal(content, seed, key, rng))
  } finally {
    key.encryption.wipe()
  }
}

function keyOf({ seed, publicKey, encrypted }: LoadedKey, created: boolean, keys: VaultKeys): ValidatorKey {
  return {
    suite: validatorSuite,
    publicKey,
    created,
    encrypted,
    async sign(message) {
      if (seed.wiped) throw vaultError('VALIDATOR_KEY_LOCKED', { reason: 'wiped' })
      const lent = seed.copy()
      const signed = Uint8Array.from(message)
      try {
        const signature = await lent.use((bytes) => keys.sign(validatorSuite, bytes, signed))
        if (!keys.verify(validatorSuite, publicKey, signed, signature)) {
          throw vaultError('SIGNATURE_SELF_CHECK_FAILED')
        }
        return signature
      } finally {
        lent.wipe()
      }
    },
    wipe: () => seed.wipe(),
  }
}

async function readOwn(path: string, limitBytes: number, fs: VaultFs): Promise<Uint8Array | null> {
  const file = await readPrivateFile(fs, path, limitBytes)
  if (file.ok) return file.value
  switch (file.error.fault) {
    case 'too-large':
      throw vaultError('VALIDATOR_KEY_DAMAGED', { reason: 'too-large' })
    case 'permissions':
      throw vaultError('VALIDATOR_KEY_PERMISSIONS', { file: 'key', reason: file.error.reason })
    case 'read':
      throw vaultError('VALIDATOR_KEY_READ_FAILED', { file: 'key', systemCode: file.error.systemCode })
  }
}

const groupWriteAndOthers = 0o027
const groupAndOthers = 0o077
const lineFeed = 0x0a
const rootUid = 0

/**
 * The password in a file: ours and closed to all others, or root's and closed to others but for reading by our group
 * (systemd hands credentials over as root's files with an access list, which shows as mode 0440).
 */
async function readPasswordFile(path: string | undefined, fs: VaultFs): Promise<SecretBytes | undefined> {
  if (path === undefined) return undefined
  const refuse = (reason: string): NodeError => vaultError('VALIDATOR_KEY_PERMISSIONS', { file: 'password', reason })
  // One line feed more than the longest password; a file that is longer yet is refused for its length.
  const file = await fs.read(path, limits.maxPasswordBytes + 1).catch((error: unknown) => {
    throw vaultError('VALIDATOR_KEY_READ_FAILED', { file: 'password', systemCode: systemCode(error) })
  })
  if (file.kind === 'missing') throw vaultError('VALIDATOR_KEY_LOCKED', { reason: 'no-password-file' })
  if (file.kind === 'not-a-file') throw refuse('not-a-file')
  if (file.kind === 'too-large') throw vaultError('PASSWORD_TOO_LONG', { maxBytes: limits.maxPasswordBytes })
  const password = new SecretBytes(file.bytes)
  const ownUid = fs.ownUid()
  if (ownUid !== undefined) {
    const ours = file.uid === ownUid
    const open = (file.mode & (ours ? groupAndOthers : groupWriteAndOthers)) !== 0
    if (open || (!ours && file.uid !== rootUid)) {
      password.wipe()
      throw refuse(open ? 'open-to-others' : 'other-owner')
    }
  }
  if (password.use((bytes) => bytes.at(-1)) !== lineFeed) return password
  const line = password.use((bytes) => SecretBytes.copyOf(bytes.subarray(0, -1)))
  password.wipe()
  return line
}

function damaged(fault: DocumentFault): NodeError {
  return fault.reason === 'newer-version'
    ? vaultError('VALIDATOR_KEY_NEWER_VERSION', { version: fault.version })
    : vaultError('VALIDATOR_KEY_DAMAGED', { reason: fault.reason })
}
