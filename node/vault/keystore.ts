/**
 * vault.json and its backups: what is in them, and how they are read. Format and reasons: docs/vault-file.md.
 *
 * The secret part is entropy ‖ master seed, 96 bytes of fixed layout: the seed is kept so that the BIP-39 passphrase is
 * not needed to unlock, the entropy because the phrase cannot be had from the seed.
 */
import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { concatBytes, fromHex, toHex } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import type { Result } from '../core/result.ts'
import type { Rng } from '../core/rng.ts'
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import { accountPath } from './derivation.ts'
import { type DocumentFault, type DocumentForm, decodeDocument, encodeDocument } from './document.ts'
import { hexOf } from './hex-text.ts'
import { type KdfSection, type PasswordKey, sealOf, tokenKdfSchema } from './kdf.ts'
import { labelFault, labelKey } from './labels.ts'
import { limits } from './limits.ts'
import { entropyBytes, masterSeedBytes } from './phrase.ts'
import { openSealed, type SealedDocument, seal, sealedSchema } from './sealing.ts'
import { SecretBytes } from './secrets.ts'
import type { VaultAccount } from './types.ts'

/** What a vault file is for; the two kinds never share a key. */
export type KeystoreKind = 'qudag-vault' | 'qudag-vault-backup'

/**
 * Version 2 added `request` to accounts, and version 3 accounts whose key is in a token. Older files open. What is written is
 * of version 2 unless it has such an account, or, version 4, a token has its part in its key, so that programs from before tokens go on with vaults that have none.
 */
export const keystoreVersion = 2
const firstVersion = 1
const hardwareVersion = 3
const sealedVersion = 4
const vaultIdBytes = 16
const requestHashBytes = 32
const pairingIdBytes = 16
/** CK_TOKEN_INFO has 16; room for a maker that counts otherwise. */
const maxSerialChars = 64
/** bech32m allows 90 (BIP-350); room for a later form. */
const maxAddressChars = 128

const suites = Object.keys(signatureSuites) as [SignatureSuite, ...SignatureSuite[]]

const firstAccountFields = {
  index: z.int().min(0).max(0x7fff_ffff),
  path: z.string(),
  suite: z.enum(suites),
  publicKey: z.string(),
  address: z.string().min(1).max(maxAddressChars),
  label: z.string().nullable(),
  createdAtMs: z.int().min(0),
  restored: z.boolean(),
}
const firstAccountSchema = z.strictObject(firstAccountFields).refine(isConsistent)
const requestSchema = z.strictObject({ key: hexOf(requestHashBytes), hash: hexOf(requestHashBytes) }).nullable()
const accountSchema = z.strictObject({ ...firstAccountFields, request: requestSchema }).refine(isConsistent)
const { index: _index, path: _path, restored: _restored, ...fieldsOfAnyKey } = firstAccountFields
const hardwareAccountSchema = z
  .strictObject({
    ...fieldsOfAnyKey,
    restored: z.literal(false),
    request: requestSchema,
    hardware: z.strictObject({
      pairing: hexOf(pairingIdBytes),
      serial: z.string().max(maxSerialChars),
      keyId: z.string().regex(/^(?:[0-9a-f]{2}){1,64}$/),
    }),
  })
  .refine(hasKeyAndLabel)

function isConsistent(account: {
  index: number
  path: string
  suite: SignatureSuite
  publicKey: string
  label: string | null
}) {
  return account.path === accountPath(account.index) && hasKeyAndLabel(account)
}

function hasKeyAndLabel({
  suite,
  publicKey,
  label,
}: {
  suite: SignatureSuite
  publicKey: string
  label: string | null
}) {
  return (
    hexOf(signatureSuites[suite].publicKeyBytes).safeParse(publicKey).success &&
    (label === null || labelFault(label) === undefined)
  )
}

const anyAccountSchema = z.union([accountSchema, hardwareAccountSchema])

function publicSchemaOf<A extends typeof firstAccountSchema | typeof accountSchema | typeof anyAccountSchema>(
  account: A,
) {
  return z.strictObject({
    vaultId: hexOf(vaultIdBytes),
    createdAtMs: z.int().min(0),
    accounts: z.array(account).max(limits.maxAccounts),
  })
}

const firstPublicSchema = publicSchemaOf(firstAccountSchema).refine(({ accounts }) => areDistinct(accounts))
const publicSchema = publicSchemaOf(accountSchema).refine(({ accounts }) => areDistinctWithRequests(accounts))
const hardwarePublicSchema = publicSchemaOf(anyAccountSchema).refine(({ accounts }) =>
  areDistinctWithRequests(accounts),
)

function areDistinctWithRequests(accounts: readonly z.infer<typeof anyAccountSchema>[]): boolean {
  return areDistinct(accounts) && allDiffer(accounts.flatMap(({ request }) => (request === null ? [] : [request.key])))
}

function areDistinct(
  accounts: readonly (z.infer<typeof firstAccountSchema> | z.infer<typeof hardwareAccountSchema>)[],
): boolean {
  return (
    allDiffer(accounts.flatMap((account) => ('index' in account ? [`${account.suite}/${account.index}`] : []))) &&
    allDiffer(accounts.map(({ address }) => address)) &&
    allDiffer(accounts.flatMap(({ label }) => (label === null ? [] : [labelKey(label)])))
  )
}

/** An account as a vault of any version holds it: what its version has no word for is null. */
export interface StoredAccount extends Omit<VaultAccount, 'publicKey'> {
  readonly publicKey: string
}

export interface KeystorePublic {
  readonly vaultId: string
  readonly createdAtMs: number
  readonly accounts: readonly StoredAccount[]
}

type FilePublic =
  | z.infer<typeof firstPublicSchema>
  | z.infer<typeof publicSchema>
  | z.infer<typeof hardwarePublicSchema>
export type Keystore = SealedDocument<FilePublic>

const plaintextBytes = entropyBytes + masterSeedBytes

const forms: Readonly<Record<KeystoreKind, DocumentForm<Keystore>>> = {
  'qudag-vault': form('qudag-vault'),
  'qudag-vault-backup': form('qudag-vault-backup'),
}

function form(kind: KeystoreKind): DocumentForm<Keystore> {
  return {
    kind,
    version: sealedVersion,
    maxBytes: limits.maxVaultFileBytes,
    schema: z.union([
      sealedSchema(kind, sealedVersion, hardwarePublicSchema, plaintextBytes, tokenKdfSchema),
      sealedSchema(kind, hardwareVersion, hardwarePublicSchema, plaintextBytes),
      sealedSchema(kind, keystoreVersion, publicSchema, plaintextBytes),
      sealedSchema(kind, firstVersion, firstPublicSchema, plaintextBytes),
    ]),
  }
}

export function decodeKeystore(bytes: Uint8Array, kind: KeystoreKind): Result<Keystore, DocumentFault> {
  return decodeDocument(bytes, forms[kind])
}

/** What a document holds, whichever version it is of. */
export function contentOf({ public: content }: Keystore): KeystorePublic {
  const absent = { request: null, index: null, path: null, hardware: null }
  return { ...content, accounts: content.accounts.map((account) => ({ ...absent, ...account })) }
}

/** As a file says it, and of which version that is. */
function fileContentOf(
  { accounts, ...content }: KeystorePublic,
  kdf: KdfSection,
): { version: number; public: FilePublic } {
  const hasHardware = accounts.some(({ hardware }) => hardware !== null)
  const listed = accounts.map(({ index, path, hardware, restored, ...account }) => {
    if (hardware !== null) return { ...account, restored: false as const, hardware: { ...hardware } }
    invariant(index !== null && path !== null, 'a key of the phrase has its place')
    return { ...account, index, path, restored }
  })
  return {
    version: sealOf(kdf) !== undefined ? sealedVersion : hasHardware ? hardwareVersion : keystoreVersion,
    public: { ...content, accounts: listed } as FilePublic,
  }
}

/** The two secrets of a vault. */
export interface VaultSecrets {
  readonly entropy: SecretBytes
  readonly masterSeed: SecretBytes
}

export function wipeSecrets(secrets: VaultSecrets): void {
  secrets.entropy.wipe()
  secrets.masterSeed.wipe()
}

/** Takes the plaintext over and zeroes it. */
export function splitPlaintext(plaintext: SecretBytes): VaultSecrets {
  const secrets = plaintext.use((bytes) => ({
    entropy: SecretBytes.copyOf(bytes.subarray(0, entropyBytes)),
    masterSeed: SecretBytes.copyOf(bytes.subarray(entropyBytes, plaintextBytes)),
  }))
  plaintext.wipe()
  return secrets
}

/** The file's bytes. @param kind is also part of the key: `key` must have been derived for it */
export function encodeKeystore(
  kind: KeystoreKind,
  content: KeystorePublic,
  secrets: VaultSecrets,
  key: PasswordKey,
  rng: Rng,
): Uint8Array {
  const plaintext = secrets.entropy.use((entropy) =>
    secrets.masterSeed.use((masterSeed) => new SecretBytes(concatBytes(entropy, masterSeed))),
  )
  try {
    const bytes = encodeDocument(seal({ kind, ...fileContentOf(content, key.kdf) }, plaintext, key, rng))
    requireReadable(bytes, kind, plaintext, key)
    return bytes
  } finally {
    plaintext.wipe()
  }
}

/** Before a file replaces the only copy of somebody's keys, it is read back as an unlock would read it. */
function requireReadable(bytes: Uint8Array, kind: KeystoreKind, plaintext: SecretBytes, key: PasswordKey): void {
  const document = decodeKeystore(bytes, kind)
  invariant(document.ok, 'a keystore of ours decodes')
  const opened = openSealed(document.value, key)
  invariant(opened.ok, 'a keystore of ours opens')
  const same = opened.value.use((read) => plaintext.use((written) => timingSafeEqual(read, written)))
  opened.value.wipe()
  invariant(same, 'a keystore of ours holds what was put in')
}

export function newVaultId(rng: Rng): string {
  return toHex(rng.bytes(vaultIdBytes))
}

export function accountOfStored(stored: StoredAccount): VaultAccount {
  const publicKey = fromHex(stored.publicKey)
  invariant(publicKey !== undefined, 'a parsed public key is hex')
  return { ...stored, publicKey }
}

export function storedOfAccount(account: VaultAccount): StoredAccount {
  return { ...account, publicKey: toHex(account.publicKey) }
}

function allDiffer(values: readonly string[]): boolean {
  return new Set(values).size === values.length
}
