/** Finding, reading and making keys in a session. One attribute is asked for at a time: some modules fail a whole template. */
import { p256Sizes } from '../../../crypto/suites.ts'
import { attributes as A, keyTypes as K, mechanisms as M, objectClasses as O, p256Parameters } from '../cryptoki.ts'
import { hsmError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Generate, KeyFacts, MlDsaNumbers } from '../messages.ts'
import { type Attribute, type Binding, call, type Handle, plain, returnValueOf } from './binding.ts'

export interface Session {
  readonly module: Binding
  readonly handle: Handle
}

export function findObjects({ module, handle }: Session, template: readonly Attribute[]): Handle[] {
  call('C_FindObjectsInit', () => module.C_FindObjectsInit(handle, template))
  try {
    return call('C_FindObjects', () => module.C_FindObjects(handle, limits.maxKeys))
  } finally {
    call('C_FindObjectsFinal', () => module.C_FindObjectsFinal(handle))
  }
}

/** Undefined where the token does not tell it, whatever its reason. */
export function readAttribute({ module, handle }: Session, object: Handle, type: number): Buffer | undefined {
  try {
    const [read] = module.C_GetAttributeValue(handle, object, [{ type }])
    const value = read?.value
    return value === undefined || value.length > limits.maxAttributeBytes ? undefined : value
  } catch (error) {
    const answer = returnValueOf(error)
    if (answer === attributeSensitive || answer === attributeUnknown || answer === templateProblem) return undefined
    return call('C_GetAttributeValue', () => {
      throw error
    })
  }
}

const attributeSensitive = 0x11
const attributeUnknown = 0x12
const templateProblem = 0x5

/** Whether the token gives the attribute's value away, and what it answered where it does not. */
export function tryToRead(
  { module, handle }: Session,
  object: Handle,
  type: number,
): { given: boolean; answer: string } {
  try {
    const [read] = module.C_GetAttributeValue(handle, object, [{ type }])
    const given = read?.value !== undefined && read.value.length > 0
    read?.value?.fill(0)
    return { given, answer: given ? 'CKR_OK' : 'no value' }
  } catch (error) {
    return { given: false, answer: answerOf(error) }
  }
}

export function answerOf(error: unknown): string {
  return plain((error as Error).message.split(':')[0] ?? '')
}

export function numberOf(value: Buffer | undefined): number | undefined {
  if (value === undefined || value.length === 0 || value.length > 8) return undefined
  let sum = 0
  for (let i = value.length - 1; i >= 0; i--) sum = sum * 256 + (value[i] as number)
  return sum
}

export function flagOf(value: Buffer | undefined): boolean | null {
  return value === undefined || value.length !== 1 ? null : value[0] !== 0
}

/** The pair of a private key by its id: the public object, where the token has one. */
export function publicObjectOf(session: Session, keyId: Buffer): Handle | undefined {
  return findObjects(session, [
    { type: A.CLASS, value: O.PUBLIC_KEY },
    { type: A.ID, value: keyId },
  ])[0]
}

export function publicKeyBytes(
  session: Session,
  publicObject: Handle | undefined,
  kind: KeyFacts['kind'],
): Buffer | undefined {
  if (publicObject === undefined || kind === 'aes') return undefined
  if (kind === 'ml-dsa') return readAttribute(session, publicObject, A.VALUE)
  const point = readAttribute(session, publicObject, A.EC_POINT)
  if (point === undefined) return undefined
  // DER OCTET STRING around the point (PKCS #11 v2.40 §2.3.3); some tokens give the point alone, whose first bytes may look alike.
  const isWrapped = point.length === p256Sizes.publicKeyBytes + 2 && point[0] === 0x04 && point[1] === point.length - 2
  return isWrapped ? point.subarray(2) : point
}

export function kindOf(keyType: number | undefined, numbers: MlDsaNumbers): KeyFacts['kind'] | undefined {
  if (keyType === K.EC) return 'ec'
  if (keyType === K.AES) return 'aes'
  return keyType === numbers.keyType ? 'ml-dsa' : undefined
}

/** What the token says of a key; null where it does not. */
export function factsOf(session: Session, object: Handle, numbers: MlDsaNumbers): KeyFacts | undefined {
  const kind = kindOf(numberOf(readAttribute(session, object, A.KEY_TYPE)), numbers)
  const id = readAttribute(session, object, A.ID)
  if (kind === undefined || id === undefined || id.length === 0 || id.length > 64) return undefined
  const publicObject = kind === 'aes' ? undefined : publicObjectOf(session, id)
  const publicKey = publicKeyBytes(session, publicObject, kind)
  const flag = (type: number): boolean | null => flagOf(readAttribute(session, object, type))
  return {
    kind,
    id: Uint8Array.from(id),
    label: plain(readAttribute(session, object, A.LABEL)?.toString('utf8') ?? ''),
    publicKey: publicKey === undefined ? null : Uint8Array.from(publicKey),
    parameterSet: numberOf(readAttribute(session, object, numbers.parameterSetAttribute)) ?? null,
    local: flag(A.LOCAL),
    sensitive: flag(A.SENSITIVE),
    extractable: flag(A.EXTRACTABLE),
    neverExtractable: flag(A.NEVER_EXTRACTABLE),
    alwaysSensitive: flag(A.ALWAYS_SENSITIVE),
    alwaysAuthenticate: flag(A.ALWAYS_AUTHENTICATE),
  }
}

/** Makes a key on the token, sensitive and not to be taken out; without `keep` it goes with the session. */
export function generateKey(session: Session, wish: Generate): Handle {
  const { module, handle } = session
  const id = Buffer.from(wish.id)
  const common: Attribute[] = [
    { type: A.TOKEN, value: wish.keep },
    { type: A.ID, value: id },
    { type: A.LABEL, value: Buffer.from(wish.label, 'utf8') },
  ]
  const secret: Attribute[] = [
    { type: A.PRIVATE, value: true },
    { type: A.SENSITIVE, value: true },
    { type: A.EXTRACTABLE, value: false },
  ]
  if (wish.kind === 'aes') {
    // Neither WRAP nor UNWRAP: what a key of ours encrypts cannot be unwrapped into a key that may be read.
    return call('C_GenerateKey', () =>
      module.C_GenerateKey(handle, { mechanism: M.AES_KEY_GEN }, [
        { type: A.CLASS, value: O.SECRET_KEY },
        { type: A.KEY_TYPE, value: K.AES },
        { type: A.VALUE_LEN, value: 32 },
        ...common,
        ...secret,
        { type: A.ENCRYPT, value: true },
        { type: A.DECRYPT, value: true },
        { type: A.WRAP, value: wish.mayWrap },
        { type: A.UNWRAP, value: false },
      ]),
    )
  }
  const ofKind: Attribute[] =
    wish.kind === 'ec'
      ? [{ type: A.EC_PARAMS, value: Buffer.from(p256Parameters) }]
      : [{ type: wish.numbers.parameterSetAttribute, value: wish.numbers.parameterSet }]
  const mechanism = wish.kind === 'ec' ? M.EC_KEY_PAIR_GEN : wish.numbers.generate
  const pair = call('C_GenerateKeyPair', () =>
    module.C_GenerateKeyPair(
      handle,
      { mechanism },
      [...common, ...ofKind, { type: A.VERIFY, value: true }],
      [...common, ...secret, { type: A.SIGN, value: true }],
    ),
  )
  return pair.privateKey
}

/** The private or secret key with this id and kind; the first, where a token has two. */
export function findKey(session: Session, keyId: Buffer, kind: KeyFacts['kind'], numbers: MlDsaNumbers): Handle {
  const objectClass = kind === 'aes' ? O.SECRET_KEY : O.PRIVATE_KEY
  const found = findObjects(session, [
    { type: A.CLASS, value: objectClass },
    { type: A.ID, value: keyId },
  ]).find((object) => kindOf(numberOf(readAttribute(session, object, A.KEY_TYPE)), numbers) === kind)
  if (found === undefined) throw hsmError('HSM_KEY_NOT_SHOWN')
  return found
}
