/**
 * Pairings: which key of which token, behind which module. One file each in `hardware-keys/` of the data folder, 0600 and
 * replaced in one step, so that two pairings made at once do not lose one another. Format: docs/hardware-keys.md.
 *
 * Nothing in one is secret, but whoever could change it could have another module loaded: hence rights and checksum, as
 * for the vault's files.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { fromHex, toHex, utf8 } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { sha256 } from '../../crypto/hash.ts'
import { type DocumentForm, decodeDocument, encodeDocument } from '../document.ts'
import { nodeFs, systemCode, type VaultFs } from '../file-system.ts'
import { hexOf } from '../hex-text.ts'
import { readPrivateFile, replacePrivateFile } from '../private-file.ts'
import { hsmError } from './errors.ts'
import { limits } from './limits.ts'
import { type KeyName, mlDsaNumbers, type TokenName } from './messages.ts'
import type { ModuleOptions } from './module-process.ts'

export const pairingFolder = 'hardware-keys'
const idBytes = 16
const text = z.string().max(limits.maxTextChars)
const hexText = (maxBytes: number) =>
  z
    .string()
    .regex(/^(?:[0-9a-f]{2})*$/)
    .max(2 * maxBytes)

const pairingSchema = z.strictObject({
  kind: z.literal('qudag-hardware-key'),
  /** 2 where the key is half of one: programs from before that leave such a file alone. */
  version: z.union([z.literal(1), z.literal(2)]),
  id: hexOf(idBytes),
  label: z.string().min(1).max(64),
  createdAtMs: z.int().min(0),
  module: z.strictObject({
    path: z.string().min(1).max(4_096),
    sha256: hexOf(32),
    profile: text,
    initString: z.string().max(4_096).nullable(),
    libraryPath: z.string().max(4_096).nullable(),
    variables: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/), z.string().max(4_096))
      .refine((all) => Object.keys(all).length <= limits.maxModuleVariables),
  }),
  token: z.strictObject({ serial: text, label: text, manufacturer: text, model: text }),
  key: z.strictObject({
    /** `ml-dsa` signs; `ec`, P-256, signs together with a key of the vault; `aes` seals a vault. */
    kind: z.enum(['ml-dsa', 'ec', 'aes']),
    id: hexText(64),
    publicKey: hexText(limits.maxAttributeBytes).nullable(),
    numbers: mlDsaNumbers,
  }),
})
export type Pairing = z.infer<typeof pairingSchema>

const versionedSchema = pairingSchema.refine(({ version, key }) => version === versionOf(key.kind))

/** What a file of this kind is written as. */
export function versionOf(kind: Pairing['key']['kind']): Pairing['version'] {
  return kind === 'ec' ? 2 : 1
}

const form: DocumentForm<Pairing> = {
  kind: 'qudag-hardware-key',
  version: 2,
  maxBytes: limits.maxPairingFileBytes,
  schema: versionedSchema,
}

/** Of the token and the key, not of where the module lies: the same key paired again is the same pairing. */
export function pairingIdOf(
  token: Pick<Pairing['token'], 'serial'>,
  key: Pick<Pairing['key'], 'id' | 'publicKey'>,
): string {
  const { id, publicKey } = key
  return toHex(sha256(utf8(JSON.stringify([token.serial, id, publicKey])))).slice(0, 2 * idBytes)
}

export interface Pairings {
  /** Oldest first. @throws NodeError HSM_PAIRING_DAMAGED, HSM_PAIRING_PERMISSIONS, HSM_PAIRING_FAILED */
  list(): Promise<readonly Pairing[]>
  /** By id or label; undefined names the only one of those kinds. @throws NodeError HSM_NOT_PAIRED, HSM_TOKEN_AMBIGUOUS, and as list */
  require(name: string | undefined, kinds?: readonly Pairing['key']['kind'][]): Promise<Pairing>
  /** In place of an older one of the same key. @throws NodeError HSM_PAIRING_FAILED */
  save(pairing: Pairing): Promise<void>
  /** Under another label. @throws NodeError HSM_NOT_PAIRED, HSM_LABEL_TAKEN, HSM_PAIRING_FAILED */
  rename(name: string, label: string): Promise<Pairing>
  /** The file alone: what is in the token stays there. @throws NodeError HSM_NOT_PAIRED, HSM_PAIRING_FAILED */
  forget(name: string): Promise<Pairing>
}

export function createPairings(dataDir: string, fs: VaultFs = nodeFs): Pairings {
  const folder = join(dataDir, pairingFolder)

  const read = async (name: string): Promise<Pairing> => {
    const file = await readPrivateFile(fs, join(folder, name), limits.maxPairingFileBytes)
    if (!file.ok) {
      const { error } = file
      if (error.fault === 'permissions') throw hsmError('HSM_PAIRING_PERMISSIONS', { file: name, reason: error.reason })
      if (error.fault === 'read') throw hsmError('HSM_PAIRING_FAILED', { file: name, systemCode: error.systemCode })
      throw hsmError('HSM_PAIRING_DAMAGED', { file: name, reason: error.fault })
    }
    const bytes = file.value ?? new Uint8Array()
    const decoded = decodeDocument(bytes, form)
    if (!decoded.ok) throw hsmError('HSM_PAIRING_DAMAGED', { file: name, reason: decoded.error.reason })
    const pairing = decoded.value
    if (`${pairing.id}.json` !== name || pairingIdOf(pairing.token, pairing.key) !== pairing.id) {
      throw hsmError('HSM_PAIRING_DAMAGED', { file: name, reason: 'name' })
    }
    return pairing
  }

  const list = async (): Promise<readonly Pairing[]> => {
    const names = await readdir(folder).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return []
      throw hsmError('HSM_PAIRING_FAILED', { systemCode: systemCode(error) })
    })
    const own = names.filter((name) => /^[0-9a-f]{32}\.json$/.test(name)).sort()
    const pairings = await Promise.all(own.slice(0, limits.maxPairings).map(read))
    return pairings.toSorted((a, b) => a.createdAtMs - b.createdAtMs)
  }

  const pairingOf: Pairings['require'] = async (name, kinds) => {
    const ofKind = (await list()).filter(({ key }) => kinds === undefined || kinds.includes(key.kind))
    const found = name === undefined ? ofKind : ofKind.filter(({ id, label }) => id === name || label === name)
    const [first] = found
    if (first === undefined) throw hsmError('HSM_NOT_PAIRED')
    if (found.length > 1) {
      throw new NodeError('HSM_TOKEN_AMBIGUOUS', 'several keys are paired', {
        hint: 'Say which by its id or label; qudag hsm list shows them.',
      })
    }
    return first
  }

  const save = async (pairing: Pairing): Promise<void> => {
    const parsed = versionedSchema.parse(pairing)
    const written = await replacePrivateFile(fs, join(folder, `${pairing.id}.json`), encodeDocument(parsed))
    if (!written.ok) throw hsmError('HSM_PAIRING_FAILED', { ...written.error })
  }

  return {
    list,
    require: pairingOf,
    save,
    async rename(name, label) {
      const { id } = await pairingOf(name)
      const all = await list()
      // A label names one key: of two with the same, neither could be named by it any more.
      if (all.some((other) => other.id !== id && other.label === label)) throw hsmError('HSM_LABEL_TAKEN')
      const pairing = { ...(all.find((one) => one.id === id) as Pairing), label }
      await save(pairing)
      return pairing
    },
    async forget(name) {
      const pairing = await pairingOf(name)
      try {
        await fs.remove(join(folder, `${pairing.id}.json`))
        await fs.syncFolder(folder)
      } catch (error) {
        throw hsmError('HSM_PAIRING_FAILED', { systemCode: systemCode(error) })
      }
      return pairing
    },
  }
}

/** How the module of a pairing is started: only the very file that was paired. */
export function moduleOptionsOf({ module }: Pairing, pinFolder: string | null): ModuleOptions {
  const { path, sha256, initString, libraryPath, variables } = module
  return { path, sha256, initString, libraryPath, variables, pinFolder }
}

export function tokenOf({ token: { serial, label } }: Pairing): TokenName {
  return { serial, label }
}

export function keyOf({ key: { kind, id, publicKey } }: Pairing): KeyName {
  return { kind, id: bytesOf(id), publicKey: publicKey === null ? null : bytesOf(publicKey) }
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array()
}
