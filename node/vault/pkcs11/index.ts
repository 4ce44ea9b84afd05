/**
 * Hardware keys by PKCS #11. A module runs in a process of its own (module-process.ts starts it, child/ is what runs there);
 * PINs go straight to that process; pairings say which key of which token is meant. docs/hardware-keys.md.
 */
export { type HsmErrorCode, hsmError, hsmErrorCodes } from './errors.ts'
export { createForkHost } from './fork-host.ts'
export {
  createHardwareKeys,
  type HardwareKeyDeps,
  type HardwareKeyOptions,
  type HardwareKeyState,
  type HardwareKeys,
  type HardwareKeyView,
  type PinRequest,
} from './hardware-keys.ts'
export { limits as hsmLimits } from './limits.ts'
export type { KeyFacts, MlDsaNumbers, ModuleFacts, TokenFacts } from './messages.ts'
export { type ModuleDeps, type ModuleOptions, type ModuleProcess, startModule } from './module-process.ts'
export { type PairWish, pairKey } from './pair.ts'
export {
  createPairings,
  keyOf,
  moduleOptionsOf,
  type Pairing,
  type Pairings,
  pairingIdOf,
  tokenOf,
} from './pairing.ts'
export { moduleVariables, numbersFor, type Profile, profileOf, profiles, standardNumbers } from './profiles.ts'
export { type Check, runSelfTest, type SelfTestReport } from './self-test.ts'
export { sendPin } from './send-pin.ts'
export { chooseToken, initialiseToken, logIn, nameOf, needsPin, requireUsable } from './token-access.ts'
export { createTokenWorkbench, type OpenBench, type TokenWorkbench } from './workbench.ts'
