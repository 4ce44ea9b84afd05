/**
 * The process of one PKCS #11 module: the only one that loads it. It does what it is asked, one request after another as
 * the module blocks, and tells what came of it. The node ends it when the vault locks, when it does not answer in time,
 * and when it says something it should not. Nothing is logged here: there is no output at all.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { attributes as A, initializeFlags, mechanisms as M, objectClasses } from '../cryptoki.ts'
import { hsmError } from '../errors.ts'
import { limits } from '../limits.ts'
import type {
  Answers,
  FromProcess,
  KeyName,
  MlDsaNumbers,
  Operation,
  Requests,
  TokenName,
  ToProcess,
} from '../messages.ts'
import { type Binding, call, createBinding, gcmParameters, type Handle, plain, returnValueOf } from './binding.ts'
import {
  answerOf,
  factsOf,
  findKey,
  findObjects,
  flagOf,
  generateKey,
  publicKeyBytes,
  publicObjectOf,
  readAttribute,
  type Session,
  tryToRead,
} from './objects.ts'
import { listenForPins, type PinPort, takePinsFrom } from './pin-door.ts'
import { createPins, faultOf } from './pins.ts'
import { createTokens, type Tokens } from './tokens.ts'

const pins = createPins()
let tokens: Tokens | undefined
let pinEntryMs: number = limits.pinEntryMs

function opened(): Tokens {
  if (tokens === undefined) throw hsmError('HSM_MODULE_UNUSABLE', { reason: 'not started' })
  return tokens
}

/** The key of a pairing: under its id, of its kind, and with its public key; anything else is another key. */
function keyOf(session: Session, key: KeyName, numbers: MlDsaNumbers): Handle {
  const id = Buffer.from(key.id)
  const handle = findKey(session, id, key.kind, numbers)
  if (key.publicKey === null) return handle
  const shown = publicKeyBytes(session, publicObjectOf(session, id), key.kind)
  // Some tokens keep no public object: then the signature, which is verified, tells.
  if (shown !== undefined && !sameBytes(shown, key.publicKey)) throw hsmError('HSM_KEY_OTHER')
  return handle
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

async function start({
  path,
  sha256,
  initString,
  pinSocket,
  pinEntryMs: entryMs,
}: Requests['start']): Promise<Answers['start']> {
  const file = await readFile(path).catch(() => {
    throw hsmError('HSM_MODULE_NOT_FOUND')
  })
  const found = createHash('sha256').update(file).digest('hex')
  if (sha256 !== null && found !== sha256) throw hsmError('HSM_MODULE_CHANGED', { expected: sha256, found })
  const module = await createBinding()
  load(module, path, initString)
  const info = call('C_GetInfo', () => module.C_GetInfo())
  tokens = createTokens(module)
  pinEntryMs = entryMs
  if (pinSocket !== null) await listenForPins(pinSocket, pins.take)
  return {
    sha256: found,
    cryptoki: `${info.cryptokiVersion.major}.${info.cryptokiVersion.minor}`,
    manufacturer: plain(info.manufacturerID),
    description: plain(info.libraryDescription),
    version: `${info.libraryVersion.major}.${info.libraryVersion.minor}`,
  }
}

function load(module: Binding, path: string, initString: string | null): void {
  try {
    module.load(path)
    module.C_Initialize({
      flags: initializeFlags.OS_LOCKING_OK,
      // The binding cuts the last character off.
      ...(initString === null ? {} : { libraryParameters: `${initString} ` }),
    })
  } catch (error) {
    const answer = returnValueOf(error) === undefined ? 'loader' : 'C_Initialize'
    throw hsmError('HSM_MODULE_UNUSABLE', { step: answer, reason: plain((error as Error).message) })
  }
}

/** Waits for a PIN where the key asks for one at each signature (CKA_ALWAYS_AUTHENTICATE). */
async function sign(input: Requests['sign']): Promise<Answers['sign']> {
  const { token, key, numbers, mechanism, message, ticket } = input
  const session = opened().loggedIn(token)
  const handle = keyOf(session, key, numbers)
  const asksEachTime = flagOf(readAttribute(session, handle, A.ALWAYS_AUTHENTICATE)) === true
  const { module } = session
  call('C_SignInit', () => module.C_SignInit(session.handle, { mechanism }, handle))
  if (asksEachTime) {
    if (opened().facts(token).protectedPath) opened().loginForSignature(token, '')
    else {
      say({ kind: 'pin-wanted', ticket })
      try {
        await pins.expect(ticket, pinEntryMs, ([pin = '']) => opened().loginForSignature(token, pin))
      } catch (error) {
        opened().renew(token)
        throw error
      }
    }
  }
  const out = Buffer.alloc(limits.maxSignatureBytes)
  const signature = call('C_Sign', () => module.C_Sign(session.handle, Buffer.from(message), out))
  return { signature: Uint8Array.from(signature) }
}

function crypt({ token, key, numbers, direction, iv, additionalData, data }: Requests['crypt']): Answers['crypt'] {
  const session = opened().loggedIn(token)
  const handle = keyOf(session, key, numbers)
  const mechanism = { mechanism: M.AES_GCM, parameter: gcmParameters(iv, additionalData) }
  const { module } = session
  const input = Buffer.from(data)
  const out = Buffer.alloc(input.length + 64)
  if (direction === 'encrypt') {
    call('C_EncryptInit', () => module.C_EncryptInit(session.handle, mechanism, handle))
    return { data: Uint8Array.from(call('C_Encrypt', () => module.C_Encrypt(session.handle, input, out))) }
  }
  call('C_DecryptInit', () => module.C_DecryptInit(session.handle, mechanism, handle))
  const opens = call('C_Decrypt', () => module.C_Decrypt(session.handle, input, out))
  const answer = Uint8Array.from(opens)
  out.fill(0)
  return { data: answer }
}

function refusals({ token, key, numbers, wrapWith }: Requests['refusals']): Answers['refusals'] {
  const session = opened().loggedIn(token)
  const handle = keyOf(session, key, numbers)
  const tries = [{ what: 'read VALUE', ...tryToRead(session, handle, A.VALUE) }]
  if (key.kind === 'ml-dsa') tries.push({ what: 'read SEED', ...tryToRead(session, handle, A.SEED) })
  const wrapping =
    wrapWith === null
      ? undefined
      : findObjects(session, [
          { type: A.CLASS, value: objectClasses.SECRET_KEY },
          { type: A.ID, value: Buffer.from(wrapWith) },
        ])[0]
  if (wrapping !== undefined) {
    const ways = { AES_KEY_WRAP: M.AES_KEY_WRAP, AES_KEY_WRAP_PAD: M.AES_KEY_WRAP_PAD, AES_CBC_PAD: M.AES_CBC_PAD }
    for (const [name, mechanism] of Object.entries(ways)) {
      const parameter = mechanism === M.AES_CBC_PAD ? Buffer.alloc(16) : undefined
      const out = Buffer.alloc(limits.maxAttributeBytes)
      try {
        session.module.C_WrapKey(session.handle, { mechanism, parameter }, wrapping, handle, out)
        tries.push({ what: `wrap with ${name}`, given: true, answer: 'CKR_OK' })
      } catch (error) {
        tries.push({ what: `wrap with ${name}`, given: false, answer: answerOf(error) })
      }
      out.fill(0)
    }
  }
  return { tries }
}

const operations: { readonly [O in Operation]: (input: Requests[O]) => Answers[O] | Promise<Answers[O]> } = {
  start,
  tokens: () => ({ tokens: opened().list() }),
  mechanisms: ({ token }) => ({ mechanisms: opened().mechanisms(token) }),
  expectPin({ ticket, token, purpose, label, isMade }) {
    const module = opened()
    const kept = Uint8Array.from(ticket)
    const use =
      purpose === 'login'
        ? ([pin = '']: readonly string[]) => module.login(token, pin)
        : purpose === 'change'
          ? ([before = '', after = '']: readonly string[]) => module.changePin(token, before, after)
          : ([officer = '', user = '']: readonly string[]) => module.initialise(token, { officer, user }, label, isMade)
    pins.expect(kept, pinEntryMs, use).then(
      () => say({ kind: 'pin', ticket: kept, fault: null }),
      (error: unknown) => say({ kind: 'pin', ticket: kept, fault: faultOf(error) }),
    )
    return {}
  },
  cancelPin({ ticket }) {
    pins.cancel(ticket)
    return {}
  },
  loginAtToken({ token }) {
    opened().login(token, '')
    return {}
  },
  keys: ({ token, numbers }) => ({ keys: keysOf(token, numbers) }),
  generate({ token, wish }) {
    const session = opened().loggedIn(token)
    const facts = factsOf(session, generateKey(session, wish), wish.numbers)
    if (facts === undefined) throw hsmError('HSM_KEY_NOT_SHOWN')
    return facts
  },
  destroy({ token, key, numbers }) {
    const session = opened().loggedIn(token)
    const handle = keyOf(session, key, numbers)
    const publicObject = key.kind === 'aes' ? undefined : publicObjectOf(session, Buffer.from(key.id))
    for (const object of [handle, publicObject]) {
      if (object !== undefined) call('C_DestroyObject', () => session.module.C_DestroyObject(session.handle, object))
    }
    return {}
  },
  sign,
  crypt,
  refusals,
}

function keysOf(token: TokenName, numbers: MlDsaNumbers): Answers['keys']['keys'] {
  const module = opened()
  const session = module.session(token)
  const found = [objectClasses.PRIVATE_KEY, objectClasses.SECRET_KEY]
    .flatMap((value) =>
      findObjects(session, [
        { type: A.CLASS, value },
        { type: A.TOKEN, value: true },
      ]),
    )
    .flatMap((object) => factsOf(session, object, numbers) ?? [])
  // Nothing found is believed only of a token that is still there: one whose storage has gone answers the same.
  if (found.length === 0) module.facts(token)
  return found.slice(0, limits.maxKeys)
}

/** The part of Electron's parent port that is used: outside Electron there is none. */
interface ParentPort {
  on(event: 'message', listener: (message: { data: unknown; ports: readonly PinPort[] }) => void): void
  postMessage(message: unknown): void
}
const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort

function say(message: FromProcess): void {
  if (parentPort === undefined) process.send?.(message)
  else parentPort.postMessage(message)
}

async function perform(message: ToProcess): Promise<void> {
  const { id, op, input } = message
  try {
    const run = operations[op] as (input: unknown) => unknown
    say({ kind: 'answer', id, value: await run(input) })
  } catch (error) {
    say({ kind: 'fault', id, fault: faultOf(error) })
  }
}

process.umask(0o077)
if (parentPort === undefined) {
  process.on('message', (message) => void perform(message as ToProcess))
  // The node has gone: nobody else ends this process, and a token must not stay unlocked.
  process.on('disconnect', () => process.exit(0))
} else {
  parentPort.on('message', ({ data, ports }) => {
    for (const port of ports) takePinsFrom(port, pins.take)
    if ((data as { kind?: unknown }).kind === 'request') void perform(data as ToProcess)
  })
}
