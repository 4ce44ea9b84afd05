/** Choosing a token of a module by what a person calls it, and logging in to it. */
import { hsmError } from './errors.ts'
import type { TokenFacts, TokenName } from './messages.ts'
import { keyOfToken, type ModuleProcess } from './module-process.ts'
import { profileOf } from './profiles.ts'
import { sendPin } from './send-pin.ts'

export function nameOf({ serial, label }: TokenFacts): TokenName {
  return { serial, label }
}

/**
 * @param name serial number, label or slot; left out where one token is there, or one that a user can log in to
 * @throws NodeError HSM_TOKEN_ABSENT, HSM_TOKEN_AMBIGUOUS
 */
export async function chooseToken(module: ModuleProcess, name: string | undefined): Promise<TokenFacts> {
  const { tokens } = await module.request('tokens', {})
  const usable = tokens.filter(({ userPinSet }) => userPinSet)
  const found =
    name !== undefined
      ? tokens.filter(({ serial, label, slot }) => name === serial || name === label || name === slot)
      : tokens.length > 1 && usable.length > 0
        ? usable
        : tokens
  const [first] = found
  if (first === undefined) throw hsmError('HSM_TOKEN_ABSENT')
  if (found.length > 1) throw hsmError('HSM_TOKEN_AMBIGUOUS', { tokens: found.length })
  return first
}

/** The token with exactly this name. @throws NodeError HSM_TOKEN_ABSENT, HSM_TOKEN_AMBIGUOUS */
export function tokenAmong(tokens: readonly TokenFacts[], name: TokenName): TokenFacts {
  const found = tokens.filter((facts) => keyOfToken(facts) === keyOfToken(name))
  const [first] = found
  if (first === undefined) throw hsmError('HSM_TOKEN_ABSENT', { serial: name.serial })
  if (found.length > 1) throw hsmError('HSM_TOKEN_AMBIGUOUS', { serial: name.serial })
  return first
}

/** Whether a PIN has to be typed here: not where the token asks for none, and not where it has a keypad of its own. */
export function needsPin({ loginRequired, protectedPath }: TokenFacts): boolean {
  return loginRequired && !protectedPath
}

/**
 * Why no PIN should be asked for at all: it could only be refused, or use up what must not be used up.
 *
 * @throws NodeError HSM_PIN_LOCKED, HSM_PIN_EXPIRED, HSM_NEEDS_INITIALISING
 */
export function requireUsable({ tries, initialised, userPinSet, protectedPath, pinExpired }: TokenFacts): void {
  if (!initialised || (!userPinSet && !protectedPath)) throw hsmError('HSM_NEEDS_INITIALISING')
  if (tries === 'locked') throw hsmError('HSM_PIN_LOCKED')
  if (pinExpired) throw hsmError('HSM_PIN_EXPIRED')
}

/** Once; a wrong PIN is not tried again. The caller overwrites the PIN. @throws NodeError HSM_PIN_… */
export async function logIn(module: ModuleProcess, token: TokenFacts, pin: Uint8Array | undefined): Promise<void> {
  const name = nameOf(token)
  if (!token.loginRequired) return
  if (token.protectedPath) {
    await module.request('loginAtToken', { token: name })
    return
  }
  if (pin === undefined || module.pinSocket === null) throw hsmError('HSM_PIN_NOT_GIVEN')
  if (pin.length < token.minPinBytes || pin.length > token.maxPinBytes) throw hsmError('HSM_PIN_UNSUITABLE')
  const { ticket } = await module.expectPin({ token: name, purpose: 'login', label: '', isMade: true })
  await sendPin(module.pinSocket, ticket, [pin])
}

/** Gives a new token its PINs. @throws NodeError HSM_ALREADY_INITIALISED, HSM_PIN_… */
export async function initialiseToken(
  module: ModuleProcess,
  token: TokenFacts,
  label: string,
  pins: { readonly officer: Uint8Array; readonly user: Uint8Array },
): Promise<void> {
  if (token.initialised && token.userPinSet) throw hsmError('HSM_ALREADY_INITIALISED')
  if (module.pinSocket === null) throw hsmError('HSM_PIN_NOT_GIVEN')
  if (pins.user.length < token.minPinBytes || pins.user.length > token.maxPinBytes) throw hsmError('HSM_PIN_UNSUITABLE')
  const isMade = profileOf(module.facts).isMade === true
  const { ticket } = await module.expectPin({ token: nameOf(token), purpose: 'initialise', label, isMade })
  await sendPin(module.pinSocket, ticket, [pins.officer, pins.user])
}
