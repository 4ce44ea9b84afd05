/** Every bound of hardware keys, its unit and its reason. */
import { maxPinBytes } from '../../core/pin-protocol.ts'

export const limits = {
  /** How often slots are looked at, in ms. C_WaitForSlotEvent is missing or hangs in too many modules. */
  slotPollMs: 1_500,
  /** Time in ms that a module has to load and start: network modules connect here. */
  startMs: 30_000,
  /** Time in ms for looking something up: lists, attributes. */
  lookupMs: 10_000,
  /** Time in ms for one signature, encryption or login with a PIN: slow cards take seconds. */
  workMs: 20_000,
  /** Time in ms for a key pair: RSA on a card would take minutes, ours seconds. */
  generateMs: 60_000,
  /** Time in ms in which a person types a PIN, here or on the token's own keypad. */
  pinEntryMs: 120_000,
  /** Requests of one token that wait for their turn; one more is HSM_BUSY. */
  maxQueued: 32,
  /** Bytes of a PIN, as the way to a module's process takes them. */
  maxPinBytes,
  /** Bytes that are signed at once: a transaction with room. */
  maxMessageBytes: 131_072,
  /** Bytes of one attribute that is read: an ML-DSA-87 public key has 2,592. */
  maxAttributeBytes: 16_384,
  /** Bytes of a signature: SLH-DSA is the longest there is, and is not used. */
  maxSignatureBytes: 8_192,
  /** Slots of a module that are looked at. */
  maxSlots: 64,
  /** Keys of a token that are listed. */
  maxKeys: 256,
  /** Mechanisms of a token that are listed. */
  maxMechanisms: 1_024,
  /** Characters of a text that a module gives: a padded field is 64, a loader's message a line. */
  maxTextChars: 512,
  /** Bytes of a pairing file. */
  maxPairingFileBytes: 32_768,
  /** Pairings of a data folder. */
  maxPairings: 64,
  /** Modules open at once for looking at tokens, pairing and testing: each is a process. */
  maxBenches: 4,
  /** Time in ms after which one that nobody uses is closed: somebody fetches a token and reads what there is to mind. */
  benchIdleMs: 600_000,
  /** Environment variables that are handed to a module. */
  maxModuleVariables: 16,
} as const
