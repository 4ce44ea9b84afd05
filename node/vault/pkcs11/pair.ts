/** Pairing a key: found on the token or made there, tried, and only then written down. */
import { equalBytes, toHex } from '../../core/bytes.ts'
import type { Clock } from '../../core/clock.ts'
import type { Rng } from '../../core/rng.ts'
import { signatureSuites } from '../../crypto/suites.ts'
import { vaultError } from '../errors.ts'
import type { VaultKeys } from '../types.ts'
import { exposedBy } from './attributes.ts'
import { mechanisms as M } from './cryptoki.ts'
import { checkedEcdsa, ecdsaInput, isPoint } from './ecdsa.ts'
import { hsmError } from './errors.ts'
import type { KeyFacts, MlDsaNumbers, TokenFacts } from './messages.ts'
import type { ModuleOptions, ModuleProcess } from './module-process.ts'
import { type Pairing, type Pairings, pairingIdOf, versionOf } from './pairing.ts'
import { numbersFor, profileOf, standardNumbers } from './profiles.ts'
import { nameOf } from './token-access.ts'

export interface PairWish {
  readonly kind: Pairing['key']['kind']
  /** Hex; undefined takes the only one there is, or makes one. */
  readonly keyId: string | undefined
  /** Makes a new key. */
  readonly generate: boolean
  readonly label: string
  readonly numbers: MlDsaNumbers | undefined
}

export interface PairDeps {
  readonly pairings: Pairings
  readonly verify: VaultKeys['verify']
  readonly clock: Clock
  readonly rng: Rng
  /** The key wants a PIN for the signature that proves it, under this ticket. */
  readonly approve?: (ticket: Uint8Array) => void
}

const generatedIdBytes = 8

/**
 * The token must be logged in.
 *
 * @throws NodeError HSM_KEY_NOT_SHOWN, HSM_TOKEN_AMBIGUOUS, HSM_UNSUPPORTED, HSM_KEY_EXPOSED, SIGNATURE_SELF_CHECK_FAILED …
 */
export async function pairKey(
  module: ModuleProcess,
  options: ModuleOptions,
  token: TokenFacts,
  wish: PairWish,
  { pairings, verify, clock, rng, approve }: PairDeps,
): Promise<Pairing> {
  const name = nameOf(token)
  const profile = profileOf(module.facts)
  const { mechanisms } = await module.request('mechanisms', { token: name })
  const found = wish.numbers ?? numbersFor(profile, mechanisms)
  if (wish.kind === 'ml-dsa' && found === undefined) throw hsmError('HSM_UNSUPPORTED', { mechanism: 'ML-DSA' })
  const numbers = found ?? standardNumbers

  const key = wish.generate ? await generate() : await existing()
  try {
    await tryKey(key)
  } catch (error) {
    // One that was made a moment ago and is good for nothing is not left behind; where it cannot be removed it does no harm.
    const made = { kind: key.kind, id: key.id, publicKey: key.publicKey }
    if (wish.generate) await module.request('destroy', { token: name, key: made, numbers }).catch(() => undefined)
    throw error
  }
  const facts = { id: toHex(key.id), publicKey: key.publicKey === null ? null : toHex(key.publicKey) }
  const pairing: Pairing = {
    kind: 'qudag-hardware-key',
    version: versionOf(wish.kind),
    id: pairingIdOf(token, facts),
    label: wish.label,
    createdAtMs: clock.nowMs(),
    module: {
      path: options.path,
      sha256: module.facts.sha256,
      profile: profile.id,
      initString: options.initString,
      libraryPath: options.libraryPath,
      variables: { ...options.variables },
    },
    token: { serial: token.serial, label: token.label, manufacturer: token.manufacturer, model: token.model },
    key: { kind: wish.kind, ...facts, numbers },
  }
  await pairings.save(pairing)
  return pairing

  function generate(): Promise<KeyFacts> {
    const id = rng.bytes(generatedIdBytes)
    return module.request('generate', {
      token: name,
      wish: { kind: wish.kind, id, label: wish.label, keep: true, numbers, mayWrap: false },
    })
  }

  async function existing(): Promise<KeyFacts> {
    const { keys } = await module.request('keys', { token: name, numbers })
    const fitting = keys.filter(({ kind, id }) => kind === wish.kind && (wish.keyId ?? toHex(id)) === toHex(id))
    const [first] = fitting
    if (first === undefined) throw hsmError('HSM_KEY_NOT_SHOWN')
    if (fitting.length > 1) throw hsmError('HSM_TOKEN_AMBIGUOUS', { keys: fitting.length })
    return first
  }

  async function tryKey(key: KeyFacts): Promise<void> {
    const { kind, id, publicKey, parameterSet } = key
    const common = { token: name, key: { kind, id, publicKey }, numbers }
    if (kind === 'aes') {
      const [iv, data] = [rng.bytes(12), rng.bytes(32)]
      const input = { ...common, iv, additionalData: new Uint8Array() }
      const { data: sealed } = await module.request('crypt', { ...input, direction: 'encrypt', data })
      const { data: opened } = await module.request('crypt', { ...input, direction: 'decrypt', data: sealed })
      if (!equalBytes(data, opened))
        throw hsmError('HSM_MODULE_FAULT', { answer: 'AES-GCM does not open what it sealed' })
      return
    }
    if (kind === 'ec') {
      if (publicKey === null || !isPoint(publicKey)) {
        throw hsmError('HSM_UNSUPPORTED', { reason: 'not a P-256 key, or its public key is not on the token' })
      }
      const attribute = exposedBy(key, profile)
      if (attribute !== undefined) throw hsmError('HSM_KEY_EXPOSED', { attribute })
      const message = rng.bytes(64)
      const answered = await module.sign({ ...common, mechanism: M.ECDSA, message: ecdsaInput(message) }, approve)
      if (checkedEcdsa(publicKey, message, answered) === undefined) throw vaultError('SIGNATURE_SELF_CHECK_FAILED')
      return
    }
    if (
      publicKey?.length !== signatureSuites['ML-DSA-65'].publicKeyBytes ||
      (parameterSet ?? 2) !== numbers.parameterSet
    ) {
      throw hsmError('HSM_UNSUPPORTED', { reason: 'not an ML-DSA-65 key, or its public key is not on the token' })
    }
    const message = rng.bytes(64)
    const signature = await module.sign({ ...common, mechanism: numbers.sign, message }, approve)
    if (!verify('ML-DSA-65', publicKey, message, signature)) throw vaultError('SIGNATURE_SELF_CHECK_FAILED')
  }
}
