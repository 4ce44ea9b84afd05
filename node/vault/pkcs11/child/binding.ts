/** pkcs11js 2.1, the part that is used, and how its errors become ours. Loaded in a module's own process only. */
import { type HsmDetails, type HsmErrorCode, hsmError } from '../errors.ts'
import { limits } from '../limits.ts'
import { meaningOfReturn } from '../return-values.ts'

export type Handle = Buffer

export interface Attribute {
  readonly type: number
  readonly value?: number | boolean | Buffer | string
}

export interface Mechanism {
  readonly mechanism: number
  readonly parameter?: unknown
}

export interface ModuleInfo {
  readonly cryptokiVersion: { readonly major: number; readonly minor: number }
  readonly manufacturerID: string
  readonly libraryDescription: string
  readonly libraryVersion: { readonly major: number; readonly minor: number }
}

export interface TokenInfo {
  readonly label: string
  readonly manufacturerID: string
  readonly model: string
  readonly serialNumber: string
  readonly flags: number
  readonly maxPinLen: number | bigint
  readonly minPinLen: number | bigint
  readonly firmwareVersion: { readonly major: number; readonly minor: number }
}

export interface Binding {
  load(path: string): void
  C_Initialize(options: { flags: number; libraryParameters?: string }): void
  C_Finalize(): void
  C_GetInfo(): ModuleInfo
  C_GetSlotList(tokenPresent: boolean): Handle[]
  C_GetSlotInfo(slot: Handle): { readonly slotDescription: string }
  C_GetTokenInfo(slot: Handle): TokenInfo
  C_GetMechanismList(slot: Handle): number[]
  C_InitToken(slot: Handle, pin: string, label: string): void
  C_InitPIN(session: Handle, pin: string): void
  C_SetPIN(session: Handle, before: string, after: string): void
  C_OpenSession(slot: Handle, flags: number): Handle
  C_GetSessionInfo(session: Handle): { readonly state: number }
  C_CloseSession(session: Handle): void
  C_Login(session: Handle, user: number, pin: string): void
  C_Logout(session: Handle): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, max: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(session: Handle, object: Handle, template: Attribute[]): { value?: Buffer }[]
  C_GenerateKey(session: Handle, mechanism: Mechanism, template: readonly Attribute[]): Handle
  C_GenerateKeyPair(
    session: Handle,
    mechanism: Mechanism,
    publicTemplate: readonly Attribute[],
    privateTemplate: readonly Attribute[],
  ): { readonly publicKey: Handle; readonly privateKey: Handle }
  C_DestroyObject(session: Handle, object: Handle): void
  C_WrapKey(session: Handle, mechanism: Mechanism, by: Handle, key: Handle, out: Buffer): Buffer
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_Sign(session: Handle, data: Buffer, out: Buffer): Buffer
  C_EncryptInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_Encrypt(session: Handle, data: Buffer, out: Buffer): Buffer
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_Decrypt(session: Handle, data: Buffer, out: Buffer): Buffer
}

interface Package {
  readonly PKCS11: new () => Binding
  readonly CK_PARAMS_GCM: number
}

let loaded: Package | undefined

/** @throws NodeError HSM_BINDING_MISSING */
export async function createBinding(): Promise<Binding> {
  try {
    // When it is needed, not before: it is an optional package, built from source.
    loaded ??= (await import('pkcs11js')).default
    return new loaded.PKCS11()
  } catch {
    throw hsmError('HSM_BINDING_MISSING')
  }
}

/** Parameters of AES-GCM (CK_GCM_PARAMS). */
export function gcmParameters(iv: Uint8Array, additionalData: Uint8Array): unknown {
  return {
    type: loaded?.CK_PARAMS_GCM,
    iv: Buffer.from(iv),
    ivBits: 8 * iv.length,
    aad: Buffer.from(additionalData),
    tagBits: 128,
  }
}

/** What the module answered with, read from either of the two classes that the package throws; undefined for other errors. */
export function returnValueOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, message } = error as Error & { code?: unknown }
  if (typeof code === 'number' && code > 0) return code
  // Calls that the package does not wrap throw a plain Error "CKR_X:16".
  const [, digits] = /^CKR_\w+:(\d+)/.exec(message) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Runs one call of the module. @throws NodeError with the code of its answer, and details function and answer */
export function call<T>(name: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    const value = returnValueOf(error)
    if (value === undefined) {
      throw hsmError('HSM_MODULE_FAULT', { function: name, answer: plain((error as Error).message) })
    }
    const meaning = meaningOfReturn(value)
    throw answered(meaning.code, name, meaning.name, value)
  }
}

export function answered(code: HsmErrorCode, name: string, answer: string, value: number, more: HsmDetails = {}) {
  return hsmError(code, { function: name, answer, value, ...more })
}

/** A text of a module: its padding gone, of a bounded length, without what could redraw a terminal. */
export function plain(text: string): string {
  return text
    .slice(0, limits.maxTextChars)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
    .trim()
}
