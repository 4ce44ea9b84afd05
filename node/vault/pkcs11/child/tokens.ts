/**
 * Tokens of a loaded module: found by serial number each time, since slots are renumbered; sessions; logins. A session is
 * kept for as long as the process runs: closing the last one logs out silently.
 */
import { endianness } from 'node:os'
import { NodeError } from '../../../core/node-error.ts'
import { tokenFlags as F, sessionFlags, userTypes } from '../cryptoki.ts'
import { type HsmErrorCode, hsmError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { TokenFacts, TokenName } from '../messages.ts'
import { alreadyLoggedIn, meaningOfReturn } from '../return-values.ts'
import { answered, type Binding, call, type Handle, plain, returnValueOf, type TokenInfo } from './binding.ts'
import type { Session } from './objects.ts'

interface Open {
  readonly slot: Handle
  readonly handle: Handle
}

export interface Tokens {
  list(): TokenFacts[]
  /** @throws NodeError HSM_TOKEN_ABSENT, HSM_TOKEN_AMBIGUOUS */
  facts(token: TokenName): TokenFacts
  mechanisms(token: TokenName): number[]
  /** Whether or not anybody is logged in. */
  session(token: TokenName): Session
  /** @throws NodeError HSM_PIN_REQUIRED where the token wants a login and has none */
  loggedIn(token: TokenName): Session
  /** Once, whatever comes of it. @param pin empty where the token has a keypad of its own */
  login(token: TokenName, pin: string): void
  /** For the signature that was begun in the session. */
  loginForSignature(token: TokenName, pin: string): void
  /** Another session in place of the token's, for one in which an operation was begun and not ended. Logins are kept. */
  renew(token: TokenName): void
  /** Of the user. The old one is tried once. */
  changePin(token: TokenName, before: string, after: string): void
  /** @param isMade whether the token is there already and lacks a user PIN alone */
  initialise(
    token: TokenName,
    pins: { readonly officer: string; readonly user: string },
    label: string,
    isMade: boolean,
  ): void
}

/** States of a session in which the user is logged in (CKS_RO_USER_FUNCTIONS, CKS_RW_USER_FUNCTIONS). */
const userStates = [1, 3]
const labelBytes = 32

export function createTokens(module: Binding): Tokens {
  const sessions = new Map<string, Open>()

  /** A slot whose token cannot be asked is as good as empty: that is how a token that has gone shows. */
  const infoOf = (slot: Handle): TokenInfo | undefined => {
    try {
      return module.C_GetTokenInfo(slot)
    } catch (error) {
      if (returnValueOf(error) === undefined) throw error
      return undefined
    }
  }

  const present = (): { slot: Handle; info: TokenInfo }[] =>
    call('C_GetSlotList', () => module.C_GetSlotList(true))
      .slice(0, limits.maxSlots)
      .flatMap((slot) => {
        const info = infoOf(slot)
        return info === undefined ? [] : [{ slot, info }]
      })

  const find = ({ serial, label }: TokenName): { slot: Handle; info: TokenInfo } => {
    const bySerial = present().filter(({ info }) => plain(info.serialNumber) === serial)
    // Slots of one device can share its serial number; then the label tells them apart.
    const found = bySerial.length > 1 ? bySerial.filter(({ info }) => plain(info.label) === label) : bySerial
    const [first] = found
    if (first === undefined) throw hsmError('HSM_TOKEN_ABSENT', { serial })
    if (found.length > 1) throw hsmError('HSM_TOKEN_AMBIGUOUS', { serial })
    return first
  }

  const keyOf = ({ serial, label }: TokenName): string => JSON.stringify([serial, label])

  const session = (token: TokenName): Session => {
    const { slot } = find(token)
    const known = sessions.get(keyOf(token))
    if (known !== undefined) {
      if (known.slot.equals(slot) && isAlive(known.handle)) return { module, handle: known.handle }
      // The token was taken out, or came back in another slot: whoever was logged in is so no more.
      sessions.delete(keyOf(token))
    }
    const handle = call('C_OpenSession', () => module.C_OpenSession(slot, sessionFlags.RW | sessionFlags.SERIAL))
    sessions.set(keyOf(token), { slot, handle })
    return { module, handle }
  }

  const isAlive = (handle: Handle): boolean => {
    try {
      module.C_GetSessionInfo(handle)
      return true
    } catch (error) {
      if (returnValueOf(error) === undefined) throw error
      return false
    }
  }

  /** A call that tries a PIN: where it is wrong, what the token says of the next try. */
  const tryingPin = (token: TokenName, name: string, run: () => void): void => {
    try {
      run()
    } catch (error) {
      const value = returnValueOf(error)
      if (value === undefined) throw error
      if (value === alreadyLoggedIn) return
      const meaning = meaningOfReturn(value)
      throw answered(meaning.code === 'HSM_PIN_WRONG' ? wrongPin(token) : meaning.code, name, meaning.name, value)
    }
  }

  const loginOnce = (token: TokenName, user: number, pin: string): void => {
    const { handle } = session(token)
    tryingPin(token, 'C_Login', () => module.C_Login(handle, user, pin))
  }

  /** After a wrong PIN the token's flags say how it stands with the next one. */
  const wrongPin = (token: TokenName): HsmErrorCode => {
    try {
      const { tries } = factsOf(find(token))
      if (tries === 'locked') return 'HSM_PIN_LOCKED'
      if (tries === 'last') return 'HSM_PIN_LAST_TRY'
      return tries === 'few' ? 'HSM_PIN_FEW_TRIES' : 'HSM_PIN_WRONG'
    } catch {
      return 'HSM_PIN_WRONG'
    }
  }

  const factsOf = ({ slot, info }: { slot: Handle; info: TokenInfo }): TokenFacts => {
    const { flags } = info
    const has = (flag: number): boolean => (flags & flag) !== 0
    const { major, minor } = info.firmwareVersion
    return {
      slot: slotNumber(slot),
      slotDescription: plain(call('C_GetSlotInfo', () => module.C_GetSlotInfo(slot)).slotDescription),
      label: plain(info.label),
      manufacturer: plain(info.manufacturerID),
      model: plain(info.model),
      serial: plain(info.serialNumber),
      firmware: `${major}.${minor}`,
      initialised: has(F.TOKEN_INITIALIZED),
      userPinSet: has(F.USER_PIN_INITIALIZED),
      loginRequired: has(F.LOGIN_REQUIRED),
      writeProtected: has(F.WRITE_PROTECTED),
      protectedPath: has(F.PROTECTED_AUTHENTICATION_PATH),
      tries: has(F.USER_PIN_LOCKED)
        ? 'locked'
        : has(F.USER_PIN_FINAL_TRY)
          ? 'last'
          : has(F.USER_PIN_COUNT_LOW)
            ? 'few'
            : 'unknown',
      pinExpired: has(F.USER_PIN_TO_BE_CHANGED),
      minPinBytes: pinLength(info.minPinLen),
      maxPinBytes: pinLength(info.maxPinLen),
    }
  }

  return {
    list: () => present().map(factsOf),
    facts: (token) => factsOf(find(token)),
    mechanisms: (token) => {
      const { slot } = find(token)
      return call('C_GetMechanismList', () => module.C_GetMechanismList(slot)).slice(0, limits.maxMechanisms)
    },
    session,
    loggedIn(token) {
      const { info } = find(token)
      const open = session(token)
      if ((info.flags & F.LOGIN_REQUIRED) === 0) return open
      const { state } = call('C_GetSessionInfo', () => module.C_GetSessionInfo(open.handle))
      if (!userStates.includes(state)) throw hsmError('HSM_PIN_REQUIRED')
      return open
    },
    login: (token, pin) => loginOnce(token, userTypes.USER, pin),
    loginForSignature: (token, pin) => loginOnce(token, userTypes.CONTEXT_SPECIFIC, pin),
    renew(token) {
      const before = sessions.get(keyOf(token))
      if (before === undefined) return
      // In this order: with the last session of a token its login ends.
      sessions.delete(keyOf(token))
      session(token)
      call('C_CloseSession', () => module.C_CloseSession(before.handle))
    },
    changePin(token, before, after) {
      const { handle } = session(token)
      const change = (): void => tryingPin(token, 'C_SetPIN', () => module.C_SetPIN(handle, before, after))
      try {
        change()
      } catch (error) {
        if (!(error instanceof NodeError) || error.code !== 'HSM_PIN_REQUIRED') throw error
        // Some (NSS) change it for whoever is logged in alone, and have not looked at the PIN so far.
        loginOnce(token, userTypes.USER, before)
        change()
      }
    },
    initialise(token, { officer, user }, label, isMade) {
      const found = find(token)
      const { initialised, userPinSet } = factsOf(found)
      if (initialised && userPinSet) throw hsmError('HSM_ALREADY_INITIALISED')
      let { slot } = found
      if (!initialised && !isMade) {
        call('C_InitToken', () => module.C_InitToken(slot, officer, paddedLabel(label)))
        // It may have another slot and another serial number from here on.
        const fresh = present().find(({ info }) => plain(info.label) === label && !factsOf({ slot, info }).userPinSet)
        if (fresh === undefined) throw hsmError('HSM_TOKEN_ABSENT')
        slot = fresh.slot
      }
      const handle = call('C_OpenSession', () => module.C_OpenSession(slot, sessionFlags.RW | sessionFlags.SERIAL))
      try {
        call('C_Login', () => module.C_Login(handle, userTypes.SO, officer))
        call('C_InitPIN', () => module.C_InitPIN(handle, user))
        call('C_Logout', () => module.C_Logout(handle))
      } finally {
        module.C_CloseSession(handle)
      }
    },
  }
}

/** A token without a bound gives the largest number there is. */
function pinLength(length: number | bigint): number {
  return Math.min(Number(length), limits.maxPinBytes)
}

/** As the standard wants it (C_InitToken): 32 bytes, filled with blanks. The binding hands on what it is given. */
function paddedLabel(label: string): string {
  const bytes = Buffer.byteLength(label)
  if (bytes > labelBytes) throw hsmError('HSM_UNSUPPORTED', { reason: 'label', maxBytes: labelBytes })
  return label + ' '.repeat(labelBytes - bytes)
}

/** CK_SLOT_ID as the number it is; the binding gives it in the byte order of the machine. */
function slotNumber(slot: Handle): string {
  const bytes = Uint8Array.from(slot)
  if (endianness() === 'LE') bytes.reverse()
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`).toString()
}
